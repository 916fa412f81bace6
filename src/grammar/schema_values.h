// Single JSON values and names of properties, as the texts that write them.
#pragma once

#include <boost/json.hpp>
#include <string_view>

#include "grammar/expr_pool.h"
#include "grammar/schema.h"

namespace heddle::grammar {

// A value in every spelling that the options allow; kNone for numbers beyond all bounds. The properties of an object
// come in any order if the options say so and there are at most 8, else as written.
Expr ValueExpr(ExprPool& pool, const boost::json::value& value, const SchemaOptions& options);
// The inside of a string, as writers of JSON spell it; or in every spelling of Spelling::kJsonName.
Expr NameExpr(ExprPool& pool, std::string_view name, bool every_spelling);

}  // namespace heddle::grammar
