#include "grammar/schema_values.h"

#include "base/text.h"
#include "grammar/schema_numbers.h"

namespace heddle::grammar {
namespace {

constexpr size_t kMostInAnyOrder = 8;

Expr AsWritten(ExprPool& pool, const std::vector<Expr>& members, Expr ws, Expr comma, Expr close) {
  Expr out = close;
  for (size_t i = members.size(); i-- > 0;)
    out = pool.Seq({members[i], ws, i + 1 == members.size() ? kEps : comma, out});
  return out;
}

// Sets of members that are still to come, the small ones first: what follows one of them is a smaller set.
Expr AnyOrder(ExprPool& pool, const std::vector<Expr>& members, Expr ws, Expr comma, Expr close) {
  std::vector<Expr> left{close};  // by set, a bit each
  for (size_t set = 1; set < size_t{1} << members.size(); ++set) {
    std::vector<Expr> first;
    for (size_t i = 0; i < members.size(); ++i) {
      const size_t rest = set & ~(size_t{1} << i);
      if (rest != set) first.push_back(pool.Seq({members[i], ws, rest == 0 ? kEps : comma, left[rest]}));
    }
    left.push_back(pool.Or(first));
  }
  return left.back();
}

}  // namespace

Expr NameExpr(ExprPool& pool, std::string_view name, bool every_spelling) {
  std::vector<Expr> parts;
  std::string run;
  const auto flush = [&] {
    if (!run.empty()) parts.push_back(pool.Literal(run));
    run.clear();
  };
  for (size_t at = 0; at < name.size();) {
    const uint32_t c = NextCodePoint(name, at);
    if (c >= 0x20 && c < 0x7F &&
        std::string_view(every_spelling ? "\"\\/<>&'" : "\"\\/").find(static_cast<char>(c)) == std::string_view::npos) {
      run += static_cast<char>(c);
      continue;
    }
    flush();
    if (!every_spelling && (c == '"' || c == '\\'))
      run += {'\\', static_cast<char>(c)};
    else if (!every_spelling && c == '/')
      parts.push_back(pool.Or(pool.Literal("/"), pool.Literal("\\/")));
    else
      parts.push_back(pool.Char(CharSet::Of({{c, c}}), every_spelling ? Spelling::kJsonName : Spelling::kJson));
  }
  flush();
  Expr out = kEps;
  for (size_t i = parts.size(); i-- > 0;) out = pool.Seq(parts[i], out);
  return out;
}

Expr ValueExpr(ExprPool& pool, const boost::json::value& value, const SchemaOptions& options) {
  ByteSet blank;
  for (const char c : std::string_view(" \t\n\r")) blank.Add(static_cast<uint8_t>(c));
  const Expr ws = options.white_space == WhiteSpace::kFlexible ? pool.Star(pool.Bytes(blank)) : kEps;
  const bool spaced = options.white_space == WhiteSpace::kSpaced;
  const std::string_view colon = spaced ? ": " : ":";
  const Expr quote = pool.Literal("\"");
  if (value.is_null()) return pool.Literal("null");
  if (value.is_bool()) return pool.Literal(value.as_bool() ? "true" : "false");
  if (value.is_string()) return pool.Seq({quote, NameExpr(pool, std::string_view(value.as_string()), false), quote});
  if (const auto number = Decimal::Of(value)) return NumberValueExpr(pool, *number);
  const bool list = value.is_array();
  if (!list && !value.is_object()) return kNone;  // a number beyond all bounds
  std::vector<Expr> members;
  if (list) {
    for (const auto& each : value.as_array()) members.push_back(ValueExpr(pool, each, options));
  } else {
    for (const auto& [key, each] : value.as_object())
      members.push_back(pool.Seq(
          {quote, NameExpr(pool, key, false), quote, ws, pool.Literal(colon), ws, ValueExpr(pool, each, options)}));
  }
  const Expr close = pool.Literal(list ? "]" : "}"), comma = pool.Seq(pool.Literal(spaced ? ", " : ","), ws);
  const Expr inside = !list && options.any_order && members.size() <= kMostInAnyOrder
                          ? AnyOrder(pool, members, ws, comma, close)
                          : AsWritten(pool, members, ws, comma, close);
  return pool.Seq({pool.Literal(list ? "[" : "{"), ws, inside});
}

}  // namespace heddle::grammar
