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

bool NeedsRewrite(std::string_view text) { return Contains(text, "$'") || Contains(text, "\\\n"); }

std::string Rewrite(std::string_view text) { return Rewriter(text).Run(); }

}  // namespace heddle::shell
