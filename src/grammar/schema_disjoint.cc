// Plain reasons why no value satisfies two schemas at once; they keep oneOf cheap where its branches are told apart.
#include <algorithm>

#include "base/text.h"
#include "grammar/schema_expand.h"

namespace heddle::grammar {
namespace {

// The values of an enum or const; empty: neither.
std::vector<const json::value*> Values(const json::object& schema) {
  std::vector<const json::value*> out;
  if (const auto* one = schema.if_contains("const")) return {one};
  if (const auto* all = schema.if_contains("enum"); all != nullptr && all->is_array()) {
    for (const auto& each : all->as_array()) out.push_back(&each);
  }
  return out;
}

uint8_t Types(const json::object& schema) {
  uint8_t out = kAnyType;
  const auto* type = schema.if_contains("type");
  const auto bit = [](const json::value& name) -> uint8_t {
    if (!name.is_string()) return kAnyType;
    const std::string_view text(name.as_string());
    return text == "null"                          ? kNullType
           : text == "boolean"                     ? kBoolType
           : text == "number" || text == "integer" ? kNumberType
           : text == "string"                      ? kStringType
           : text == "array"                       ? kArrayType
           : text == "object"                      ? kObjectType
                                                   : kAnyType;
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

void SchemaView::Add(const SchemaDocument& document, const json::value& schema, int depth) {
  if (schema.is_bool() && !schema.as_bool()) types = 0;
  if (!schema.is_object() || depth > 20 || ++parts > 200) return;
  const json::object& object = schema.as_object();
  if (const auto* reference = object.if_contains("$ref"); reference != nullptr && reference->is_string()) {
    std::string why;
    const json::value* target = document.Resolve(schema, std::string_view(reference->as_string()), why);
    if (target != nullptr && target != &schema) Add(document, *target, depth + 1);
    if (document.draft() <= Draft::k7) return;
  }
  types &= Types(object);
  if (auto own = Values(object); !own.empty()) values.push_back(std::move(own));
  if (const auto* all = object.if_contains("allOf"); all != nullptr && all->is_array()) {
    for (const auto& each : all->as_array()) Add(document, each, depth + 1);
  }
  if (const auto* list = object.if_contains("required"); list != nullptr && list->is_array()) {
    for (const auto& name : list->as_array()) {
      if (name.is_string()) required.insert(std::string_view(name.as_string()));
    }
  }
  const auto* listed = object.if_contains("properties");
  if (listed != nullptr && listed->is_object()) {
    for (const auto& [name, inner] : listed->as_object()) properties[std::string_view(name)].push_back(&inner);
  }
  const auto* additional = object.if_contains("additionalProperties");
  if (additional != nullptr && additional->is_bool() && !additional->as_bool() && !object.contains("patternProperties"))
    closed.push_back(&object);
}

void SchemaView::Add(const SchemaView& other) {
  types &= other.types;
  values.insert(values.end(), other.values.begin(), other.values.end());
  required.insert(other.required.begin(), other.required.end());
  for (const auto& [name, schemas] : other.properties) {
    auto& mine = properties[name];
    mine.insert(mine.end(), schemas.begin(), schemas.end());
  }
  closed.insert(closed.end(), other.closed.begin(), other.closed.end());
}

const SchemaView& SchemaViews::Of(const json::value& schema) {
  auto& slot = views_[&schema];
  if (slot == nullptr) {
    auto made = std::make_unique<SchemaView>();
    made->Add(document_, schema);
    (void)meter_.Spend(10 * made->size());
    slot = std::move(made);
  }
  return *slot;
}

bool SchemaViews::Disjoint(const SchemaView& first, const SchemaView& second, int depth) {
  const uint8_t common = first.types & second.types;
  if (common == 0) return true;
  if (!meter_.Spend(1)) return false;
  for (const auto& a : first.values) {
    for (const auto& b : second.values) {
      if (!meter_.Spend(1 + 4 * a.size() * b.size())) return false;
      const bool shared = std::any_of(a.begin(), a.end(), [&](const json::value* v) {
        return std::any_of(b.begin(), b.end(), [&](const json::value* w) { return SameValue(*v, *w); });
      });
      if (!shared) return true;
    }
  }
  if (common != kObjectType || depth > 3) return false;
  for (const SchemaView* one : {&first, &second}) {
    const SchemaView& two = one == &first ? second : first;
    for (const std::string_view name : one->required) {
      if (!meter_.Spend(2 + 2 * two.closed.size())) return false;
      for (const json::object* shut : two.closed) {
        const auto* own = shut->if_contains("properties");
        if (own == nullptr || !own->is_object() || !own->as_object().contains(name)) return true;
      }
      const auto mine = one->properties.find(name), theirs = two.properties.find(name);
      if (mine == one->properties.end() || theirs == two.properties.end()) continue;
      for (const json::value* v : mine->second) {
        for (const json::value* w : theirs->second) {
          if (Disjoint(*v, *w, depth + 1)) return true;
        }
      }
    }
  }
  return false;
}

}  // namespace heddle::grammar
