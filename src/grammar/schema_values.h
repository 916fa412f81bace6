// Single JSON values and names of properties, as the texts that write them.
#pragma once

#include <boost/json.hpp>
#include <string_view>

#include "grammar/expr_pool.h"
#include "grammar/schema.h"

namespace heddle::grammar {

// A value in every spelling that the white-space policy allows; kNone for numbers beyond all bounds.
Expr ValueExpr(ExprPool& pool, const boost::json::value& value, WhiteSpace white_space);
// The inside of a string, as writers of JSON spell it; or in every spelling of Spelling::kJsonName.
Expr NameExpr(ExprPool& pool, std::string_view name, bool every_spelling);

}  // namespace heddle::grammar
