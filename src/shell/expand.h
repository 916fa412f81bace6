// Word expansion without a shell: braces, tilde, parameters, command substitution, arithmetic, quotes, field splitting
// (POSIX.1-2017 XCU 2.6, the bash manual for the rest). What cannot be known is marked inside the text (value.h).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shell/ast.h"
#include "shell/frame.h"
#include "shell/value.h"

namespace heddle::shell {

// One word after expansion.
struct Field {
  std::string text{};
  bool glob = false;          // holds an unquoted * ? [ that a shell would match against files
  bool substitution = false;  // <(command) or >(command)
  std::string substituted{};  // for <(command): what the command prints
  bool many = false;          // an unquoted value in it is not known, so it may be any number of words
};

class Expander {
 public:
  struct Hooks {
    // Runs a substitution's text and returns what it prints, with marks. `process` is true for <(..) and >(..).
    std::function<std::string(std::string_view command, bool process)> substitute;
    // Told what was cut off when a bound is hit; the value is then unknown.
    std::function<void(std::string_view what)> limit;
  };

  Expander(Frame& frame, Hooks hooks) : frame_(frame), hooks_(std::move(hooks)) {}

  // At most 4,096 fields and 1 MB; beyond that one unknown field, and the hook is told.
  std::vector<Field> Expand(Word word);
  // As in an assignment or a redirection: no splitting, always one text.
  std::string ExpandWhole(std::string_view raw);
  // As the value of an assignment: a tilde may also stand behind a colon.
  std::string ExpandValue(std::string_view raw);
  // As a pattern (words/pattern.h): a backslash stands before what was quoted.
  std::string ExpandPattern(std::string_view raw);
  // As between double quotes.
  std::string ExpandQuoted(std::string_view raw);
  // A here-document's body: as between double quotes, which mean nothing themselves.
  std::string ExpandHeredoc(std::string_view body);
  // The value of an arithmetic expression in decimal, or kUnknown. Assignments in it take effect.
  std::string Arithmetic(std::string_view expression);
  // The same of text that has been expanded already, as of declare -i and let.
  std::string Evaluate(const std::string& text);
  // The text of an array's subscript as the key of an element.
  std::string Subscript(const std::string& name, std::string_view raw);

 private:
  friend class ArithmeticReader;
  struct Build;
  // What a parameter stands for: one text, or the list of "$@" and "${a[@]}".
  struct Parameter {
    std::vector<std::string> items;
    bool list = false;                       // in double quotes each item is a field of its own
    bool known = true;                       // false: there may be other items
    bool unset = false;                      // not set as far as is known
    bool gone = false;                       // known not to be set
    bool star = false;                       // "$*": the items are joined by the first character of IFS
    std::optional<std::string_view> word{};  // instead of all this, a word of the source: that of ${x:-word}
  };

  void Walk(std::string_view raw, Build& build, bool quoted);
  size_t Dollar(std::string_view raw, size_t at, Build& build, bool quoted);
  size_t Substitution(std::string_view raw, size_t at, Build& build, bool quoted);
  size_t Process(std::string_view raw, size_t at, Build& build);
  void DoubleQuoted(std::string_view inside, Build& build);
  void Put(const Parameter& value, Build& build, bool quoted);
  size_t PutGlued(std::string_view raw, size_t at, size_t end, const Parameter& value, Build& build, bool quoted);
  void PutSplit(const Parameter& value, Build& build, bool quoted);
  void PutWord(std::string_view word, Build& build, bool quoted);
  size_t Tilde(std::string_view raw, Build& build);
  std::string Whole(std::string_view raw, Build& build);
  Parameter Braced(std::string_view inside, bool quoted);
  Parameter Special(std::string_view name);
  Parameter Element(const Variable& found, std::string_view name, std::string_view subscript);
  Parameter Named(std::string_view name, std::string_view subscript, bool has_subscript);
  Parameter Positional(bool star);
  Parameter Indirect(std::string_view name, std::string_view& rest);
  Parameter Counted(const Parameter& value, bool list);
  Parameter Operate(Parameter value, std::string_view name, std::string_view rest, bool quoted);
  Parameter Slice(Parameter value, std::string_view name, std::string_view range);
  Parameter Default(Parameter value, std::string_view name, std::string_view rest, bool quoted);
  std::string Transform(const std::string& value, std::string_view rest);
  std::string Replace(const std::string& value, std::string_view rest);
  std::string Separator() const;   // the first character of IFS
  std::string Separators() const;  // IFS
  std::string Cut(std::string_view what);

  Frame& frame_;
  Hooks hooks_;
  int depth_ = 0;
};

// What was not exact in an expansion of braces.
struct BraceFaults {
  bool cut = false;     // there were more than 4,096 words
  bool unsure = false;  // bash finds other braces; the word is left as it is
};

// Splits {a,b} and {1..3} outside quotes. Pure. At most 4,096 words.
std::vector<std::string> ExpandBraces(std::string_view raw, BraceFaults& faults);

// The index just after the quoted part that begins at `at` with ', ", ` or a backslash.
size_t SkipQuote(std::string_view text, size_t at);

// The index just after the bracket that closes the one at `open`, honouring quotes; npos when it is missing.
size_t MatchingClose(std::string_view text, size_t open, char opener, char closer);

// Where escapes stand: $'..'; a format of printf; a word for its %b; echo -e.
enum class EscapeUse { kQuote, kPrintf, kPrintfWord, kEcho };

// The bytes of \n \t \xHH \NNN \uHHHH \e and the like. `*stopped` is set when a \c ends all output.
std::string DecodeEscapes(std::string_view text, EscapeUse use = EscapeUse::kQuote, bool* stopped = nullptr);

// Whether `c` may stand in a variable's name.
bool IsNameByte(char c, bool first);
size_t NameEnd(std::string_view text, size_t at);

}  // namespace heddle::shell
