#include "grammar/char_set.h"

#include <utf8proc.h>

#include <algorithm>

namespace heddle::grammar {
namespace {

constexpr uint32_t kLast = 0x10FFFF;

struct Script {
  std::string_view name;
  std::initializer_list<CharRange> ranges;
};
// Blocks that hold a script's letters (Unicode 15, Blocks.txt and Scripts.txt, the ranges that patterns are after).
const Script kScripts[] = {
    {"Latin",
     {{0x41, 0x5A},
      {0x61, 0x7A},
      {0xAA, 0xAA},
      {0xBA, 0xBA},
      {0xC0, 0xD6},
      {0xD8, 0xF6},
      {0xF8, 0x2B8},
      {0x1E00, 0x1EFF}}},
    {"Greek",
     {{0x370, 0x373},
      {0x375, 0x377},
      {0x37A, 0x37D},
      {0x37F, 0x37F},
      {0x384, 0x384},
      {0x386, 0x386},
      {0x388, 0x3E1},
      {0x3F0, 0x3FF},
      {0x1F00, 0x1FFE}}},
    {"Cyrillic", {{0x400, 0x484}, {0x487, 0x52F}, {0x1C80, 0x1C88}, {0x2DE0, 0x2DFF}, {0xA640, 0xA69F}}},
    {"Han",
     {{0x2E80, 0x2FD5},
      {0x3005, 0x3005},
      {0x3007, 0x3007},
      {0x3021, 0x3029},
      {0x3038, 0x303B},
      {0x3400, 0x4DBF},
      {0x4E00, 0x9FFF},
      {0xF900, 0xFAD9},
      {0x20000, 0x323AF}}},
    {"Hiragana", {{0x3041, 0x3096}, {0x309D, 0x309F}}},
    {"Katakana", {{0x30A1, 0x30FA}, {0x30FD, 0x30FF}, {0x31F0, 0x31FF}, {0xFF66, 0xFF6F}, {0xFF71, 0xFF9D}}},
    {"Hangul", {{0x1100, 0x11FF}, {0x3131, 0x318E}, {0xA960, 0xA97C}, {0xAC00, 0xD7A3}, {0xD7B0, 0xD7FB}}},
    {"Arabic",
     {{0x600, 0x604},
      {0x606, 0x60B},
      {0x60D, 0x61A},
      {0x61C, 0x61E},
      {0x620, 0x63F},
      {0x641, 0x64A},
      {0x656, 0x66F},
      {0x671, 0x6DC},
      {0x6DE, 0x6FF},
      {0x750, 0x77F}}},
    {"Hebrew", {{0x591, 0x5C7}, {0x5D0, 0x5EA}, {0x5EF, 0x5F4}}},
    {"Thai", {{0xE01, 0xE3A}, {0xE40, 0xE5B}}},
    {"Devanagari", {{0x900, 0x950}, {0x955, 0x963}, {0x966, 0x97F}}},
};

struct Name {
  std::string_view name, category;
};
constexpr Name kLongNames[] = {{"Letter", "L"},
                               {"Lowercase_Letter", "Ll"},
                               {"Uppercase_Letter", "Lu"},
                               {"Mark", "M"},
                               {"Number", "N"},
                               {"Decimal_Number", "Nd"},
                               {"Punctuation", "P"},
                               {"Symbol", "S"},
                               {"Separator", "Z"},
                               {"Space_Separator", "Zs"},
                               {"Other", "C"},
                               {"Control", "Cc"},
                               {"Alphabetic", "L"},
                               {"Alpha", "L"},
                               {"Lowercase", "Ll"},
                               {"Uppercase", "Lu"}};

constexpr std::string_view kCategoryNames[] = {"Cn", "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd",
                                               "Nl", "No", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm",
                                               "Sc", "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co"};

// Every general category's set, made once: 1.1 million look-ups.
const std::vector<CharSet>& Categories() {
  static const std::vector<CharSet> sets = [] {
    std::vector<std::vector<CharRange>> ranges(30);
    for (uint32_t c = 0; c <= kLast; ++c) {
      auto& list = ranges[static_cast<size_t>(utf8proc_category(static_cast<utf8proc_int32_t>(c)))];
      if (!list.empty() && list.back().last + 1 == c)
        list.back().last = c;
      else
        list.push_back({c, c});
    }
    std::vector<CharSet> out;
    for (auto& list : ranges) out.push_back(CharSet::Of(list));
    return out;
  }();
  return sets;
}

}  // namespace

CharSet CharSet::All() { return Of({{0, kLast}}); }

CharSet CharSet::Of(const std::vector<CharRange>& ranges) {
  std::vector<CharRange> split;
  for (CharRange r : ranges) {
    r.last = std::min(r.last, kLast);
    if (r.first > r.last) continue;
    if (r.first < 0xD800) split.push_back({r.first, std::min(r.last, 0xD7FFU)});
    if (r.last > 0xDFFF) split.push_back({std::max(r.first, 0xE000U), r.last});
  }
  std::sort(split.begin(), split.end(), [](const CharRange& a, const CharRange& b) { return a.first < b.first; });
  CharSet out;
  for (const CharRange& r : split) {
    if (!out.ranges_.empty() && r.first <= out.ranges_.back().last + 1)
      out.ranges_.back().last = std::max(out.ranges_.back().last, r.last);
    else
      out.ranges_.push_back(r);
  }
  return out;
}

bool CharSet::Intersects(uint32_t first, uint32_t last) const {
  const auto it = std::lower_bound(ranges_.begin(), ranges_.end(), first,
                                   [](const CharRange& r, uint32_t c) { return r.last < c; });
  return it != ranges_.end() && it->first <= last;
}

bool CharSet::Covers(uint32_t first, uint32_t last) const {
  const auto it = std::lower_bound(ranges_.begin(), ranges_.end(), first,
                                   [](const CharRange& r, uint32_t c) { return r.last < c; });
  return it != ranges_.end() && it->first <= first && it->last >= last;
}

bool CharSet::Has(uint32_t c) const { return Covers(c, c); }

CharSet CharSet::operator|(const CharSet& other) const {
  std::vector<CharRange> both = ranges_;
  both.insert(both.end(), other.ranges_.begin(), other.ranges_.end());
  return Of(both);
}

CharSet CharSet::operator~() const {
  std::vector<CharRange> gaps;
  uint32_t from = 0;
  for (const CharRange& r : ranges_) {
    if (r.first > from) gaps.push_back({from, r.first - 1});
    from = r.last + 1;
  }
  if (from <= kLast) gaps.push_back({from, kLast});
  return Of(gaps);
}

CharSet CharSet::operator&(const CharSet& other) const { return ~(~*this | ~other); }

CharSet CharSet::IgnoringCase() const {
  std::vector<CharRange> all = ranges_;
  for (const CharRange& r : ranges_) {
    for (uint32_t c = r.first; c <= r.last; ++c) {
      const auto lower = static_cast<uint32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(c)));
      const auto upper = static_cast<uint32_t>(utf8proc_toupper(static_cast<utf8proc_int32_t>(c)));
      if (lower != c) all.push_back({lower, lower});
      if (upper != c) all.push_back({upper, upper});
    }
  }
  return Of(all);
}

bool CharSet::Property(std::string_view name, CharSet& out) {
  for (const std::string_view prefix : {"General_Category=", "gc=", "Script=", "sc=", "Script_Extensions=", "scx="}) {
    if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
  }
  if (name.starts_with("Is")) name.remove_prefix(2);
  if (name == "Any") return out = All(), true;
  if (name == "ASCII") return out = Of({{0, 0x7F}}), true;
  for (const Script& script : kScripts) {
    if (script.name == name) return out = Of(script.ranges), true;
  }
  for (const Name& known : kLongNames) {
    if (known.name == name) name = known.category;
  }
  std::vector<CharRange> ranges;
  bool found = false;
  for (size_t i = 0; i < Categories().size(); ++i) {
    const std::string_view category = kCategoryNames[i];
    if (category != name && !(name.size() == 1 && category[0] == name[0])) continue;
    found = true;
    const auto& set = Categories()[i].ranges();
    ranges.insert(ranges.end(), set.begin(), set.end());
  }
  if (found) out = Of(ranges);
  return found;
}

CharSet EcmaSpace() {
  return CharSet::Of({{9, 13},
                      {' ', ' '},
                      {0xA0, 0xA0},
                      {0x1680, 0x1680},
                      {0x2000, 0x200A},
                      {0x2028, 0x2029},
                      {0x202F, 0x202F},
                      {0x205F, 0x205F},
                      {0x3000, 0x3000},
                      {0xFEFF, 0xFEFF}});
}

}  // namespace heddle::grammar
