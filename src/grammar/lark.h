// Lark's grammar notation, in the dialect of llguidance (its docs/syntax.md): rules and terminals, regular expressions
// with flags, ranges, repetition, templates, %ignore, %import common, %json, lazy terminals, suffix and stop strings.
#pragma once

#include <string_view>

#include "base/result.h"
#include "grammar/expr_pool.h"

namespace heddle::grammar {

// The language of the rule `start`. Errors name line and column.
Result<Expr> CompileLark(ExprPool& pool, std::string_view text);

}  // namespace heddle::grammar
