// Fingerprint: a hash of what a name stands for, which proves that it is still the same: the bytes of a file, the
// target of a link, and for a directory all that lies in it.
//
// Times alone would not do: a process that has a file mapped can change it without a trace until the kernel writes it
// out.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace heddle::cli {

class Fingerprints {
 public:
  // Reads no more than `budget` bytes of contents altogether.
  explicit Fingerprints(uint64_t budget) : left_(budget) {}

  // Of `name` in the open directory `folder`. Empty: it would have taken more than what is left of the budget.
  Result<std::string> Of(int folder, const std::string& name);

 private:
  Result<std::string> OfFile(int folder, const std::string& name);
  Result<std::string> OfFolder(int folder, const std::string& name);

  uint64_t left_;
  bool over_ = false;
};

constexpr uint64_t kNoBudget = UINT64_MAX;

}  // namespace heddle::cli
