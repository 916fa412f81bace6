#include "shell/words/rewrite.h"

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "shell/expand.h"

namespace heddle::shell {
namespace {

constexpr int kMaxUnclosed = 8;  // each is looked for to the end of the text

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

  // The grammar ends a word between a quoted part and a backslash.
  bool BehindQuote() const {
    return at_ > 0 && (text_[at_ - 1] == '\'' || text_[at_ - 1] == '"' || out_.ends_with('\''));
  }
  static bool IsPlain(char c) {
    return c > ' ' && c < 0x7f && std::string_view("`$\\\"'").find(c) == std::string_view::npos;
  }

  // The grammar loses a "-" before a redirection.
  bool AloneBeforeRedirect() const {
    const std::string_view blanks = " \t";
    if (at_ == 0 || blanks.find(text_[at_ - 1]) == blanks.npos) return false;
    const size_t next = text_.find_first_not_of(blanks, at_ + 1);
    if (next == text_.npos || next == at_ + 1) return false;
    const size_t sign = text_[next] >= '0' && text_[next] <= '9' ? next + 1 : next;
    return sign < text_.size() && (text_[sign] == '>' || text_[sign] == '<' || text_.substr(sign).starts_with("&>"));
  }

  void AnsiQuote() {
    size_t end = at_ + 2;
    while (end < text_.size() && text_[end] != '\'') end += text_[end] == '\\' ? 2 : 1;
    end = std::min(end, text_.size());
    const std::string decoded = DecodeEscapes(text_.substr(at_ + 2, end - at_ - 2));
    out_ += Cat({"'", ReplaceAll(decoded.substr(0, decoded.find('\0')), "'", "'\\''"), end < text_.size() ? "'" : ""});
    at_ = std::min(end + 1, text_.size());
  }

  // <<WORD: its body begins with the next line.
  void Heredoc() {
    Copy(at_ + 2);
    if (at_ < text_.size() && text_[at_] == '<') return Copy(at_ + 1);
    if (at_ < text_.size() && text_[at_] == '-') Copy(at_ + 1);
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) Copy(at_ + 1);
    Body body;
    const size_t begin = at_;
    size_t end = at_;
    while (end < text_.size() && std::string_view(" \t\n;&|<>()").find(text_[end]) == text_.npos) {
      const bool quote = text_[end] == '\'' || text_[end] == '"' || text_[end] == '\\';
      body.quoted |= quote;
      if (!quote) body.delimiter += text_[end];
      ++end;
    }
    if (end > begin && (IsNameByte(text_[begin], false) || body.quoted)) bodies_.push_back(std::move(body));
    Copy(end);
  }

  // At the beginning of a line: the bodies of the here-documents of the line before, in which nothing is quoted.
  void Bodies() {
    for (const Body& body : bodies_) {
      while (at_ < text_.size()) {
        const size_t end = std::min(text_.find('\n', at_), text_.size());
        std::string_view line = text_.substr(at_, end - at_);
        while (!line.empty() && line[0] == '\t') line.remove_prefix(1);
        const size_t slashes = line.size() - (line.find_last_not_of('\\') + 1);
        if (!body.quoted && slashes % 2 != 0 && end < text_.size()) {
          Copy(end - 1);
          at_ = end + 1;
          continue;
        }
        Copy(std::min(end + 1, text_.size()));
        if (line == body.delimiter) break;
      }
    }
    bodies_.clear();
  }

  void Step() {
    const char c = text_[at_];
    const char next = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
    const bool named = at_ > 0 && IsNameByte(text_[at_ - 1], false);
    if (c == '\\' && next == '\n') {
      at_ += 2;
    } else if (c == '\\' && !in_double_ && (next == ' ' || next == '\t' || (BehindQuote() && IsPlain(next)))) {
      out_ += {'\'', next, '\''};
      at_ += 2;
    } else if (c == '\\') {
      Copy(at_ + 2);
    } else if (c == '\n' && !bodies_.empty()) {
      Copy(at_ + 1);
      Bodies();
    } else if (c == '<' && next == '<' && !in_double_) {
      Heredoc();
    } else if (c == '=' && next == '\n' && named && !in_double_) {
      out_ += "=''";
      ++at_;
    } else if (c == '-' && !in_double_ && AloneBeforeRedirect()) {
      out_ += "'-'";
      ++at_;
    } else if (c == '$' && next == '$') {
      Copy(at_ + 2);
    } else if (c == '$' && in_double_ && (next == '(' || next == '{') && unclosed_ < kMaxUnclosed) {
      // Read anew when it is run; its quotes are its own.
      const size_t end = MatchingClose(text_, at_ + 1, next, next == '(' ? ')' : '}');
      unclosed_ += end == text_.npos ? 1 : 0;
      Copy(end == text_.npos ? at_ + 1 : end);
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

  struct Body {
    std::string delimiter{};
    bool quoted = false;
  };

  std::string_view text_;
  std::string out_;
  std::vector<Body> bodies_;  // that begin with the next line
  size_t at_ = 0;
  bool in_double_ = false;
  int unclosed_ = 0;
};

}  // namespace

bool NeedsRewrite(std::string_view text) {
  for (std::string_view part : {"$'", "\\\n", "\\ ", "\\\t", "=\n", "'\\", "\"\\", " - "}) {
    if (Contains(text, part)) return true;
  }
  return false;
}

std::string Rewrite(std::string_view text) { return Rewriter(text).Run(); }

}  // namespace heddle::shell
