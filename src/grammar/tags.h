// Structural tags: free text in which a trigger opens a constrained part, as tool calls of models are written.
//
//   {"tags": [{"begin": "<tool_call>", "schema": {...}, "end": "</tool_call>"}, ...], "required": false}
//
// Free text never contains a tag's `begin`; after it the schema (or "lark", "gbnf", "regex" with a text) holds up to
// `end`, then text is free again. With "required" at least one tag must come.
#pragma once

#include <string_view>

#include "base/result.h"
#include "grammar/expr_pool.h"

namespace heddle::grammar {

Result<Expr> CompileTags(ExprPool& pool, std::string_view text);

}  // namespace heddle::grammar
