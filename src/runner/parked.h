// Parked: the states of sequences that were moved out of the model's cells into plain memory, found again by their
// tokens. Cells that nobody uses slow down every call, for attention looks at all; bytes at rest do not. The oldest is
// dropped over the limit. Not thread-safe. Pure.
#pragma once

#include <cstdint>
#include <list>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "runner/sequences.h"

namespace heddle::runner {

class Parked {
 public:
  explicit Parked(size_t limit_bytes) : limit_(limit_bytes) {}

  struct Entry {
    std::vector<Token> tokens;
    std::string state;
  };
  // Nothing where the entry is larger than the limit; what is a beginning of it is dropped.
  void Put(Entry entry);
  // How long a beginning of `prompt` some entry shares.
  size_t Longest(std::span<const Token> prompt) const;
  // Takes out the entry that shares the longest.
  std::optional<Entry> Take(std::span<const Token> prompt);

  size_t bytes() const { return bytes_; }
  size_t count() const { return entries_.size(); }

 private:
  size_t limit_, bytes_ = 0;
  std::list<Entry> entries_;  // the last used first
};

}  // namespace heddle::runner
