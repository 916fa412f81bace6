// Any bytes as a shell's text. What the grammar takes can be written out and read again as the same, and each view of
// a tree lies in the text that it belongs to. The first byte chooses the dialect in which the rest is quoted: quoted
// text is one word again.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "base/text.h"
#include "shell/parsing/parser.h"
#include "shell/quote.h"
#include "shell_text.h"

namespace heddle::shell {
namespace {

void Require(bool holds, const char* what, std::string_view text) {
  if (holds) return;
  std::fprintf(stderr, "%s:\n%.*s\n", what, static_cast<int>(text.size()), text.data());
  std::abort();
}

// Operators and the brackets of tests are not of the text.
class Views {
 public:
  explicit Views(std::string_view text) : text_(text) {}

  void Check(const Statement& statement) const {
    if (statement.kind == Statement::Kind::kFor || statement.kind == Statement::Kind::kFunction) Within(statement.name);
    for (const Word& word : statement.words) Within(word.raw);
    for (const Assignment& assignment : statement.assignments) {
      Within(assignment.name);
      Within(assignment.subscript);
      Within(assignment.value.raw);
    }
    for (const Redirect& redirect : statement.redirects) {
      Within(redirect.target.raw);
      Within(redirect.heredoc);
      Within(redirect.variable);
    }
    for (const Statement& child : statement.children) Check(child);
  }

 private:
  void Within(std::string_view view) const {
    if (view.empty()) return;
    const bool inside = view.data() >= text_.data() && view.data() + view.size() <= text_.data() + text_.size();
    Require(inside, "a view lies outside of the text", text_);
  }

  std::string_view text_;
};

// A carriage return before a line's end and a backslash at the end of all are no part of a word, but would become one.
bool CanBeWritten(std::string_view text) { return !Contains(text, "\r") && !text.ends_with("\\"); }

void ParseAndWrite(std::string_view text) {
  if (const auto script = Parse(text)) Views(script->text ? *script->text : text).Check(script->root);
  const auto root = ParseCommands(text);
  if (!root) return;
  Views(text).Check(*root);
  if (!CanBeWritten(text)) return;
  const std::string written = ShellText::Of(*root, text);
  const auto again = ParseCommands(written);
  Require(again.has_value(), "what was written does not parse", written);
  const std::string twice = ShellText::Of(*again, written);
  Require(twice == written, "what was written reads as something else", written + "-- and then --\n" + twice);
}

void QuoteAndParse(Dialect dialect, std::string_view text) {
  if (Contains(text, std::string_view("\0", 1))) return;
  const std::string quoted = Quote(text, dialect);
  if (dialect == Dialect::kFish) return;  // another language
  const std::string line = Cat({"echo ", quoted});
  const auto root = ParseCommands(line);
  Require(root && root->children.size() == 1 && root->children[0].words.size() == 2 &&
              root->children[0].words[1].raw == quoted,
          "a quoted text is not one word", line);
}

}  // namespace
}  // namespace heddle::shell

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace heddle::shell;
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  QuoteAndParse(static_cast<Dialect>(data[0] % 4), text);
  ParseAndWrite(text);
  return 0;
}
