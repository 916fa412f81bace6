#include "shell/quote.h"

#include <cstdio>

#include "base/text.h"

namespace heddle::shell {
namespace {

bool IsInert(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("_-./:@%+,").find(c) != std::string_view::npos || static_cast<unsigned char>(c) >= 0x80;
}

bool IsBare(std::string_view text) {
  if (text.empty()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool inner_equals = text[i] == '=' && i > 0 && text[0] == '-';  // --flag=value, not an assignment
    if (!IsInert(text[i]) && !inner_equals) return false;
  }
  return true;
}

// How a shell writes a word in which not every character can be seen.
struct Spelling {
  std::string_view begin, end;    // of the quotes
  std::string_view byte;          // before the digits of a byte
  std::string_view special;       // characters that are written as bytes, besides those beyond ASCII
  std::string_view leave, enter;  // around what stands outside the quotes
};
constexpr Spelling kAnsi{"$'", "'", "\\x", "\\'", "", ""};
constexpr Spelling kFish{"'", "'", "\\X", "\\'", "'", "'"};

std::string Spelled(std::string_view text, const Spelling& how) {
  std::string out(how.begin);
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7F && how.special.find(c) == how.special.npos) {
      out += c;
      continue;
    }
    char digits[8];
    std::snprintf(digits, sizeof digits, "%02x", byte);
    std::string bytes = Cat({how.byte, digits});
    if (c == '\n') bytes = "\\n";
    if (c == '\t') bytes = "\\t";
    out += Cat({how.leave, bytes, how.enter});
  }
  out += how.end;
  // Quotes with nothing in them say nothing; the text's own are numbers here.
  return how.leave.empty() ? out : ReplaceAll(std::move(out), "''", "");
}

std::string FishQuote(std::string_view text) {
  std::string out = "'";
  for (char c : text) {
    if (c == '\\' || c == '\'') out += '\\';
    out += c;
  }
  return out + "'";
}

}  // namespace

std::string Quote(std::string_view text, Dialect dialect) {
  const bool visible = ForTerminal(text) == text;
  if (visible && IsBare(text)) return std::string(text);
  const bool bash = dialect == Dialect::kBash || dialect == Dialect::kZsh;
  if (!visible && bash) return Spelled(text, kAnsi);
  if (!visible && dialect == Dialect::kFish) return Spelled(text, kFish);
  if (dialect == Dialect::kFish) return FishQuote(text);
  return Cat({"'", ReplaceAll(std::string(text), "'", "'\\''"), "'"});
}

std::string QuoteAll(const std::vector<std::string>& words, Dialect dialect) {
  std::string out;
  for (const auto& word : words) {
    if (!out.empty()) out += ' ';
    out += Quote(word, dialect);
  }
  return out;
}

}  // namespace heddle::shell
