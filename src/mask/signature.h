// Signatures: which bytes occur in a token, exactly, and anywhere below a node of the trie, as 64 bits: the bytes that
// grammars turn on (letters, quotes, common punctuation) have a bit each; the others share some.
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

  // Whether there are such tokens at a node or below it. Few are longer than kLong bytes.
  static constexpr size_t kLong = 32;
  bool long_from(uint32_t node) const { return (odd_[node] & kTooLong) != 0; }

  // Those with a separator beyond ASCII (no-break space, line separator ...), or the begin of one at their end: many
  // patterns tell those characters from the others.
  bool separated(vocab::Token token) const { return separated_[token]; }
  bool separated_from(uint32_t node) const { return (odd_[node] & kSeparated) != 0; }

  // The tokens made of `ascii` bytes only and, if `high`, of characters beyond ASCII that are no separators (the last
  // may be unfinished).
  Words Inside(const grammar::ByteSet& ascii, bool high) const;

 private:
  static constexpr uint8_t kTooLong = 1, kSeparated = 2;
  struct Bytes {  // which ASCII bytes a token has: those below 64, and the others
    uint64_t low = 0, up = 0;
  };
  Words beyond_;  // tokens with bytes beyond ASCII
  Words apart_;   // tokens that are special, empty, separated, or not UTF-8 from their first byte on
  std::vector<Bytes> tokens_;
  std::vector<bool> separated_;
  std::vector<uint64_t> below_;
  std::vector<uint8_t> odd_;
};

}  // namespace heddle::mask
