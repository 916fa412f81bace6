// Plain reasons why no value satisfies two schemas at once; they keep oneOf cheap where its branches are told apart.
#include <algorithm>

#include "base/text.h"
#include "grammar/schema_expand.h"

namespace heddle::grammar {
namespace {

const json::object* Follow(const SchemaDocument& document, const json::value& schema, int depth = 0) {
  if (!schema.is_object() || depth > 20) return nullptr;
  const json::object& object = schema.as_object();
  const auto* reference = object.if_contains("$ref");
  if (reference == nullptr || !reference->is_string() || (object.size() > 1 && document.draft() > Draft::k7)) return &object;
  std::string why;
  const json::value* target = document.Resolve(schema, std::string_view(reference->as_string()), why);
  return target == nullptr ? nullptr : Follow(document, *target, depth + 1);
}

// The values of an enum or const; empty: neither.
std::vector<const json::value*> Values(const json::object& schema) {
  std::vector<const json::value*> out;
  if (const auto* one = schema.if_contains("const")) return {one};
  if (const auto* all = schema.if_contains("enum"); all != nullptr && all->is_array()) {
    for (const auto& each : all->as_array()) out.push_back(&each);
  }
  return out;
}

bool Requires(const json::object& schema, std::string_view name) {
  const auto* list = schema.if_contains("required");
  if (list == nullptr || !list->is_array()) return false;
  return std::any_of(list->as_array().begin(), list->as_array().end(),
                     [&](const json::value& each) { return each.is_string() && std::string_view(each.as_string()) == name; });
}

bool Forbids(const json::object& schema, std::string_view name) {
  const auto* additional = schema.if_contains("additionalProperties");
  const auto* properties = schema.if_contains("properties");
  const bool listed = properties != nullptr && properties->is_object() && properties->as_object().contains(name);
  return additional != nullptr && additional->is_bool() && !additional->as_bool() && !listed && !schema.contains("patternProperties");
}

uint8_t Types(const json::object& schema) {
  uint8_t out = kAnyType;
  const auto* type = schema.if_contains("type");
  const auto bit = [](const json::value& name) -> uint8_t {
    if (!name.is_string()) return kAnyType;
    const std::string_view text(name.as_string());
    return text == "null" ? kNullType : text == "boolean" ? kBoolType : text == "number" || text == "integer" ? kNumberType
           : text == "string" ? kStringType : text == "array" ? kArrayType : text == "object" ? kObjectType : kAnyType;
  };
  if (type != nullptr && type->is_array()) {
    out = 0;
    for (const auto& each : type->as_array()) out |= bit(each);
  } else if (type != nullptr) {
    out = bit(*type);
  }
  const auto values = Values(schema);
  if (values.empty()) return out;
  uint8_t named = 0;
  for (const auto* value : values) named |= TypeOf(*value);
  return out & named;
}

}  // namespace

uint8_t TypeOf(const json::value& instance) {
  switch (instance.kind()) {
    case json::kind::null: return kNullType;
    case json::kind::bool_: return kBoolType;
    case json::kind::string: return kStringType;
    case json::kind::array: return kArrayType;
    case json::kind::object: return kObjectType;
    default: return kNumberType;
  }
}

uint8_t TypesOf(const json::value& schema) {
  if (!schema.is_object()) return kAnyType;
  const auto* type = schema.as_object().if_contains("type");
  if (type == nullptr) return kAnyType;
  return Types(json::object{{"type", *type}});
}

bool SameValue(const json::value& a, const json::value& b) {
  if (TypeOf(a) != TypeOf(b)) return false;
  if (TypeOf(a) == kNumberType) {
    const auto x = Decimal::Of(a), y = Decimal::Of(b);
    return x && y && *x == *y;
  }
  if (a.is_array()) {
    return a.as_array().size() == b.as_array().size() &&
           std::equal(a.as_array().begin(), a.as_array().end(), b.as_array().begin(), SameValue);
  }
  if (!a.is_object()) return a == b;
  if (a.as_object().size() != b.as_object().size()) return false;
  return std::all_of(a.as_object().begin(), a.as_object().end(), [&](const auto& each) {
    const auto* other = b.as_object().if_contains(each.key());
    return other != nullptr && SameValue(each.value(), *other);
  });
}

bool PlainlyDisjoint(const SchemaDocument& document, const json::value& a, const json::value& b, int depth) {
  if (a.is_bool() || b.is_bool()) return (a.is_bool() && !a.as_bool()) || (b.is_bool() && !b.as_bool());
  const json::object *x = Follow(document, a), *y = Follow(document, b);
  if (x == nullptr || y == nullptr || x == y || depth > 4) return false;
  const uint8_t types_x = Types(*x), types_y = Types(*y);
  if ((types_x & types_y) == 0) return true;
  const auto values_x = Values(*x), values_y = Values(*y);
  if (!values_x.empty() && !values_y.empty()) {
    return std::none_of(values_x.begin(), values_x.end(), [&](const json::value* v) {
      return std::any_of(values_y.begin(), values_y.end(), [&](const json::value* w) { return SameValue(*v, *w); });
    });
  }
  if ((types_x & types_y) == kObjectType) {
    for (const auto& [one, other] : {std::pair{x, y}, std::pair{y, x}}) {
      const auto* list = one->if_contains("required");
      if (list == nullptr || !list->is_array()) continue;
      for (const auto& name : list->as_array()) {
        if (!name.is_string()) continue;
        const std::string_view key(name.as_string());
        if (Forbids(*other, key)) return true;
        if (!Requires(*other, key)) continue;
        const auto *p = one->if_contains("properties"), *q = other->if_contains("properties");
        if (p == nullptr || q == nullptr || !p->is_object() || !q->is_object()) continue;
        const auto *v = p->as_object().if_contains(key), *w = q->as_object().if_contains(key);
        if (v != nullptr && w != nullptr && PlainlyDisjoint(document, *v, *w, depth + 1)) return true;
      }
    }
  }
  return false;
}

}  // namespace heddle::grammar
