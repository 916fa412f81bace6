// Numbers of a JSON Schema as regular languages of their spellings: bounds, multiples and integers, exactly, in
// decimal. A constrained number is written without an exponent; an unconstrained one in any way JSON allows.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "grammar/decimal.h"
#include "grammar/expr_pool.h"

namespace heddle::grammar {

struct NumberBound {
  Decimal value;
  bool exclusive = false;
};

struct NumberSpec {
  std::optional<NumberBound> low, high;
  std::vector<Decimal> multiples, not_multiples;
  bool integer = false, not_integer = false;
  bool integers_have_no_fraction = false;  // draft 4: 1.0 is no integer
  std::vector<Decimal> excluded;

  void AtLeast(const NumberBound& bound);  // the narrower of both
  void AtMost(const NumberBound& bound);
};

// The spellings of all numbers that satisfy `spec`; kNone when there are none.
Result<Expr> NumberExpr(ExprPool& pool, const NumberSpec& spec);
// The spellings of one number.
Expr NumberValueExpr(ExprPool& pool, const Decimal& value);
// Whether `value` is a multiple of `step`, exactly.
bool IsMultiple(const Decimal& value, const Decimal& step);

}  // namespace heddle::grammar
