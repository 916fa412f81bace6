// Signatures: which bytes occur in a token, or anywhere below a node of the trie, as 64 bits. The bytes that grammars
// turn on (letters, quotes, common punctuation) have a bit each; the others share some.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "grammar/byte_set.h"
#include "vocab/vocabulary.h"

namespace heddle::mask {

using Words = std::vector<uint32_t>;  // one bit per token, the first in the lowest bit

class Signatures {
 public:
  explicit Signatures(const vocab::Vocabulary& vocabulary);

  static uint64_t BitOf(uint8_t byte);
  static uint64_t Of(const grammar::ByteSet& bytes);
  // Of all bytes below a node of the vocabulary's trie, its own byte not included.
  uint64_t below(uint32_t node) const { return below_[node]; }

  // Whether a token below the node is longer than kLong bytes: few are.
  static constexpr size_t kLong = 32;
  bool long_below(uint32_t node) const { return long_below_[node]; }

  // The tokens made of `ascii` bytes only and, if `high`, of other characters in valid UTF-8 (the last may be
  // unfinished).
  Words Inside(const grammar::ByteSet& ascii, bool high) const;

 private:
  const vocab::Vocabulary& vocabulary_;
  std::vector<uint64_t> tokens_, below_;
  std::vector<bool> long_below_;
  std::vector<bool> invalid_;  // tokens that are not UTF-8 from their first byte on
};

}  // namespace heddle::mask
