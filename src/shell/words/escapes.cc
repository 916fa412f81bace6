// The escapes of $'..', echo -e and printf (the bash manual, 3.1.2.4 and 4.2).
#include "base/text.h"
#include "shell/expand.h"

namespace heddle::shell {
namespace {

// Up to `most` digits of `base` from `at`; moves `at` behind them. -1 when there is none.
int64_t Digits(std::string_view text, size_t& at, int base, int most) {
  int64_t value = -1;
  for (int n = 0; n < most && at < text.size(); ++n, ++at) {
    const int digit = HexDigit(text[at]);
    if (digit < 0 || digit >= base) break;
    value = std::max<int64_t>(value, 0) * base + digit;
  }
  return value;
}

// What \u and \U stand for depends on the locale beyond ASCII.
void AppendCode(std::string& out, int64_t code) {
  if (code < 0x80)
    out += static_cast<char>(code);
  else
    out += kUnknown;
}

}  // namespace

std::string DecodeEscapes(std::string_view text, EscapeUse use, bool* stopped) {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i++];
      continue;
    }
    const char c = text[i + 1];
    size_t at = i + 2;
    int64_t code = -1;
    constexpr std::string_view kNames = "abefnrtv", kBytes = "\a\b\x1b\f\n\r\t\v";
    if (const size_t index = kNames.find(c); index != kNames.npos) {
      out += kBytes[index];
    } else if (c == 'E') {
      out += '\x1b';
    } else if (c == 'x' && (code = Digits(text, at, 16, 2)) >= 0) {
      out += static_cast<char>(code);
    } else if ((c == 'u' || c == 'U') && (code = Digits(text, at, 16, c == 'u' ? 4 : 8)) >= 0) {
      AppendCode(out, code);
    } else if (c >= '0' && c <= '7' && (c == '0' || use != EscapeUse::kEcho)) {
      at = i + 1;
      const bool zero = c == '0' && (use == EscapeUse::kEcho || use == EscapeUse::kPrintfWord);
      code = Digits(text, at, 8, zero ? 4 : 3);
      out += static_cast<char>(code);
    } else if (c == 'c' && use == EscapeUse::kQuote && at < text.size()) {
      const char letter = text[at++];
      out += letter == '?' ? '\x7f' : static_cast<char>(letter & 0x1f);
    } else if (c == 'c' && use != EscapeUse::kQuote) {
      if (stopped != nullptr) *stopped = true;
      return out;
    } else if (c == '\\' || ((c == '\'' || c == '"' || c == '?') && use != EscapeUse::kEcho)) {
      out += c;
    } else {
      out += {'\\', c};
    }
    i = at;
  }
  return out;
}

}  // namespace heddle::shell
