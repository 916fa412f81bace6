// printf: what a format makes of words (POSIX.1-2017 XCU printf, the bash manual, 4.2). What is an error to it, or told
// otherwise by shells and locales, is unknown.
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <optional>

#include "base/text.h"
#include "shell/expand.h"
#include "shell/programs/text_tools.h"

namespace heddle::shell {
namespace {

constexpr size_t kMaxPrinted = 1 << 16;
constexpr int64_t kMaxWidth = 1000;

using Words = std::vector<std::string>;

// Decimal, 0x.., 0.., or 'c for the code of a character.
std::optional<long long> NumberOf(const std::string& text) {
  if (text.empty()) return 0;
  if (text[0] == '\'' || text[0] == '"') {
    if (text.size() != 2 || !IsAscii(text)) return std::nullopt;
    return text[1];
  }
  char* end = nullptr;
  errno = 0;
  const long long value = std::strtoll(text.c_str(), &end, 0);
  return *end == '\0' && errno == 0 ? std::optional(value) : std::nullopt;
}

// %q of bash: a backslash before everything that a shell would read.
std::optional<std::string> Requoted(const std::string& value) {
  if (value.empty()) return "''";
  std::string out;
  for (const char c : value) {
    if (c < ' ' || c >= 0x7f || c == '#' || c == '~') return std::nullopt;
    if (std::string_view(" '\"\\|&;()<>!{}*[]?^$`,").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

class Formatter {
 public:
  Formatter(const Words& words, bool bash) : words_(words), format_(words[0]), bash_(bash) {}

  std::string Run() {
    const size_t mark = static_cast<size_t>(std::find_if(format_.begin(), format_.end(), IsMark) - format_.begin());
    const bool open = mark < format_.size();
    if (open) format_.resize(mark);
    do {
      const size_t before = next_;
      for (at_ = 0; at_ < format_.size() && known_ && !stopped_;) Step();
      if (next_ == before || open) break;
    } while (next_ < words_.size() && out_.size() < kMaxPrinted && known_ && !stopped_);
    if (!known_ || out_.size() >= kMaxPrinted) return Unknown();
    return open ? out_ + Unknown() : out_;
  }

 private:
  const std::string& Next() { return next_ < words_.size() ? words_[next_++] : Missing(); }
  const std::string& Missing() {
    ++next_;
    return missing_;
  }

  void Step() {
    if (format_[at_] == '%') return Conversion();
    const size_t end = std::min(format_.find('%', at_), format_.size());
    const std::string text = format_.substr(at_, end - at_);
    known_ &= Readable(text) && !(end < format_.size() && text.ends_with("\\"));
    bool ends = false;
    out_ += DecodeEscapes(text, EscapeUse::kPrintf, &ends);
    known_ &= !ends;  // \c is none of a format to all
    at_ = end;
  }

  // Whether all shells read the escapes of `text` alike.
  bool Readable(const std::string& text) const {
    for (size_t i = 0; !bash_ && i < text.size(); ++i) {
      if (text[i] != '\\') continue;
      ++i;
      if (i >= text.size() || std::string_view("abfnrtv\\01234567").find(text[i]) == std::string_view::npos)
        return false;
    }
    return true;
  }

  // The digits or the * of a width or a precision; nothing when it is not modelled.
  std::optional<int64_t> Amount() {
    if (at_ < format_.size() && format_[at_] == '*') {
      ++at_;
      const auto number = NumberOf(Next());
      return number && *number >= 0 && *number <= kMaxWidth ? std::optional<int64_t>(*number) : std::nullopt;
    }
    const size_t end = std::min(format_.find_first_not_of("0123456789", at_), format_.size());
    const auto number = end == at_ ? 0 : ParseInt(format_.substr(at_, end - at_));
    at_ = end;
    return number && *number <= kMaxWidth ? number : std::nullopt;
  }

  void Conversion() {
    const size_t begin = at_++;
    const size_t flags_end = std::min(format_.find_first_not_of("-+ 0#", at_), format_.size());
    const std::string flags = format_.substr(at_, flags_end - at_);
    at_ = flags_end;
    const auto width = Amount();
    std::optional<int64_t> precision = -1;
    if (at_ < format_.size() && format_[at_] == '.') {
      ++at_;
      precision = Amount();
    }
    known_ &= width && precision && at_ < format_.size();
    if (!known_) return;
    const char type = format_[at_++];
    if (type == '%') {
      known_ &= at_ == begin + 2;
      out_ += '%';
      return;
    }
    const std::string shown = *precision < 0 ? "" : Cat({".", std::to_string(*precision)});
    if (std::string_view("diuoxX").find(type) != std::string_view::npos)
      Number(Cat({"%", flags, *width > 0 ? std::to_string(*width) : "", shown, "ll", std::string(1, type)}));
    else
      Text(type, flags, static_cast<size_t>(*width), *precision);
  }

  void Number(const std::string& spec) {
    const auto number = NumberOf(Next());
    char text[kMaxWidth + 100];
    known_ &= number.has_value();
    if (!known_) return;
    std::snprintf(text, sizeof text, spec.c_str(), *number);
    out_ += text;
  }

  void Text(char type, const std::string& flags, size_t width, int64_t precision) {
    std::string value = Next();
    const bool shaped = width > 0 || precision >= 0;
    if (type == 'b') {
      known_ &= Readable(value);
      value = DecodeEscapes(value, EscapeUse::kPrintfWord, &stopped_);
      known_ &= !stopped_ || !shaped;
    } else if (type == 'c') {
      known_ &= !value.empty() && IsAscii(value.substr(0, 1)) && !HasUnknown(value) && precision < 0;
      value = value.substr(0, 1);
    } else if (type == 'q') {
      const auto quoted = bash_ && !shaped ? Requoted(value) : std::nullopt;
      known_ &= quoted.has_value();
      value = quoted.value_or("");
    } else if (type != 's') {
      known_ = false;
    }
    known_ &= !shaped || (!HasUnknown(value) && IsAscii(value) && flags.find_first_not_of('-') == flags.npos);
    if (!known_) return;
    if (precision >= 0) value = value.substr(0, static_cast<size_t>(precision));
    const size_t fill = width - std::min(width, value.size());
    out_ += flags.empty() ? std::string(fill, ' ') + value : value + std::string(fill, ' ');
  }

  const Words& words_;
  std::string format_, out_, missing_;
  size_t at_ = 0, next_ = 1;
  bool bash_, known_ = true, stopped_ = false;
};

}  // namespace

std::string FormatWords(const std::vector<std::string>& words, bool bash) {
  return words.empty() ? "" : Formatter(words, bash).Run();
}

}  // namespace heddle::shell
