// Declared terminals: their texts are given from outside, and may be others at every position of a text. A grammar
// refers to a terminal by a rule without a body; a state gets the names of the moment put in its place.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "grammar/expr_pool.h"

namespace heddle::grammar {

// Stands for the terminal until names are given: nothing matches it.
Expr DeclaredTerminal(ExprPool& pool, std::string_view terminal);
// Stands for any of `names` (not empty, nor any of them). The same list gives the same expression, so masks are shared.
Expr NamesTerminal(ExprPool& pool, std::string_view terminal, std::span<const std::string> names);
// `state` with `to` in the place of every one of `from`, in the rules it refers to as well. What a name was begun with
// stays as it is. Costs a look at every rule that the state refers to.
Expr Replace(ExprPool& pool, Expr state, std::span<const Expr> from, Expr to);

}  // namespace heddle::grammar
