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

size_t Close(std::string_view text, size_t open, char opener, char closer, int depth) {
  if (opener == '(') {
    const size_t end = SkipParentheses(text, open, depth);
    if (end != text.npos) return end;  // else it holds no commands
  }
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
