// The negative half: a schema does not hold when one of its keywords does not. Each way is one step.
#include <algorithm>

#include "base/text.h"
#include "grammar/formats.h"
#include "grammar/schema_expand.h"

namespace heddle::grammar {
bool SchemaExpander::Negative(const json::value& schema, std::vector<Step>& steps) {
  const json::object& object = schema.as_object();
  if (const auto* reference = object.if_contains("$ref"); reference != nullptr && document_.draft() <= Draft::k7) {
    const json::value* target = Target(schema, "$ref", *reference);
    if (target == nullptr) return options_.lax;
    steps.push_back([target](State& s) { s.todo.push_back({target, true}); });
    return true;
  }
  for (const auto& [name, value] : object) {
    const std::string_view key(name);
    if (!document_.Knows(key)) continue;
    if (key == "type") {
      uint8_t bits = TypesOf(schema);
      bool integer = false;
      const auto is = [](const json::value& v, std::string_view t) {
        return v.is_string() && std::string_view(v.as_string()) == t;
      };
      if (value.is_array()) {
        bool number = false;
        for (const auto& each : value.as_array()) integer |= is(each, "integer"), number |= is(each, "number");
        integer &= !number;
      } else {
        integer = is(value, "integer");
      }
      const auto others = static_cast<uint8_t>(kAnyType & ~bits);
      if (others != 0) steps.push_back([others](State& s) { s.branch.types &= others; });
      if (integer) steps.push_back([](State& s) { s.branch.types &= kNumberType, s.branch.number.not_integer = true; });
    } else if (key == "enum" || key == "const") {
      steps.push_back([&value = value, one = key == "const"](State& s) {
        if (one) return s.branch.excluded.push_back(&value);
        if (!value.is_array()) return;
        for (const auto& each : value.as_array()) s.branch.excluded.push_back(&each);
      });
    } else if (key == "minLength" || key == "maxLength") {
      const auto count = CountOf(value);
      if (!count) return Refuse(schema, key, kCountTooLarge);
      if (key == "maxLength") {
        steps.push_back([n = *count](State& s) {
          s.branch.types &= kStringType, s.branch.string.min = std::max(s.branch.string.min, n + 1);
        });
      } else if (*count > 0) {
        steps.push_back([n = *count](State& s) {
          s.branch.types &= kStringType, s.branch.string.max = std::min(s.branch.string.max, n - 1);
        });
      }
    } else if (key == "pattern" ||
               (key == "format" && value.is_string() && !FormatPattern(std::string_view(value.as_string())).empty())) {
      StringSpec::Test test{.negated = true};
      if (key == "pattern")
        test.pattern = &value;
      else
        test.format = std::string_view(value.as_string());
      steps.push_back([test](State& s) { s.branch.types &= kStringType, s.branch.string.tests.push_back(test); });
    } else if (key == "minimum" || key == "exclusiveMinimum" || key == "maximum" || key == "exclusiveMaximum" ||
               key == "multipleOf") {
      if (value.is_bool()) continue;
      const auto number = Decimal::Of(value);
      if (!number) return Refuse(schema, key, kNumberTooLarge);
      const bool low = key.ends_with("inimum");
      const auto* flag = object.if_contains(low ? "exclusiveMinimum" : "exclusiveMaximum");
      const bool exclusive = key.starts_with("exclusive") || (flag != nullptr && flag->is_bool() && flag->as_bool());
      steps.push_back([number = *number, low, exclusive, step = key == "multipleOf"](State& s) {
        s.branch.types &= kNumberType;
        if (step)
          s.branch.number.not_multiples.push_back(number);
        else if (low)
          s.branch.number.AtMost({number, !exclusive});
        else
          s.branch.number.AtLeast({number, !exclusive});
      });
    } else if (!NegativeLogic(schema, key, value, steps) || !NegativeArray(object, key, value, steps) ||
               !NegativeObject(object, key, value, steps)) {
      if (refusal.keyword.empty()) (void)Refuse(schema, key, "its negation is not supported");
      return options_.lax;
    }
  }
  return true;
}

bool SchemaExpander::NegativeLogic(const json::value& schema, std::string_view key, const json::value& value,
                                   std::vector<Step>& steps) {
  const auto push = [&](std::vector<Literal> literals) {
    steps.push_back(
        [literals = std::move(literals)](State& s) { s.todo.insert(s.todo.end(), literals.begin(), literals.end()); });
  };
  if (key == "not") {
    push({{&value, false}});
  } else if (key == "allOf" || key == "anyOf" || key == "oneOf") {
    if (!value.is_array()) return false;
    const json::array& all = value.as_array();
    std::vector<Literal> none;
    for (const auto& each : all) {
      none.push_back({&each, true});
      if (key == "allOf") push({{&each, true}});
    }
    if (key != "allOf") push(std::move(none));
    if (key != "oneOf") return true;
    for (size_t i = 0; i < all.size(); ++i) {
      for (size_t k = i + 1; k < all.size(); ++k) {
        if (!meter_.Spend(10)) return false;
        if (!views_.Disjoint(all[i], all[k])) push({{&all[i], false}, {&all[k], false}});
      }
    }
  } else if (key == "if") {
    const auto* then = schema.as_object().if_contains("then");
    const auto* other = schema.as_object().if_contains("else");
    if (then != nullptr) push({{&value, false}, {then, true}});
    if (other != nullptr) push({{&value, true}, {other, true}});
  } else if (key == "$ref" || key == "$dynamicRef" || key == "$recursiveRef") {
    const json::value* target = Target(schema, key, value);
    if (target == nullptr) return false;
    push({{target, true}});
  }
  return true;
}

bool SchemaExpander::NegativeArray(const json::object& schema, std::string_view key, const json::value& value,
                                   std::vector<Step>& steps) {
  const auto array_step = [&](const auto& change) {
    steps.push_back([change](State& s) {
      s.branch.types &= kArrayType;
      change(s.branch.array);
    });
  };
  if (key == "minItems" || key == "maxItems") {
    const auto count = CountOf(value);
    if (!count) return false;
    if (key == "maxItems")
      array_step([n = *count](ArraySpec& a) { a.min = std::max(a.min, n + 1); });
    else if (*count > 0)
      array_step([n = *count](ArraySpec& a) { a.max = std::min(a.max, n - 1); });
  } else if (key == "prefixItems" || (key == "items" && value.is_array())) {
    if (!value.is_array()) return false;
    for (size_t i = 0; i < value.as_array().size(); ++i) {
      array_step([i, each = &value.as_array()[i]](ArraySpec& a) {
        while (a.prefix.size() <= i) a.prefix.push_back(a.rest);
        a.prefix[i].push_back({each, true});
        a.min = std::max(a.min, static_cast<uint32_t>(i + 1));
      });
    }
  } else if (key == "items" || key == "additionalItems") {
    const auto* prefix = schema.if_contains(key == "items" ? "prefixItems" : "items");
    if (key == "additionalItems" && (prefix == nullptr || !prefix->is_array())) return true;
    const auto from = static_cast<uint32_t>(prefix != nullptr && prefix->is_array() ? prefix->as_array().size() : 0);
    array_step([&value, from](ArraySpec& a) { a.contains.push_back({.what = {{&value, true}}, .from = from}); });
  } else if (key == "contains") {
    uint32_t least = 1, most = kNoLimit;
    if (document_.Knows("minContains")) {
      if (const auto* bound = schema.if_contains("minContains")) least = CountOf(*bound).value_or(1);
      if (const auto* bound = schema.if_contains("maxContains")) most = CountOf(*bound).value_or(kNoLimit);
    }
    if (least > 0)
      array_step([&value, least](ArraySpec& a) {
        a.contains.push_back({.what = {{&value, false}}, .min = 0, .max = least - 1});
      });
    if (most != kNoLimit)
      array_step([&value, most](ArraySpec& a) { a.contains.push_back({.what = {{&value, false}}, .min = most + 1}); });
  } else if ((key == "uniqueItems" && value.is_bool() && value.as_bool()) || key == "unevaluatedItems") {
    return false;
  }
  return true;
}

bool SchemaExpander::NegativeObject(const json::object& schema, std::string_view key, const json::value& value,
                                    std::vector<Step>& steps) {
  const auto object_step = [&](const auto& change) {
    steps.push_back([change](State& s) {
      s.branch.types &= kObjectType;
      change(s.branch.object);
    });
  };
  const auto group = [&] {
    PropertyGroup out;
    if (const auto* p = schema.if_contains("properties"); p != nullptr && p->is_object())
      out.properties = &p->as_object();
    if (const auto* p = schema.if_contains("patternProperties"); p != nullptr && p->is_object())
      out.patterns = &p->as_object();
    return out;
  };
  if (key == "required") {
    if (!value.is_array()) return document_.draft() <= Draft::k4;
    for (const auto& name : value.as_array()) {
      if (name.is_string()) object_step([n = std::string(name.as_string())](ObjectSpec& o) { o.absent.push_back(n); });
    }
  } else if (key == "properties") {
    if (!value.is_object()) return false;
    for (const auto& [name, inner] : value.as_object()) {
      object_step([n = std::string(name), each = &inner](ObjectSpec& o) {
        o.required.push_back(n);
        o.named.emplace_back(n, Literal{each, true});
      });
    }
  } else if (key == "patternProperties") {
    if (!value.is_object()) return false;
    for (const auto& [pattern, inner] : value.as_object()) {
      object_step([p = std::string(pattern), each = &inner](ObjectSpec& o) {
        o.exists.push_back({.what = {{each, true}}, .pattern = p});
      });
    }
  } else if (key == "additionalProperties") {
    object_step(
        [g = group(), each = &value](ObjectSpec& o) { o.exists.push_back({.group = g, .what = {{each, true}}}); });
  } else if (key == "propertyNames") {
    object_step([each = &value](ObjectSpec& o) { o.exists.push_back({.bad_name = Literal{each, true}}); });
  } else if (key == "minProperties" || key == "maxProperties") {
    const auto count = CountOf(value);
    if (!count) return false;
    if (key == "maxProperties")
      object_step([n = *count](ObjectSpec& o) { o.min = std::max(o.min, n + 1); });
    else if (*count > 0)
      object_step([n = *count](ObjectSpec& o) { o.max = std::min(o.max, n - 1); });
  } else if (key == "dependentRequired" || key == "dependentSchemas" || key == "dependencies") {
    if (!value.is_object()) return false;
    for (const auto& [name, demand] : value.as_object()) {
      const std::string trigger(name);
      if (demand.is_array()) {
        for (const auto& each : demand.as_array()) {
          if (!each.is_string()) continue;
          object_step([trigger, missing = std::string(each.as_string())](ObjectSpec& o) {
            o.required.push_back(trigger);
            o.absent.push_back(missing);
          });
        }
      } else {
        steps.push_back([trigger, each = &demand](State& s) {
          s.branch.types &= kObjectType;
          s.branch.object.required.push_back(trigger);
          s.todo.push_back({each, true});
        });
      }
    }
  } else if (key == "unevaluatedProperties") {
    return false;
  }
  return true;
}

}  // namespace heddle::grammar
