#include "shell/quote.h"

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

bool HasControl(std::string_view text) {
  for (unsigned char c : text) {
    if (c < 0x20 || c == 0x7F) return true;
  }
  return false;
}

std::string AnsiQuote(std::string_view text) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string out = "$'";
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n')
      out += "\\n";
    else if (c == '\t')
      out += "\\t";
    else if (c == '\\' || c == '\'')
      out += {'\\', c};
    else if (byte < 0x20 || byte == 0x7F)
      out += {'\\', 'x', kHex[byte >> 4], kHex[byte & 15]};
    else
      out += c;
  }
  return out + "'";
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
  if (IsBare(text)) return std::string(text);
  if (dialect == Dialect::kFish) return FishQuote(text);
  if (dialect != Dialect::kPosix && HasControl(text)) return AnsiQuote(text);
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
