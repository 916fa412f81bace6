// Regular expressions become expressions. The syntax is that of ECMA-262 (with the `u` flag: characters are code
// points) and of the Rust regex crate where it differs only in spelling; what no automaton can hold is refused by name.
#pragma once

#include <string_view>

#include "base/result.h"
#include "grammar/expr_pool.h"

namespace heddle::grammar {

struct RegexOptions {
  Spelling spelling = Spelling::kUtf8;
  bool search = false;       // the pattern may match anywhere in the text (JSON Schema), instead of all of it
  bool ignore_case = false;  // flag i
  bool dot_all = false;      // flag s: `.` matches line ends too
  bool multi_line = false;   // flag m: anchors are refused under it
  bool verbose = false;      // flag x: white space and comments mean nothing
};

// The language of texts that match. Errors name the offset and what is not supported.
Result<Expr> CompileRegex(ExprPool& pool, std::string_view pattern, const RegexOptions& options = {});

}  // namespace heddle::grammar
