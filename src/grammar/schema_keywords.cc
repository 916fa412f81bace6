// What the keywords of numbers, strings, arrays and objects add to a branch.
#include <algorithm>

#include "base/text.h"
#include "grammar/schema_expand.h"

namespace heddle::grammar {
namespace {

void ExtendPrefix(ArraySpec& array, size_t size) {
  while (array.prefix.size() < size) array.prefix.push_back(array.rest);
}

}  // namespace

bool SchemaExpander::Number(State& state, const json::value& schema, std::string_view key, const json::value& value) {
  const bool low = key == "minimum" || key == "exclusiveMinimum", high = key == "maximum" || key == "exclusiveMaximum";
  if (!low && !high && key != "multipleOf") return true;
  if (key.starts_with("exclusive") && value.is_bool()) return true;  // draft 4: read with the bound
  const auto number = Decimal::Of(value);
  if (!number) return Refuse(schema, key, kNumberTooLarge);
  if (key == "multipleOf") {
    if (!(number->Text() == "1")) {
      state.branch.number.multiples.push_back(*number);
    } else {
      state.branch.number.integer = true;
    }
    return true;
  }
  const auto* flag = schema.as_object().if_contains(low ? "exclusiveMinimum" : "exclusiveMaximum");
  const bool exclusive = key.starts_with("exclusive") || (flag != nullptr && flag->is_bool() && flag->as_bool());
  if (low)
    state.branch.number.AtLeast({*number, exclusive});
  else
    state.branch.number.AtMost({*number, exclusive});
  return true;
}

bool SchemaExpander::Texts(State& state, const json::value& schema, std::string_view key, const json::value& value) {
  StringSpec& spec = state.branch.string;
  if (key == "minLength" || key == "maxLength") {
    const auto count = CountOf(value);
    if (!count) return Refuse(schema, key, kCountTooLarge);
    if (key == "minLength")
      spec.min = std::max(spec.min, *count);
    else
      spec.max = std::min(spec.max, *count);
  } else if (key == "pattern") {
    spec.tests.push_back({.pattern = &value});
  } else if (key == "format" && value.is_string()) {
    spec.tests.push_back({.format = std::string_view(value.as_string())});
  }
  return true;
}

bool SchemaExpander::Array(State& state, const json::value& schema, std::string_view key, const json::value& value) {
  ArraySpec& spec = state.branch.array;
  const json::object& object = schema.as_object();
  if (key == "minItems" || key == "maxItems") {
    const auto count = CountOf(value);
    if (!count) return Refuse(schema, key, kCountTooLarge);
    if (key == "minItems")
      spec.min = std::max(spec.min, *count);
    else
      spec.max = std::min(spec.max, *count);
  } else if (key == "prefixItems" || (key == "items" && value.is_array())) {
    const json::value* rest = object.if_contains(key == "items" ? "additionalItems" : "items");
    const json::array& prefix = value.as_array();
    if (!meter_.Spend(prefix.size() + spec.prefix.size() * (1 + spec.rest.size()))) return false;
    ExtendPrefix(spec, prefix.size());
    for (size_t i = 0; i < spec.prefix.size(); ++i) {
      if (i < prefix.size())
        spec.prefix[i].push_back({&prefix[i], false});
      else if (rest != nullptr)
        spec.prefix[i].push_back({rest, false});
    }
    if (rest != nullptr) spec.rest.push_back({rest, false});
  } else if (key == "items") {
    if (object.contains("prefixItems") && document_.Knows("prefixItems")) return true;  // read with it
    if (!meter_.Spend(4 * spec.prefix.size())) return false;
    for (auto& each : spec.prefix) each.push_back({&value, false});
    spec.rest.push_back({&value, false});
  } else if (key == "contains") {
    Contains contains{.what = {{&value, false}}};
    if (document_.Knows("minContains")) {
      for (const bool least : {true, false}) {
        const auto* bound = object.if_contains(least ? "minContains" : "maxContains");
        if (bound == nullptr) continue;
        const auto count = CountOf(*bound);
        if (!count) return Refuse(schema, least ? "minContains" : "maxContains", kCountTooLarge);
        (least ? contains.min : contains.max) = *count;
      }
    }
    if (contains.min > 0 || contains.max != kNoLimit) spec.contains.push_back(contains);
  } else if (key == "uniqueItems" && value.is_bool() && value.as_bool()) {
    spec.unique = true;
    spec.unique_at = &schema;
  }
  return true;
}

bool SchemaExpander::Object(State& state, const json::value& schema, std::string_view key, const json::value& value) {
  ObjectSpec& spec = state.branch.object;
  if (key == "required") {
    if (value.is_bool() && document_.draft() <= Draft::k4) return true;  // draft 3's form, meaningless here
    for (const auto& name : value.as_array()) {
      if (name.is_string()) spec.required.emplace_back(name.as_string());
    }
  } else if (key == "minProperties" || key == "maxProperties") {
    const auto count = CountOf(value);
    if (!count) return Refuse(schema, key, kCountTooLarge);
    if (key == "minProperties")
      spec.min = std::max(spec.min, *count);
    else
      spec.max = std::min(spec.max, *count);
  } else if (key == "propertyNames") {
    spec.names.push_back({&value, false});
  } else if (key == "dependentRequired" || key == "dependentSchemas" || key == "dependencies") {
    for (const auto& [name, demand] : value.as_object()) {
      const std::string trigger(name);
      std::vector<std::string> names;
      const json::value* then = nullptr;
      if (demand.is_array()) {
        for (const auto& each : demand.as_array()) {
          if (each.is_string()) names.emplace_back(each.as_string());
        }
      } else {
        then = &demand;
      }
      const Step with = [trigger, names, then, &schema](State& s) {
        s.branch.types &= kObjectType;
        s.branch.object.required.push_back(trigger);
        s.branch.object.required.insert(s.branch.object.required.end(), names.begin(), names.end());
        if (then != nullptr) Push(s, then, schema);
      };
      state.choices.push_back({[trigger](State& s) { s.branch.object.absent.push_back(trigger); }, with});
    }
  }
  return true;
}

}  // namespace heddle::grammar
