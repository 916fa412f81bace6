// SchemaValidator: whether a JSON value satisfies a subschema. Used for the finite part of a schema (enum, const, names
// of properties), where asking is simpler than building automata. What it cannot judge holds, and is noted.
#pragma once

#include <utility>

#include "grammar/expr_pool.h"
#include "grammar/schema_spec.h"

namespace heddle::grammar {

class SchemaValidator {
 public:
  SchemaValidator(ExprPool& pool, const SchemaDocument& document) : pool_(pool), document_(document) {}

  // `skip`: an enum or const known to hold.
  bool Valid(const json::value& value, const Literal& literal, const json::value* skip = nullptr) {
    return Holds(value, *literal.schema, skip, 0) != literal.negated;
  }
  bool Matches(std::string_view text, std::string_view pattern);  // unanchored, as JSON Schema has it
  // The first keyword that could not be judged since the last call; with an empty name: none.
  SchemaRefusal TakeUnsupported() { return std::exchange(unsupported_, {}); }

 private:
  bool Holds(const json::value& value, const json::value& schema, const json::value* skip, int depth);
  bool Scalar(const json::value& value, const json::object& schema, std::string_view key, const json::value& rule);
  bool Array(const json::array& value, const json::object& schema, std::string_view key, const json::value& rule,
             int depth);
  bool Object(const json::object& value, const json::object& schema, std::string_view key, const json::value& rule,
              int depth);
  bool Runs(Expr start, std::string_view text);
  bool Unsupported(const json::value* schema, std::string_view keyword, std::string_view reason);  // true

  ExprPool& pool_;
  const SchemaDocument& document_;
  SchemaRefusal unsupported_;
};

// A pattern's language over raw UTF-8 (`spelling` kUtf8) or a JSON string's inside (kJson); kept in the pool by its
// text.
Result<Expr> PatternExpr(ExprPool& pool, std::string_view pattern, Spelling spelling);
Result<Expr> FormatExpr(ExprPool& pool, std::string_view format, Spelling spelling);  // kNone: not known

}  // namespace heddle::grammar
