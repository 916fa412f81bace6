// CharSet: a set of Unicode scalar values (no surrogates), as sorted disjoint ranges.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace heddle::grammar {

struct CharRange {
  uint32_t first = 0, last = 0;  // both included
  bool operator==(const CharRange&) const = default;
};

class CharSet {
 public:
  CharSet() = default;
  static CharSet All();                                     // U+0000..U+10FFFF without surrogates
  static CharSet Of(const std::vector<CharRange>& ranges);  // in any order, overlapping or not; surrogates are dropped

  bool Has(uint32_t c) const;
  bool Covers(uint32_t first, uint32_t last) const;      // all of the range
  bool Intersects(uint32_t first, uint32_t last) const;  // any of the range
  bool Empty() const { return ranges_.empty(); }
  const std::vector<CharRange>& ranges() const { return ranges_; }

  CharSet operator|(const CharSet& other) const;
  CharSet operator&(const CharSet& other) const;
  CharSet operator~() const;
  bool operator==(const CharSet&) const = default;

  // With every character's other-case forms (Unicode simple case mapping).
  CharSet IgnoringCase() const;

  // A Unicode property as it stands in \p{...}: a general category ("L", "Lu", "Letter") or "Any", "ASCII",
  // "Alphabetic", a script among those that patterns use ("Latin", "Greek", ...). False: not known.
  static bool Property(std::string_view name, CharSet& out);

 private:
  std::vector<CharRange> ranges_;
};

// WhiteSpace and LineTerminator of ECMA-262: what \s means.
CharSet EcmaSpace();

}  // namespace heddle::grammar
