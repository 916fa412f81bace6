// unevaluatedProperties and unevaluatedItems (2019-09, section 9.3.2.4; 2020-12, section 11): once all choices are made
// it is known which schemas hold in place, so what they evaluate is covered, and the rest must satisfy the keyword.
#include <algorithm>

#include "base/text.h"
#include "grammar/schema_expand.h"

namespace heddle::grammar {
namespace {

const json::object* ObjectAt(const json::object& schema, std::string_view key) {
  const auto* value = schema.if_contains(key);
  return value != nullptr && value->is_object() ? &value->as_object() : nullptr;
}

}  // namespace

void SchemaExpander::Push(State& state, const json::value* part, const json::value& whole) {
  state.todo.push_back({part, false});
  state.parts.emplace_back(part, &whole);
}

bool SchemaExpander::Unevaluated(State& state) {
  const std::vector<const json::value*> pending = std::move(state.unevaluated);
  state.unevaluated.clear();
  for (const json::value* schema : pending) {
    if (state.branch.values != nullptr)
      return Refuse(*schema, "unevaluatedProperties", "not supported beside enum or const");
    std::vector<const json::value*> holding{schema};
    for (size_t i = 0; i < holding.size(); ++i) {
      for (const auto& [part, whole] : state.parts) {
        if (whole == holding[i] && std::find(holding.begin(), holding.end(), part) == holding.end())
          holding.push_back(part);
      }
    }
    std::vector<const json::object*> evaluated;
    for (const json::value* each : holding) {
      if (each->is_object()) evaluated.push_back(&each->as_object());
    }
    if (const auto* rest = schema->as_object().if_contains("unevaluatedProperties")) {
      PropertyGroup group{.additional = rest};
      bool all = false;
      for (const json::object* each : evaluated) {
        all |=
            each->contains("additionalProperties") || (each != evaluated[0] && each->contains("unevaluatedProperties"));
        if (const auto* names = ObjectAt(*each, "properties")) group.also_properties.push_back(names);
        if (const auto* patterns = ObjectAt(*each, "patternProperties")) group.also_patterns.push_back(patterns);
      }
      if (!all) state.branch.object.groups.push_back(std::move(group));
    }
    if (schema->as_object().contains("unevaluatedItems") && !UnevaluatedItems(state, *schema, evaluated)) return false;
  }
  return true;
}

bool SchemaExpander::UnevaluatedItems(State& state, const json::value& schema,
                                      const std::vector<const json::object*>& evaluated) {
  const json::value& rest = schema.as_object().at("unevaluatedItems");
  if (rest.is_bool() && rest.as_bool()) return true;
  size_t known = 0;
  for (const json::object* each : evaluated) {
    const auto* items = each->if_contains("items");
    const bool listed = items != nullptr && items->is_array();
    if ((items != nullptr && !listed) || (listed && each->contains("additionalItems")) ||
        (each != evaluated[0] && each->contains("unevaluatedItems")))
      return true;  // all items are evaluated
    if (each->contains("contains") && document_.draft() >= Draft::k2020)
      return Refuse(schema, "unevaluatedItems", "not supported beside contains");
    if (listed) known = std::max(known, items->as_array().size());
    if (const auto* prefix = each->if_contains("prefixItems");
        prefix != nullptr && prefix->is_array() && document_.Knows("prefixItems"))
      known = std::max(known, prefix->as_array().size());
  }
  ArraySpec& array = state.branch.array;
  while (array.prefix.size() < known) array.prefix.push_back(array.rest);
  for (size_t i = known; i < array.prefix.size(); ++i) array.prefix[i].push_back({&rest, false});
  array.rest.push_back({&rest, false});
  return true;
}

}  // namespace heddle::grammar
