#include "grammar/schema_form.h"

#include <algorithm>
#include <unordered_set>

#include "base/text.h"

namespace heddle::grammar {
namespace {

enum class Form : uint8_t {
  kText,
  kFlag,
  kNumber,
  kBound,  // draft 4 has a flag beside the number's bound
  kStep,
  kCount,
  kType,
  kValues,
  kNames,
  kSchema,
  kItems,
  kSchemas,
  kSchemaByName,
  kNamesByName,
  kEitherByName,
};

constexpr std::string_view kNeeded[] = {
    "a string is needed",
    "true or false is needed",
    "a number is needed",
    "a number is needed",
    "a number above zero is needed",
    "a whole number from zero on is needed",
    "a type's name or a list of them is needed: null, boolean, number, integer, string, array or object",
    "a list of values is needed",
    "a list of names is needed",
    "a schema is needed: an object, true or false",
    "a schema is needed: an object, true or false; or, up to 2019-09, a list of them",
    "a list of one or more schemas is needed",
    "an object of schemas is needed",
    "an object of lists of names is needed",
    "an object of schemas or lists of names is needed",
};

const std::unordered_map<std::string_view, Form> kForms = {
    {"$anchor", Form::kText},
    {"$defs", Form::kSchemaByName},
    {"$dynamicAnchor", Form::kText},
    {"$dynamicRef", Form::kText},
    {"$id", Form::kText},
    {"$recursiveAnchor", Form::kFlag},
    {"$recursiveRef", Form::kText},
    {"$ref", Form::kText},
    {"$schema", Form::kText},
    {"additionalItems", Form::kSchema},
    {"additionalProperties", Form::kSchema},
    {"allOf", Form::kSchemas},
    {"anyOf", Form::kSchemas},
    {"contains", Form::kSchema},
    {"contentSchema", Form::kSchema},
    {"definitions", Form::kSchemaByName},
    {"dependencies", Form::kEitherByName},
    {"dependentRequired", Form::kNamesByName},
    {"dependentSchemas", Form::kSchemaByName},
    {"else", Form::kSchema},
    {"enum", Form::kValues},
    {"exclusiveMaximum", Form::kBound},
    {"exclusiveMinimum", Form::kBound},
    {"format", Form::kText},
    {"if", Form::kSchema},
    {"items", Form::kItems},
    {"maxContains", Form::kCount},
    {"maxItems", Form::kCount},
    {"maxLength", Form::kCount},
    {"maxProperties", Form::kCount},
    {"maximum", Form::kNumber},
    {"minContains", Form::kCount},
    {"minItems", Form::kCount},
    {"minLength", Form::kCount},
    {"minProperties", Form::kCount},
    {"minimum", Form::kNumber},
    {"multipleOf", Form::kStep},
    {"not", Form::kSchema},
    {"oneOf", Form::kSchemas},
    {"pattern", Form::kText},
    {"patternProperties", Form::kSchemaByName},
    {"prefixItems", Form::kSchemas},
    {"properties", Form::kSchemaByName},
    {"propertyNames", Form::kSchema},
    {"required", Form::kNames},
    {"then", Form::kSchema},
    {"type", Form::kType},
    {"unevaluatedItems", Form::kSchema},
    {"unevaluatedProperties", Form::kSchema},
    {"uniqueItems", Form::kFlag},
};

constexpr std::string_view kTypes[] = {"null", "boolean", "number", "integer", "string", "array", "object"};

bool IsSchema(const json::value& value) { return value.is_object() || value.is_bool(); }

template <typename Test>
bool IsListOf(const json::value& value, const Test& test) {
  return value.is_array() && std::all_of(value.get_array().begin(), value.get_array().end(), test);
}

template <typename Test>
bool IsObjectOf(const json::value& value, const Test& test) {
  return value.is_object() && std::all_of(value.get_object().begin(), value.get_object().end(),
                                          [&](const auto& each) { return test(each.value()); });
}

bool IsText(const json::value& value) { return value.is_string(); }
bool IsNames(const json::value& value) { return IsListOf(value, IsText); }

bool IsCount(const json::value& value) {
  if (const auto number = Decimal::Of(value)) return number->integer() && (!number->negative || number->zero());
  return value.is_double() && value.get_double() > 0;  // a whole number beyond what is read exactly
}

class Walk {
 public:
  explicit Walk(const SchemaDocument& document) : document_(document) {}

  std::optional<SchemaRefusal> Whole() {
    Visit(document_.root());
    // What is referred to may stand where no keyword holds schemas.
    for (size_t i = 0; i < targets_.size() && !found_; ++i) Visit(*targets_[i]);
    return std::move(found_);
  }

 private:
  void Visit(const json::value& schema) {
    if (found_ || schema.is_bool() || !seen_.insert(&schema).second) return;
    if (!schema.is_object()) {
      found_ = {&schema, "schema", "a schema is an object, true or false"};
      return;
    }
    const json::object& object = schema.get_object();
    const json::value* reference = object.if_contains("$ref");
    const bool alone = reference != nullptr && document_.draft() <= Draft::k7;
    for (const auto& [name, value] : object) {
      const auto row = kForms.find(std::string_view(name));
      if (row == kForms.end() || (alone && row->first != "$ref") || !Means(row->first)) continue;
      if (!Has(row->second, value)) {
        found_ = {&schema, std::string(name), std::string(kNeeded[static_cast<size_t>(row->second)])};
        return;
      }
      if (row->first.ends_with("Ref") || row->first == "$ref") Follow(schema, value);
      Descend(row->second, value);
      if (found_) return;
    }
  }

  bool Means(std::string_view keyword) const {
    if (keyword == "then" || keyword == "else") return document_.Knows("if");
    if (keyword == "additionalItems") return !document_.draft_named() || document_.draft() < Draft::k2020;
    return document_.Knows(keyword);
  }

  bool IsType(const json::value& value) const {
    if (!value.is_string()) return false;
    const std::string_view name(value.get_string());
    return std::find(std::begin(kTypes), std::end(kTypes), name) != std::end(kTypes) ||
           (name == "any" && document_.draft() == Draft::k4);
  }

  bool Has(Form form, const json::value& value) const {
    const bool old = document_.draft() == Draft::k4;
    switch (form) {
      case Form::kText: return value.is_string();
      case Form::kFlag: return value.is_bool();
      case Form::kNumber: return value.is_number();
      case Form::kBound: return value.is_number() || (value.is_bool() && (old || !document_.draft_named()));
      case Form::kStep: return value.is_number() && value.to_number<double>() > 0;
      case Form::kCount: return IsCount(value);
      case Form::kType: return IsType(value) || IsListOf(value, [this](const json::value& v) { return IsType(v); });
      case Form::kValues: return value.is_array();
      case Form::kNames: return IsNames(value) || (value.is_bool() && old);  // draft 3's flag means nothing
      case Form::kSchema: return IsSchema(value);
      case Form::kItems:
        return IsSchema(value) ||
               (IsListOf(value, IsSchema) && (!document_.draft_named() || document_.draft() < Draft::k2020));
      case Form::kSchemas: return IsListOf(value, IsSchema) && !value.get_array().empty();
      case Form::kSchemaByName: return IsObjectOf(value, IsSchema);
      case Form::kNamesByName: return IsObjectOf(value, IsNames);
      case Form::kEitherByName:
        return IsObjectOf(value, [](const json::value& v) { return IsSchema(v) || IsNames(v); });
    }
    return false;
  }

  void Descend(Form form, const json::value& value) {
    if (form == Form::kSchema || (form == Form::kItems && !value.is_array())) return Visit(value);
    if (form == Form::kSchemas || form == Form::kItems) {
      for (const json::value& each : value.get_array()) Visit(each);
    }
    if (form != Form::kSchemaByName && form != Form::kEitherByName) return;
    for (const auto& each : value.get_object()) {
      if (!each.value().is_array()) Visit(each.value());
    }
  }

  void Follow(const json::value& schema, const json::value& reference) {
    std::string why;
    const json::value* target = document_.Resolve(schema, std::string_view(reference.get_string()), why);
    if (target != nullptr) targets_.push_back(target);
  }

  const SchemaDocument& document_;
  std::unordered_set<const json::value*> seen_;
  std::vector<const json::value*> targets_;
  std::optional<SchemaRefusal> found_;
};

}  // namespace

std::optional<SchemaRefusal> FindMalformed(const SchemaDocument& document) { return Walk(document).Whole(); }

}  // namespace heddle::grammar
