// What a terminal would not show as it is, and the one function that shows it all the same (ForTerminal in text.h).
#include <algorithm>
#include <cstdio>
#include <iterator>
#include <span>

#include "base/text.h"

namespace heddle {
namespace {

struct Range {
  uint32_t first, last;
};

// Unicode 15: what has no shape of its own and may hide or reorder what stands around it (categories Cf, Zl and Zp but
// signs that are drawn, and what may be ignored by default), and blanks that are not the blank.
constexpr Range kHidden[] = {
    {0x00, 0x1F},     {0x7F, 0xA0},       {0xAD, 0xAD},       {0x34F, 0x34F},     {0x61C, 0x61C},    {0x115F, 0x1160},
    {0x1680, 0x1680}, {0x17B4, 0x17B5},   {0x180B, 0x180F},   {0x2000, 0x200F},   {0x2028, 0x202F},  {0x205F, 0x206F},
    {0x2800, 0x2800}, {0x3000, 0x3000},   {0x3164, 0x3164},   {0xFE00, 0xFE0F},   {0xFEFF, 0xFEFF},  {0xFFA0, 0xFFA0},
    {0xFFF0, 0xFFFB}, {0x13430, 0x1343F}, {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF}};

// Blocks and runs of marks that are drawn over the character before them.
constexpr Range kMarks[] = {
    {0x300, 0x36F},     {0x483, 0x489},     {0x591, 0x5BD},     {0x5BF, 0x5C7},     {0x610, 0x61A},
    {0x64B, 0x65F},     {0x670, 0x670},     {0x6D6, 0x6DC},     {0x6DF, 0x6E8},     {0x6EA, 0x6ED},
    {0x711, 0x711},     {0x730, 0x74A},     {0x7A6, 0x7B0},     {0x7EB, 0x7F3},     {0x816, 0x82D},
    {0x859, 0x85B},     {0x898, 0x89F},     {0x8CA, 0x902},     {0x93C, 0x93C},     {0x941, 0x948},
    {0x94D, 0x957},     {0xE31, 0xE31},     {0xE34, 0xE3A},     {0xE47, 0xE4E},     {0xEB1, 0xEB1},
    {0xEB4, 0xEBC},     {0xEC8, 0xECE},     {0xF18, 0xF19},     {0xF71, 0xF87},     {0x135D, 0x135F},
    {0x1AB0, 0x1ACE},   {0x1DC0, 0x1DFF},   {0x20D0, 0x20F0},   {0x2CEF, 0x2CF1},   {0x2DE0, 0x2DFF},
    {0x302A, 0x302D},   {0x3099, 0x309A},   {0xA66F, 0xA67D},   {0xA8E0, 0xA8F1},   {0xFE20, 0xFE2F},
    {0x1D165, 0x1D169}, {0x1D16D, 0x1D172}, {0x1D17B, 0x1D182}, {0x1D185, 0x1D18B}, {0x1D1AA, 0x1D1AD},
    {0x1E000, 0x1E02A}, {0x1E8D0, 0x1E8D6}};

// Written languages pile up fewer than this on one character.
constexpr int kMostMarks = 4;

bool IsIn(std::span<const Range> ranges, uint32_t code) {
  const auto found = std::lower_bound(ranges.begin(), ranges.end(), code,
                                      [](const Range& range, uint32_t value) { return range.last < value; });
  return found != ranges.end() && found->first <= code;
}

void AppendBytes(std::string& out, std::string_view bytes) {
  for (const char byte : bytes) {
    char escaped[8];
    std::snprintf(escaped, sizeof escaped, "\\x%02x", static_cast<unsigned char>(byte));
    out += escaped;
  }
}

bool Keeps(Layout layout, uint32_t code) {
  if (layout != Layout::kLine && (code == '\n' || code == '\t')) return true;
  return layout == Layout::kProse && (code == 0xFE0E || code == 0xFE0F || code == 0x3000);
}

void AppendUnit(std::string& out, uint32_t unit) {
  char escaped[8];
  std::snprintf(escaped, sizeof escaped, "\\u%04x", unit);
  out += escaped;
}

}  // namespace

std::string ForTerminal(std::string_view text, Layout layout) {
  std::string out;
  out.reserve(text.size());
  int marks = kMostMarks;  // a mark at the beginning would be drawn over what stands before the text
  for (size_t at = 0; at < text.size();) {
    const size_t begin = at;
    const uint32_t code = NextCodePoint(text, at);
    const std::string_view bytes = text.substr(begin, at - begin);
    const bool invalid = code == 0xFFFD && bytes != "\uFFFD";
    marks = IsIn(kMarks, code) ? marks + 1 : 0;
    if (!invalid && marks <= kMostMarks && (!IsIn(kHidden, code) || Keeps(layout, code)))
      out += bytes;
    else if (code == '\n' || code == '\t')
      out += code == '\n' ? "\\n" : "\\t";
    else
      AppendBytes(out, bytes);
  }
  return out;
}

std::string_view Clipped(std::string_view text, size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0) == 0x80) --most;
  return text.substr(0, most);
}

std::string VisibleJson(std::string_view json) {
  if (IsAscii(json) && !Contains(json, "\x7f")) return std::string(json);
  std::string out;
  int marks = 0;
  for (size_t at = 0; at < json.size();) {
    const size_t begin = at;
    const uint32_t code = NextCodePoint(json, at);
    marks = IsIn(kMarks, code) ? marks + 1 : 0;
    if (code < 0x7F || (marks <= kMostMarks && !IsIn(kHidden, code)))
      out += json.substr(begin, at - begin);
    else if (code < 0x10000)
      AppendUnit(out, code);
    else
      for (const uint32_t unit : {0xD800 + ((code - 0x10000) >> 10), 0xDC00 + (code & 0x3FF)}) AppendUnit(out, unit);
  }
  return out;
}

}  // namespace heddle
