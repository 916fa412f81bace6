#include "shell/words/rewrite.h"

#include <algorithm>

#include "base/text.h"
#include "shell/expand.h"

namespace heddle::shell {
namespace {

class Rewriter {
 public:
  explicit Rewriter(std::string_view text) : text_(text) {}

  std::string Run() {
    while (at_ < text_.size()) Step();
    return std::move(out_);
  }

 private:
  void Copy(size_t end) {
    out_ += text_.substr(at_, end - at_);
    at_ = std::min(end, text_.size());
  }

  void AnsiQuote() {
    size_t end = at_ + 2;
    while (end < text_.size() && text_[end] != '\'') end += text_[end] == '\\' ? 2 : 1;
    end = std::min(end, text_.size());
    const std::string decoded = DecodeEscapes(text_.substr(at_ + 2, end - at_ - 2));
    out_ += Cat({"'", ReplaceAll(decoded.substr(0, decoded.find('\0')), "'", "'\\''"), end < text_.size() ? "'" : ""});
    at_ = std::min(end + 1, text_.size());
  }

  // "time -p (" and "coproc NAME (": the grammar takes the bracket for a word's. 0 when none stands here, else where the
  // bracket is. No other command may have an open bracket after a blank.
  size_t PrefixEnd() const {
    const bool begins = at_ == 0 || IsBlank(text_[at_ - 1]) || std::string_view(";&|(").find(text_[at_ - 1]) != text_.npos;
    if (!begins || in_double_) return 0;
    const std::string_view rest = text_.substr(at_);
    for (std::string_view word : {"time", "coproc"}) {
      if (!rest.starts_with(word)) continue;
      size_t end = at_ + word.size();
      const auto skip_blanks = [&] {
        while (end < text_.size() && (text_[end] == ' ' || text_[end] == '\t')) ++end;
      };
      skip_blanks();
      const auto tail = text_.substr(end);
      if (word == "time" && (tail.starts_with("-p ") || tail.starts_with("-- "))) {
        end += 2;
      } else if (word == "coproc") {
        while (end < text_.size() && IsNameByte(text_[end])) ++end;
      }
      skip_blanks();
      const bool bracket = end < text_.size() && text_[end] == '(' && !text_.substr(end).starts_with("()");
      return bracket ? end : 0;
    }
    return 0;
  }

  static bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n'; }
  static bool IsNameByte(char c) {
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  void Step() {
    const char c = text_[at_];
    const char next = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
    if (c == '\\' && next == '\n') {
      at_ += 2;
    } else if (c == '\\') {
      Copy(at_ + 2);
    } else if (c == '"') {
      in_double_ = !in_double_;
      Copy(at_ + 1);
    } else if (c == '\'' && !in_double_) {
      Copy(std::min(text_.find('\'', at_ + 1), text_.size() - 1) + 1);
    } else if (c == '#' && !in_double_ && (at_ == 0 || std::string_view(" \n;").find(text_[at_ - 1]) != text_.npos)) {
      Copy(std::min(text_.find('\n', at_), text_.size()));
    } else if (c == '$' && !in_double_ && next == '\'') {
      AnsiQuote();
    } else if (const size_t bracket = PrefixEnd(); bracket != 0) {
      at_ = bracket;
    } else {
      Copy(at_ + 1);
    }
  }

  std::string_view text_;
  std::string out_;
  size_t at_ = 0;
  bool in_double_ = false;
};

}  // namespace

bool NeedsRewrite(std::string_view text) { 
  return Contains(text, "$'") || Contains(text, "\\\n") || Contains(text, "time") || Contains(text, "coproc");
}

std::string Rewrite(std::string_view text) { return Rewriter(text).Run(); }

}  // namespace heddle::shell
