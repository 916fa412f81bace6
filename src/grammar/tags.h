// Structural tags: free text in which a trigger opens a constrained part, as tool calls of models are written.
//
//   {"tags": [{"begin": "<tool_call>", "schema": {...}, "end": "</tool_call>"}, ...], "required": false}
//
// Free text never contains a tag's `begin`; after it the schema (or "lark", "gbnf", "regex" with a text) holds up to
// `end`, then text is free again. With "required" at least one tag must come; with "free": false there is no free text,
// only tags with white space between them.
#pragma once

#include <string_view>

#include "base/result.h"
#include "grammar/expr_pool.h"
#include "grammar/schema.h"

namespace heddle::grammar {

// `options` are those of the schemas inside.
Result<Expr> CompileTags(ExprPool& pool, std::string_view text, const SchemaOptions& options = {});

}  // namespace heddle::grammar
