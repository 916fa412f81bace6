// GBNF, the grammar notation of llama.cpp (its grammars/README.md), over UTF-8.
#pragma once

#include <string_view>

#include "base/result.h"
#include "grammar/expr_pool.h"

namespace heddle::grammar {

// The language of the rule `root`. Errors name line and column.
Result<Expr> CompileGbnf(ExprPool& pool, std::string_view text);

}  // namespace heddle::grammar
