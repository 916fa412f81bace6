// UnitClass: what a vocabulary looks like from inside a run of units, where a unit is one character of a set (as UTF-8
// or as JSON spells it) or one byte of a set. A token is `inner` when it is all units, or units and the begin of one;
// else it is units and then a rest that no unit begins: such tokens are grouped by that rest. With this a mask inside a
// run needs one look at the rests instead of a walk over the vocabulary, and no grammar is part of it, so that all
// share it.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "grammar/expr_pool.h"
#include "mask/signature.h"
#include "vocab/vocabulary.h"

namespace heddle::mask {

class UnitClass {
 public:
  // `unit`: a kChar or kBytes expression of `pool`. The walk takes about a millisecond for a large set.
  static std::shared_ptr<UnitClass> Make(const vocab::Vocabulary& vocabulary, grammar::ExprPool& pool,
                                         grammar::Expr unit);

  // The tokens that are at most `units` units long, the last perhaps unfinished. Made once per count, as are Rests:
  // thread-safe.
  std::shared_ptr<const Words> Inner(uint32_t units);
  uint32_t most() const { return static_cast<uint32_t>(counts_.size()); }  // no inner token is longer, in units

  // The tokens of one or more units and a rest that begins with `byte`: items of the trie index `rests`.
  struct Rest {
    vocab::Token token;
    uint32_t units;
  };
  const vocab::Trie& Rests(uint8_t byte);
  const Rest& rest(uint32_t item) const { return rests_[item]; }

 private:
  const vocab::Vocabulary* vocabulary_ = nullptr;
  std::vector<std::vector<vocab::Token>> counts_;  // inner tokens by units - 1
  std::vector<Rest> rests_;
  std::vector<uint16_t> rest_lengths_;  // bytes of each rest
  std::array<std::vector<uint32_t>, 256> by_byte_;
  std::mutex mutex_;  // of what follows
  std::array<std::unique_ptr<vocab::Trie>, 256> tries_;
  std::vector<std::shared_ptr<const Words>> inner_;
};

}  // namespace heddle::mask
