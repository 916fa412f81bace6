// Where quotes and brackets end in what need not be whole shell text: recipes, patterns, operands of ${..}. Commands in
// brackets are skipped by the parser (parsing/scan.h).
#include <algorithm>

#include "base/text.h"
#include "shell/expand.h"
#include "shell/parsing/scan.h"

namespace heddle::shell {
namespace {

constexpr int kMaxNested = 12;  // brackets inside quotes inside brackets

bool IsQuote(char c) { return c == '\'' || c == '"' || c == '\\' || c == '`'; }

// What is not closed is tried again from every bracket in it, so the bytes that may be read are bounded in all. When no
// more may be, nothing is closed.
class Brackets {
 public:
  explicit Brackets(std::string_view text) : text_(text), left_(kMaxRead + 2 * text.size()) {}

  // At a quote; returns the index after its end.
  size_t SkipQuoted(size_t at, int depth) {
    if (text_[at] == '\\') return std::min(at + 2, text_.size());
    if (text_[at] == '\'') {
      const size_t end = text_.find('\'', at + 1);
      return end == text_.npos ? text_.size() : end + 1;
    }
    for (size_t i = at + 1; i < text_.size() && Read(1); ++i) {
      if (text_[i] == '\\') {
        ++i;
      } else if (text_[i] == text_[at]) {
        return i + 1;
      } else if (text_[at] == '"') {
        const size_t end = SkipExpansion(i, depth);
        if (end != i) i = end - 1;
      }
    }
    return text_.size();
  }

  size_t Close(size_t open, char opener, char closer, int depth) {
    if (opener == '(') {
      const size_t end = SkipParentheses(text_, open, depth);
      if (end != text_.npos) return end;  // else it holds no commands
      if (!Read(text_.size() - open)) return text_.npos;
    }
    int level = 0;
    for (size_t i = open; i < text_.size() && Read(1);) {
      if (IsQuote(text_[i])) {
        i = SkipQuoted(i, depth);
        continue;
      }
      if (const size_t end = SkipExpansion(i, depth); end != i) {
        i = end;
        continue;
      }
      if (text_[i] == opener) ++level;
      if (text_[i] == closer && --level == 0) return i + 1;
      ++i;
    }
    return text_.npos;
  }

 private:
  static constexpr size_t kMaxRead = 1 << 16;

  bool Read(size_t bytes) {
    const bool enough = bytes < left_;
    left_ -= std::min(bytes, left_);
    return enough;
  }

  // After `$(`, `${` or `$[` at `at`, which is the "$"; `at` itself when it opens nothing or is not closed.
  size_t SkipExpansion(size_t at, int depth) {
    if (text_[at] != '$' || at + 1 >= text_.size() || depth >= kMaxNested) return at;
    const char opener = text_[at + 1];
    if (opener != '(' && opener != '{') return at;
    const size_t end = Close(at + 1, opener, opener == '(' ? ')' : '}', depth + 1);
    return end == text_.npos ? at : end;
  }

  std::string_view text_;
  size_t left_;
};

}  // namespace

size_t SkipQuote(std::string_view text, size_t at) { return Brackets(text).SkipQuoted(at, 0); }

size_t MatchingClose(std::string_view text, size_t open, char opener, char closer) {
  return Brackets(text).Close(open, opener, closer, 0);
}

}  // namespace heddle::shell
