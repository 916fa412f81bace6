#include "grammar/schema_valid.h"

#include <algorithm>

#include "base/text.h"
#include "grammar/formats.h"
#include "grammar/regex.h"
#include "grammar/schema_expand.h"

namespace heddle::grammar {
namespace {

constexpr std::string_view kBounds[] = {"minimum",    "maximum",       "exclusiveMinimum", "exclusiveMaximum",
                                        "multipleOf", "minLength",     "maxLength",        "minItems",
                                        "maxItems",   "minProperties", "maxProperties"};

size_t CodePoints(std::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<uint8_t>(c) & 0xC0) != 0x80; }));
}

}  // namespace

Result<Expr> PatternExpr(ExprPool& pool, std::string_view pattern, Spelling spelling) {
  Expr& known = pool.Named(Cat({spelling == Spelling::kJson ? "json pattern " : "pattern ", pattern}));
  if (known != kNone) return known;
  TRY_ASSIGN(const Expr made, CompileRegex(pool, pattern, {.spelling = spelling, .search = true}));
  (void)pool.Live(made);
  return pool.failed() ? made : known = made;
}

Result<Expr> FormatExpr(ExprPool& pool, std::string_view format, Spelling spelling) {
  const std::string_view pattern = FormatPattern(format);
  if (pattern.empty()) return kNone;
  Expr& known = pool.Named(Cat({spelling == Spelling::kJson ? "json format " : "format ", format}));
  if (known != kNone) return known;
  TRY_ASSIGN(const Expr made, CompileRegex(pool, pattern, {.spelling = spelling}));
  (void)pool.Live(made);
  return pool.failed() ? made : known = made;
}

bool SchemaValidator::Runs(Expr state, std::string_view text) {
  if (!pool_.meter().Spend(text.size())) return true;
  for (const char c : text) {
    if (state == kNone) return false;
    state = pool_.Next(state, static_cast<uint8_t>(c));
  }
  return pool_.nullable(state);
}

bool SchemaValidator::Unsupported(const json::value* schema, std::string_view keyword, std::string_view reason) {
  if (unsupported_.keyword.empty())
    unsupported_ = {.schema = schema, .keyword = std::string(keyword), .reason = std::string(reason)};
  return true;
}

bool SchemaValidator::Matches(std::string_view text, std::string_view pattern) {
  const auto expr = PatternExpr(pool_, pattern, Spelling::kUtf8);
  return expr ? Runs(*expr, text) : Unsupported(nullptr, "pattern", expr.error().message);
}

bool SchemaValidator::Holds(const json::value& value, const json::value& schema, const json::value* skip, int depth) {
  if (schema.is_bool()) return schema.as_bool();
  if (!schema.is_object()) return Unsupported(&schema, "schema", "a schema is an object, true or false");
  if (depth > 200) return Unsupported(&schema, "$ref", "references nest deeper than 200");
  const json::object& object = schema.as_object();
  const auto holds = [&](const json::value& inner) { return Holds(value, inner, skip, depth + 1); };
  const auto follow = [&](const json::value& reference) {
    std::string why;
    const json::value* target =
        reference.is_string() ? document_.Resolve(schema, std::string_view(reference.as_string()), why) : nullptr;
    if (target != nullptr && &reference == object.if_contains("$recursiveRef") && document_.recursive_anchors())
      return Unsupported(&schema, "$recursiveRef", "several resources take part in the recursion");
    return target == nullptr ? Unsupported(&schema, "$ref", why) : Holds(value, *target, skip, depth + 1);
  };
  if (const auto* reference = object.if_contains("$ref"); reference != nullptr && document_.draft() <= Draft::k7)
    return follow(*reference);
  for (const auto& [name, rule] : object) {
    const std::string_view key(name);
    if (!document_.Knows(key)) continue;
    if (!pool_.meter().Spend(10)) return true;
    bool ok = true;
    if (key == "$ref" || key == "$dynamicRef" || key == "$recursiveRef") {
      ok = follow(rule);
    } else if (key == "enum" && rule.is_array() && &rule != skip) {
      (void)pool_.meter().Spend(8 * rule.as_array().size());
      ok = std::any_of(rule.as_array().begin(), rule.as_array().end(),
                       [&](const json::value& v) { return SameValue(v, value); });
    } else if (key == "const" && &rule != skip) {
      ok = SameValue(rule, value);
    } else if (key == "not") {
      ok = !holds(rule);
    } else if (key == "if") {
      const auto* next = object.if_contains(holds(rule) ? "then" : "else");
      ok = next == nullptr || holds(*next);
    } else if ((key == "allOf" || key == "anyOf" || key == "oneOf") && rule.is_array()) {
      const auto count = static_cast<size_t>(std::count_if(rule.as_array().begin(), rule.as_array().end(), holds));
      ok = key == "allOf" ? count == rule.as_array().size() : key == "anyOf" ? count > 0 : count == 1;
    } else if ((key == "unevaluatedItems" && value.is_array()) ||
               (key == "unevaluatedProperties" && value.is_object())) {
      ok = Unsupported(&schema, key, "not supported beside enum or const");
    } else {
      ok = Scalar(value, object, key, rule) &&
           (!value.is_array() || Array(value.as_array(), object, key, rule, depth)) &&
           (!value.is_object() || Object(value.as_object(), object, key, rule, depth));
    }
    if (!ok) return false;
  }
  return true;
}

bool SchemaValidator::Scalar(const json::value& value, const json::object& schema, std::string_view key,
                             const json::value& rule) {
  const auto number = Decimal::Of(value);
  if (key == "type") {
    const auto is = [&](const json::value& name) {
      if (!name.is_string()) return false;
      const std::string_view type(name.as_string());
      if (type == "integer") return number && (document_.draft() == Draft::k4 ? !value.is_double() : number->integer());
      return (TypesOf(json::object{{"type", name}}) & TypeOf(value)) != 0;
    };
    if (!rule.is_array()) return is(rule);
    return std::any_of(rule.as_array().begin(), rule.as_array().end(), is);
  }
  const auto bound = Decimal::Of(rule);
  if (!bound && !rule.is_bool() && std::find(std::begin(kBounds), std::end(kBounds), key) != std::end(kBounds))
    return Unsupported(nullptr, key, "a number is needed");
  if (value.is_number() && !number) return Unsupported(nullptr, key, "a number beyond 1e400 cannot be judged");
  if (number && bound) {
    if (key == "multipleOf") return IsMultiple(*number, *bound);
    const auto flag = [&](const char* name) {
      const auto* v = schema.if_contains(name);
      return v != nullptr && v->is_bool() && v->as_bool();
    };
    if (key == "minimum") return flag("exclusiveMinimum") ? *number > *bound : *number >= *bound;
    if (key == "maximum") return flag("exclusiveMaximum") ? *number < *bound : *number <= *bound;
    if (key == "exclusiveMinimum") return *number > *bound;
    if (key == "exclusiveMaximum") return *number < *bound;
  }
  if (value.is_string()) {
    const std::string_view text(value.as_string());
    if (key == "minLength" && bound) return Decimal::Parse(std::to_string(CodePoints(text))) >= bound;
    if (key == "maxLength" && bound) return Decimal::Parse(std::to_string(CodePoints(text))) <= bound;
    if (key == "pattern" && rule.is_string()) return Matches(text, std::string_view(rule.as_string()));
    if (key == "format" && rule.is_string()) {
      const auto expr = FormatExpr(pool_, std::string_view(rule.as_string()), Spelling::kUtf8);
      if (!expr) return Unsupported(nullptr, key, expr.error().message);
      return *expr == kNone || Runs(*expr, text);  // kNone: an unknown format, which says nothing
    }
  }
  return true;
}

bool SchemaValidator::Array(const json::array& value, const json::object& schema, std::string_view key,
                            const json::value& rule, int depth) {
  const auto count = Decimal::Parse(std::to_string(value.size()));
  const auto bound = Decimal::Of(rule);
  if (key == "minItems" && bound) return count >= bound;
  if (key == "maxItems" && bound) return count <= bound;
  const auto all_from = [&](size_t from, const json::value& inner) {
    for (size_t i = from; i < value.size(); ++i) {
      if (!Holds(value[i], inner, nullptr, depth + 1)) return false;
    }
    return true;
  };
  if (key == "prefixItems" || (key == "items" && rule.is_array())) {
    if (!rule.is_array()) return true;
    for (size_t i = 0; i < rule.as_array().size() && i < value.size(); ++i) {
      if (!Holds(value[i], rule.as_array()[i], nullptr, depth + 1)) return false;
    }
    const auto* rest = schema.if_contains(key == "items" ? "additionalItems" : "items");
    return rest == nullptr || all_from(rule.as_array().size(), *rest);
  }
  if (key == "items" && !(schema.contains("prefixItems") && document_.Knows("prefixItems"))) return all_from(0, rule);
  if (key == "contains") {
    const auto found = std::count_if(value.begin(), value.end(),
                                     [&](const json::value& v) { return Holds(v, rule, nullptr, depth + 1); });
    const bool bounded = document_.Knows("minContains");
    const auto* least = bounded ? schema.if_contains("minContains") : nullptr;
    const auto* most = bounded ? schema.if_contains("maxContains") : nullptr;
    const auto number = Decimal::Parse(std::to_string(found));
    return (least == nullptr ? found > 0 : number >= Decimal::Of(*least)) &&
           (most == nullptr || number <= Decimal::Of(*most));
  }
  if (key == "uniqueItems" && rule.is_bool() && rule.as_bool()) {
    if (!pool_.meter().Spend(2 * value.size() * value.size())) return true;
    for (size_t i = 0; i < value.size(); ++i) {
      for (size_t k = i + 1; k < value.size(); ++k) {
        if (SameValue(value[i], value[k])) return false;
      }
    }
  }
  return true;
}

bool SchemaValidator::Object(const json::object& value, const json::object& schema, std::string_view key,
                             const json::value& rule, int depth) {
  const auto count = Decimal::Parse(std::to_string(value.size()));
  const auto bound = Decimal::Of(rule);
  const auto has_all = [&](const json::value& names) {
    return !names.is_array() ||
           std::all_of(names.as_array().begin(), names.as_array().end(),
                       [&](const json::value& name) { return !name.is_string() || value.contains(name.as_string()); });
  };
  if (key == "minProperties" && bound) return count >= bound;
  if (key == "maxProperties" && bound) return count <= bound;
  if (key == "required") return has_all(rule);
  if (key == "propertyNames") {
    return std::all_of(value.begin(), value.end(),
                       [&](const auto& p) { return Holds(json::value(p.key()), rule, nullptr, depth + 1); });
  }
  if ((key == "dependentRequired" || key == "dependentSchemas" || key == "dependencies") && rule.is_object()) {
    for (const auto& [name, demand] : rule.as_object()) {
      if (!value.contains(name)) continue;
      if (demand.is_array() ? !has_all(demand) : !Holds(json::value(value), demand, nullptr, depth + 1)) return false;
    }
    return true;
  }
  if (key != "properties" && key != "patternProperties" && key != "additionalProperties") return true;
  const auto* properties = schema.if_contains("properties");
  const auto* patterns = schema.if_contains("patternProperties");
  for (const auto& [name, inner] : value) {
    bool covered = false;
    if (properties != nullptr && properties->is_object()) {
      const auto* own = properties->as_object().if_contains(name);
      covered |= own != nullptr;
      if (own != nullptr && key == "properties" && !Holds(inner, *own, nullptr, depth + 1)) return false;
    }
    if (patterns != nullptr && patterns->is_object()) {
      for (const auto& [pattern, own] : patterns->as_object()) {
        if (!Matches(name, pattern)) continue;
        covered = true;
        if (key == "patternProperties" && !Holds(inner, own, nullptr, depth + 1)) return false;
      }
    }
    if (!covered && key == "additionalProperties" && !Holds(inner, rule, nullptr, depth + 1)) return false;
  }
  return true;
}

}  // namespace heddle::grammar
