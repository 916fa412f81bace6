#include "grammar/scanner.h"

#include "base/text.h"

namespace heddle::grammar {

Error Scanner::Bad(std::string_view message) const {
  size_t line = 1, column = 1;
  for (size_t i = 0; i < at_ && i < text_.size(); ++i) {
    if (text_[i] == '\n')
      ++line, column = 1;
    else
      ++column;
  }
  return {Code::kInvalid,
          Cat({what_, ", line ", std::to_string(line), ", column ", std::to_string(column), ": ", message})};
}

Result<uint32_t> Scanner::Escape() {
  if (!More()) return Bad("a backslash ends the text");
  const char c = text_[at_];
  const size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
  if (digits == 0) {
    constexpr std::pair<char, uint32_t> kNamed[] = {{'n', '\n'}, {'r', '\r'}, {'t', '\t'}, {'f', '\f'},
                                                    {'v', '\v'}, {'b', '\b'}, {'0', 0}};
    for (const auto& [name, value] : kNamed) {
      if (name == c) return ++at_, value;
    }
    return CodePoint();
  }
  ++at_;
  uint32_t value = 0;
  for (size_t i = 0; i < digits; ++i, ++at_) {
    const char h = Peek();
    const int digit = HexDigit(h);
    if (digit < 0) return Bad(Cat({"\\", std::string(1, c), " needs ", std::to_string(digits), " hexadecimal digits"}));
    value = value << 4 | static_cast<uint32_t>(digit);
  }
  if (value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) return Bad("not a Unicode character");
  return value;
}

Result<uint32_t> Scanner::Number() {
  uint32_t value = 0;
  const size_t from = at_;
  for (; Peek() >= '0' && Peek() <= '9'; ++at_) {
    value = value * 10 + static_cast<uint32_t>(Peek() - '0');
    if (value >= 1'000'000) return Bad("a count below 1,000,000 is needed");
  }
  if (at_ == from) return Bad("a number is needed");
  return value;
}

}  // namespace heddle::grammar
