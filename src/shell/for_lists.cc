#include "shell/for_lists.h"

#include <algorithm>

#include "shell/parsing/scan.h"

namespace heddle::shell {
namespace {

// The index behind the blanks, lines' ends and comments at `at`.
size_t SkipToWord(std::string_view text, size_t at) {
  while (at < text.size()) {
    const char c = text[at];
    const bool continued = c == '\\' && text.substr(at + 1, 1) == "\n";
    if (c == '#')
      at = std::min(text.find('\n', at), text.size());
    else if (c == ' ' || c == '\t' || c == '\n' || continued)
      at += continued ? 2 : 1;
    else
      break;
  }
  return at;
}

}  // namespace

void MarkLists(std::string_view text, Statement& statement) {
  if (statement.kind == Statement::Kind::kFor) {
    const auto name_end = static_cast<size_t>(statement.name.data() + statement.name.size() - text.data());
    const size_t next = SkipToWord(text, name_end);
    const std::string_view word = text.substr(next, 3);
    statement.listed = !statement.words.empty() || (word.starts_with("in") && (word.size() < 3 || EndsWord(word[2])));
  }
  for (Statement& child : statement.children) MarkLists(text, child);
}

}  // namespace heddle::shell
