#include "grammar/schema_values.h"

#include "base/text.h"
#include "grammar/schema_numbers.h"

namespace heddle::grammar {

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

Expr ValueExpr(ExprPool& pool, const boost::json::value& value, WhiteSpace white_space) {
  ByteSet blank;
  for (const char c : std::string_view(" \t\n\r")) blank.Add(static_cast<uint8_t>(c));
  const Expr ws = white_space == WhiteSpace::kCompact ? kEps : pool.Star(pool.Bytes(blank));
  const Expr quote = pool.Literal("\"");
  if (value.is_null()) return pool.Literal("null");
  if (value.is_bool()) return pool.Literal(value.as_bool() ? "true" : "false");
  if (value.is_string()) return pool.Seq({quote, NameExpr(pool, std::string_view(value.as_string()), false), quote});
  if (const auto number = Decimal::Of(value)) return NumberValueExpr(pool, *number);
  const bool list = value.is_array();
  if (!list && !value.is_object()) return kNone;  // a number beyond all bounds
  Expr out = pool.Literal(list ? "]" : "}");
  const Expr comma = pool.Seq(pool.Literal(","), ws);
  const auto prepend = [&](Expr item, bool last) { out = pool.Seq({item, ws, last ? kEps : comma, out}); };
  if (list) {
    const auto& items = value.as_array();
    for (size_t i = items.size(); i-- > 0;) prepend(ValueExpr(pool, items[i], white_space), i + 1 == items.size());
  } else {
    std::vector<const boost::json::key_value_pair*> pairs;
    for (const auto& each : value.as_object()) pairs.push_back(&each);
    for (size_t i = pairs.size(); i-- > 0;) {
      const Expr name = pool.Seq({quote, NameExpr(pool, pairs[i]->key(), false), quote, ws, pool.Literal(":"), ws});
      prepend(pool.Seq(name, ValueExpr(pool, pairs[i]->value(), white_space)), i + 1 == pairs.size());
    }
  }
  return pool.Seq({pool.Literal(list ? "[" : "{"), ws, out});
}

}  // namespace heddle::grammar
