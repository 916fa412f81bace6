// The shell AST: statements made of raw words. A word keeps its source text; what it expands to depends on variables,
// so that is Expand's business. All views refer to the parsed text, which must outlive the Script
// (or to Script::text, when quoting had to be rewritten).
// Follows POSIX.1-2017 XCU 2 and the bash manual for the extensions.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace heddle::shell {

struct Word {
  std::string_view raw;  // as typed, with quotes
};

struct Assignment {
  std::string_view name;       // without a subscript
  std::string_view subscript;  // of a[..]=; empty otherwise
  bool append = false;         // +=
  Word value;                  // "(..)" for a list
};

struct Redirect {
  std::string_view op;          // "<" ">" ">>" ">|" "&>" "&>>" ">&" "<&" "<>" "<<" "<<<"
  int fd = -1;                  // -1: the operator's default
  Word target;                  // file, here-string
  std::string_view heredoc;     // body of "<<"
  bool quoted = false;          // the delimiter is quoted, so the body is taken as it is
  std::string_view variable{};  // of {name}>: set to the descriptor that is opened
};

struct Statement {
  enum class Kind {
    kCommand,   // assignments words redirects
    kPipeline,  // children run side by side
    kSequence,  // children run one after the other (; & && groups)
    kSubshell,  // as a sequence, in a copy of the state
    kOr,        // children[0] || children[1]
    kAnd,       // children[0] && children[1]
    kBranches,  // if: condition, body, condition, body ... and, when their number is odd, what else is run
    // words[0] = value, children = arms, whose words are their patterns; an arm named ";&" goes on with the next one
    kCase,
    kFor,       // name = variable, words = values (without `listed`: "$@"), children = body
    kLoop,      // while, until: children = condition and body; for ((..)): words = its three expressions
    kFunction,  // name, children = body
    kTest,      // name = "[", "[[" or "((", words[0] = what stands inside
    kUnparsed,  // words[0].raw = text that did not parse
  };
  Kind kind = Kind::kSequence;
  std::string_view name;
  std::vector<Assignment> assignments;
  std::vector<Word> words;
  std::vector<Redirect> redirects;
  std::vector<Statement> children;
  bool background = false;
  bool chooses = false;    // select: a for loop whose variable takes what is typed
  bool listed = false;     // of a for loop: its values are listed, be it none
  bool coprocess = false;  // its input is a pipe of the shell
  bool declares = false;   // of declare, export, local ...: the assignments stand among its operands
};

struct Script {
  std::unique_ptr<const std::string> text;  // what the views refer to when it is not the text given to Parse
  Statement root;
  bool complete = true;   // false: some of the text did not parse
  bool too_deep = false;  // statements nested beyond 200 levels were left out
};

// Errors: kInvalid for NUL bytes, kTooLarge, kTimeout when no shell would take it and a reading with errors takes
// longer than `limit_us`. Text with syntax errors gives an incomplete script. Uses a parser per thread.
Result<Script> Parse(std::string_view text, uint64_t limit_us = 40'000);

}  // namespace heddle::shell
