// Finding where quotes and brackets end, brace expansion, and the escapes of $'..': text in, text out.
#include "base/text.h"
#include "shell/expand.h"

namespace heddle::shell {
namespace {

constexpr size_t kMaxFields = 4096;
constexpr int kMaxDepth = 40;

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

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

size_t Close(std::string_view text, size_t open, char opener, char closer, int depth);

// At a quote; returns the index after its end. "..$(..".."..).." nests, to `depth` levels.
size_t SkipQuoted(std::string_view text, size_t at, int depth = 0) {
  if (text[at] == '\\') return std::min(at + 2, text.size());
  if (text[at] == '\'') {
    const size_t end = text.find('\'', at + 1);
    return end == text.npos ? text.size() : end + 1;
  }
  for (size_t i = at + 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == text[at]) {
      return i + 1;
    } else if (text[at] == '"' && text[i] == '$' && i + 1 < text.size() && text[i + 1] == '(' && depth < 8) {
      const size_t end = Close(text, i + 1, '(', ')', depth + 1);
      if (end != text.npos) i = end - 1;
    }
  }
  return text.size();
}

bool IsQuote(char c) { return c == '\'' || c == '"' || c == '\\' || c == '`'; }

size_t Close(std::string_view text, size_t open, char opener, char closer, int depth) {
  int level = 0;
  for (size_t i = open; i < text.size();) {
    if (IsQuote(text[i])) {
      i = SkipQuoted(text, i, depth);
      continue;
    }
    if (text[i] == opener) ++level;
    if (text[i] == closer && --level == 0) return i + 1;
    ++i;
  }
  return text.npos;
}

std::vector<std::string> BraceRange(std::string_view inside) {
  const size_t dots = inside.find("..");
  if (dots == inside.npos) return {};
  const auto from = inside.substr(0, dots);
  auto to = inside.substr(dots + 2);
  int64_t step = 1;
  if (const size_t more = to.find(".."); more != to.npos) {
    step = std::max<int64_t>(1, std::abs(ParseInt(to.substr(more + 2)).value_or(1)));
    to = to.substr(0, more);
  }
  std::vector<std::string> out;
  const bool letters = from.size() == 1 && to.size() == 1 && IsLetter(from[0]) && IsLetter(to[0]);
  const auto low = letters ? std::optional<int64_t>(from[0]) : ParseInt(from);
  const auto high = letters ? std::optional<int64_t>(to[0]) : ParseInt(to);
  const auto far = [](int64_t value) { return value > (1LL << 40) || value < -(1LL << 40); };
  if (!low || !high || far(*low) || far(*high) || far(step)) return {};
  // Leading zeros widen every number: {01..10}.
  const auto padded = [&](std::string_view text) { return text.size() > 1 && text[text[0] == '-' ? 1 : 0] == '0'; };
  const size_t width = !letters && (padded(from) || padded(to)) ? std::max(from.size(), to.size()) : 0;
  for (int64_t v = *low; *low <= *high ? v <= *high : v >= *high; v += *low <= *high ? step : -step) {
    if (out.size() > kMaxFields) break;
    std::string text = letters ? std::string(1, static_cast<char>(v)) : std::to_string(v);
    if (text.size() < width) text.insert(text[0] == '-' ? 1 : 0, width - text.size(), '0');
    out.push_back(std::move(text));
  }
  return out;
}

}  // namespace

size_t SkipQuote(std::string_view text, size_t at) { return SkipQuoted(text, at); }

size_t MatchingClose(std::string_view text, size_t open, char opener, char closer) {
  return Close(text, open, opener, closer, 0);
}

std::string DecodeEscapes(std::string_view text, bool octal_needs_zero) {
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
      AppendUtf8(out, static_cast<uint32_t>(code));
    } else if (c >= '0' && c <= '7') {
      at = i + 1;
      code = Digits(text, at, 8, octal_needs_zero && c == '0' ? 4 : 3);
      out += static_cast<char>(code);
    } else if (c == '\\' || c == '\'' || c == '"' || c == '?') {
      out += c;
    } else {
      out += {'\\', c};
    }
    i = at;
  }
  return out;
}

std::vector<std::string> ExpandBraces(std::string_view raw, bool* cut) {
  constexpr int kMaxUnclosed = 64;  // each is looked for to the end of the word
  int unclosed = 0;
  for (size_t i = 0; i < raw.size();) {
    if (IsQuote(raw[i])) {
      i = SkipQuoted(raw, i);
      continue;
    }
    if (raw[i] == '$' && i + 1 < raw.size() && (raw[i + 1] == '{' || raw[i + 1] == '(')) {
      const size_t end = MatchingClose(raw, i + 1, raw[i + 1], raw[i + 1] == '{' ? '}' : ')');
      i = end == raw.npos ? raw.size() : end;
      continue;
    }
    const bool brace = raw[i] == '{' && unclosed < kMaxUnclosed;
    const size_t end = brace ? MatchingClose(raw, i, '{', '}') : raw.npos;
    if (end == raw.npos) {
      unclosed += brace ? 1 : 0;
      if (cut != nullptr && unclosed == kMaxUnclosed) *cut = true;
      ++i;
      continue;
    }
    const std::string_view inside = raw.substr(i + 1, end - i - 2);
    std::vector<std::string> choices = BraceRange(inside);
    const bool range = !choices.empty();
    if (!range) {
      size_t from = 0;
      int level = 0;
      for (size_t k = 0; k <= inside.size();) {
        if (k < inside.size() && IsQuote(inside[k])) {
          k = SkipQuoted(inside, k);
          continue;
        }
        if (k < inside.size() && inside[k] == '{') ++level;
        if (k < inside.size() && inside[k] == '}') --level;
        if (k == inside.size() || (inside[k] == ',' && level == 0)) {
          choices.emplace_back(inside.substr(from, k - from));
          from = k + 1;
        }
        ++k;
      }
    }
    if (choices.size() < 2 && !range) {
      ++i;
      continue;
    }
    std::vector<std::string> out;
    const auto tails = ExpandBraces(raw.substr(end), cut);
    for (const auto& choice : choices) {
      for (const auto& middle : ExpandBraces(choice, cut)) {
        for (const auto& tail : tails) {
          if (out.size() >= kMaxFields) {
            if (cut != nullptr) *cut = true;
            return out;
          }
          out.push_back(Cat({raw.substr(0, i), middle, tail}));
        }
      }
    }
    return out;
  }
  return {std::string(raw)};
}

}  // namespace heddle::shell
