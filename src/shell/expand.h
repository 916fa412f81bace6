// Word expansion without a shell: braces, tilde, parameters, command substitution, arithmetic, quotes, field splitting
// (POSIX.1-2017 XCU 2.6, the bash manual for the rest). What cannot be known is marked inside the text by one of the
// bytes below, so that "/\x01" still shows where it lies.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shell/ast.h"

namespace heddle::shell {

constexpr char kUnknown = '\x01';     // could be anything
constexpr char kDownloaded = '\x02';  // came from the network
constexpr char kDecoded = '\x03';     // was decoded or unpacked from bytes that are not known

// Whether `text` holds any of the three marks.
bool HasUnknown(std::string_view text);
std::string WithoutUnknown(std::string_view text);

// One word after expansion.
struct Field {
  std::string text;
  bool glob = false;        // holds an unquoted * ? [ that a shell would match against files
  std::string substituted;  // for <(command): what the command prints
};

struct Variables {
  std::map<std::string, std::string, std::less<>> values;
  std::vector<std::string> positional;  // $1 ...; meaningful when `in_function`
  bool in_function = false;
};

class Expander {
 public:
  // Runs a command substitution's text and returns what it prints, with marks. `process` is true for <(..) and >(..).
  using Substitute = std::function<std::string(std::string_view command, bool process)>;

  Expander(Variables& variables, Substitute substitute) : variables_(variables), substitute_(std::move(substitute)) {}

  // At most 4,096 fields and 1 MB; beyond that one unknown field.
  std::vector<Field> Expand(Word word);
  // As in an assignment or a redirection: no splitting, always one text.
  std::string ExpandWhole(std::string_view raw);
  // A here-document's body: only $ and ` are special.
  std::string ExpandHeredoc(std::string_view body);

 private:
  struct Build;
  void Walk(std::string_view raw, Build& build, bool quoted);
  size_t Dollar(std::string_view raw, size_t at, Build& build, bool quoted);
  std::string Parameter(std::string_view inside);
  std::string Lookup(std::string_view name) const;
  std::string Arithmetic(std::string_view inside);

  Variables& variables_;
  Substitute substitute_;
  int depth_ = 0;
};

// Splits {a,b} and {1..3} outside quotes. Pure.
std::vector<std::string> ExpandBraces(std::string_view raw);

// The index just after the quoted part that begins at `at` with ', ", ` or a backslash.
size_t SkipQuote(std::string_view text, size_t at);

// The index just after the bracket that closes the one at `open`, honouring quotes; npos when it is missing.
size_t MatchingClose(std::string_view text, size_t open, char opener, char closer);

// The bytes of $'...' or printf-style escapes: \n \t \xHH \NNN \uHHHH \e \c.
std::string DecodeEscapes(std::string_view text, bool octal_needs_zero = false);

}  // namespace heddle::shell
