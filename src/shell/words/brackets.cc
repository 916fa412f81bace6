// Where quotes and brackets end. A "(" of commands may hold comments, case arms with a lone ")" and here-documents
// whose text has quotes of its own (POSIX.1-2017 XCU 2.6.3), so it is read word by word.
#include <vector>

#include "base/text.h"
#include "shell/expand.h"

namespace heddle::shell {
namespace {

constexpr int kMaxNested = 12;  // brackets inside quotes inside brackets

bool IsQuote(char c) { return c == '\'' || c == '"' || c == '\\' || c == '`'; }
bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n'; }

size_t Close(std::string_view text, size_t open, char opener, char closer, int depth);

// After `$(`, `${` or `$[` at `at`, which is the "$"; `at` itself when it opens nothing or is not closed.
size_t SkipExpansion(std::string_view text, size_t at, int depth) {
  if (text[at] != '$' || at + 1 >= text.size() || depth >= kMaxNested) return at;
  const char opener = text[at + 1];
  if (opener != '(' && opener != '{') return at;
  const size_t end = Close(text, at + 1, opener, opener == '(' ? ')' : '}', depth + 1);
  return end == text.npos ? at : end;
}

// At a quote; returns the index after its end.
size_t SkipQuoted(std::string_view text, size_t at, int depth) {
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
    } else if (text[at] == '"') {
      const size_t end = SkipExpansion(text, i, depth);
      if (end != i) i = end - 1;
    }
  }
  return text.size();
}

// Reads commands up to the ")" that closes the bracket at `at`.
class CommandReader {
 public:
  CommandReader(std::string_view text, size_t at, int depth) : text_(text), at_(at), depth_(depth) {}

  size_t End() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (IsQuote(c)) {
        at_ = SkipQuoted(text_, at_, depth_);
        word_begin_ = false;
      } else if (c == '(') {
        ++level_;
        Sign();
      } else if (c == ')') {
        const bool arm = !cases_.empty() && cases_.back() == level_;
        if (!arm && --level_ == 0) return at_ + 1;
        Sign();
      } else if (c == '#' && word_begin_) {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (c == '\n') {
        ++at_;
        SkipHeredocs();
        word_begin_ = true;
      } else if (IsBlank(c) || c == ';' || c == '&' || c == '|') {
        Sign();
      } else if (text_.substr(at_).starts_with("<<")) {
        Heredoc();
      } else if (const size_t end = SkipExpansion(text_, at_, depth_); end != at_) {
        at_ = end;
        word_begin_ = false;
      } else if (word_begin_) {
        Name();
      } else {
        ++at_;
      }
    }
    return text_.npos;
  }

 private:
  void Sign() {
    ++at_;
    word_begin_ = true;
  }

  void Name() {
    const size_t end = std::max(NameEnd(text_, at_), at_ + 1);
    const std::string_view name = text_.substr(at_, end - at_);
    const bool whole =
        end >= text_.size() || IsBlank(text_[end]) || std::string_view(";)&|").find(text_[end]) != name.npos;
    if (name == "case" && whole) cases_.push_back(level_);
    if (name == "esac" && whole && !cases_.empty()) cases_.pop_back();
    at_ = end;
    word_begin_ = false;
  }

  // <<WORD: remembered until the line ends. <<< and the shifts of arithmetic are none.
  void Heredoc() {
    at_ += 2;
    word_begin_ = false;
    if (at_ < text_.size() && text_[at_] == '<') {
      ++at_;
      return;
    }
    if (at_ < text_.size() && text_[at_] == '-') ++at_;
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
    std::string delimiter;
    while (at_ < text_.size() && !IsBlank(text_[at_]) && std::string_view(";)&|<>(").find(text_[at_]) == text_.npos) {
      if (!IsQuote(text_[at_])) delimiter += text_[at_];
      ++at_;
    }
    if (!delimiter.empty()) heredocs_.push_back(std::move(delimiter));
  }

  // At the beginning of a line: moves behind the bodies of the here-documents of the line before. One that has no end
  // was none.
  void SkipHeredocs() {
    for (const std::string& delimiter : heredocs_) {
      for (size_t line = at_; line < text_.size();) {
        const size_t end = std::min(text_.find('\n', line), text_.size());
        std::string_view whole = text_.substr(line, end - line);
        while (!whole.empty() && whole[0] == '\t') whole.remove_prefix(1);
        line = std::min(end + 1, text_.size());
        if (whole != delimiter) continue;
        at_ = end;
        break;
      }
    }
    heredocs_.clear();
  }

  std::string_view text_;
  size_t at_;
  int depth_, level_ = 0;
  bool word_begin_ = true;
  std::vector<int> cases_;  // the level of each `case` that is open
  std::vector<std::string> heredocs_;
};

size_t Close(std::string_view text, size_t open, char opener, char closer, int depth) {
  if (opener == '(') return CommandReader(text, open, depth).End();
  int level = 0;
  for (size_t i = open; i < text.size();) {
    if (IsQuote(text[i])) {
      i = SkipQuoted(text, i, depth);
      continue;
    }
    if (const size_t end = SkipExpansion(text, i, depth); end != i) {
      i = end;
      continue;
    }
    if (text[i] == opener) ++level;
    if (text[i] == closer && --level == 0) return i + 1;
    ++i;
  }
  return text.npos;
}

}  // namespace

size_t SkipQuote(std::string_view text, size_t at) { return SkipQuoted(text, at, 0); }

size_t MatchingClose(std::string_view text, size_t open, char opener, char closer) {
  return Close(text, open, opener, closer, 0);
}

}  // namespace heddle::shell
