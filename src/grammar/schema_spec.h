// What a conjunction of subschemas asks of a value, once all choices (anyOf, not, if ...) are made: one Branch. A
// schema is a list of branches, any of which may hold (disjunctive normal form; see Attouche et al., "Witness
// generation for JSON Schema", VLDB 2022, for the algebra).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "grammar/schema_document.h"
#include "grammar/schema_numbers.h"

namespace heddle::grammar {

inline constexpr std::string_view kCountTooLarge = "a count goes up to 999,999,999";
inline constexpr std::string_view kNumberTooLarge = "a number beyond 1e400 cannot be enforced";

// Where a keyword stands, for messages.
struct SchemaRefusal {
  const json::value* schema = nullptr;
  std::string keyword, reason;
};

// A subschema, to hold or not to hold.
struct Literal {
  const json::value* schema = nullptr;
  bool negated = false;
  auto operator<=>(const Literal&) const = default;
};
using Conjunction = std::vector<Literal>;  // in order of appearance, without repetition when used as a key

enum TypeBit : uint8_t {
  kNullType = 1,
  kBoolType = 2,
  kNumberType = 4,
  kStringType = 8,
  kArrayType = 16,
  kObjectType = 32,
  kAnyType = 63
};

struct StringSpec {
  uint32_t min = 0, max = kNoLimit;  // code points
  struct Test {
    const json::value* pattern = nullptr;  // a pattern, or
    std::string_view format;               // a format's name
    bool negated = false;
  };
  std::vector<Test> tests;
};

// Some item (or property) satisfies `what`: at least `min` and at most `max` of them.
struct Contains {
  Conjunction what;
  uint32_t min = 1, max = kNoLimit;
  uint32_t from = 0;  // items before this index do not count
};

struct ArraySpec {
  std::vector<Conjunction> prefix;
  Conjunction rest;  // of items after the prefix
  uint32_t min = 0, max = kNoLimit;
  std::vector<Contains> contains;
  bool unique = false;
  const json::value* unique_at = nullptr;
};

// One schema's object keywords that belong together: what "additional" means depends on its own names and patterns.
struct PropertyGroup {
  const json::object* properties = nullptr;
  const json::object* patterns = nullptr;
  const json::value* additional = nullptr;
  // unevaluatedProperties: the keywords of other schemas whose names and patterns count as covered too.
  std::vector<const json::object*> also_properties, also_patterns;
};

struct ObjectSpec {
  std::vector<PropertyGroup> groups;
  std::vector<std::pair<std::string, Literal>> named;  // further demands on single properties
  std::vector<std::string> required;
  std::vector<std::string> absent;
  std::vector<Literal> names;  // propertyNames
  uint32_t min = 0, max = kNoLimit;
  // Some property not covered by the group's names and patterns (or, with a `pattern`, matching that) satisfies `what`;
  // with `bad_name` set, some property's name does not satisfy that literal.
  struct Exists {
    PropertyGroup group;
    Conjunction what;
    std::optional<Literal> bad_name;
    std::string pattern;
  };
  std::vector<Exists> exists;
};

struct Branch {
  uint8_t types = kAnyType;
  const json::value* values = nullptr;       // enum: one of these (filtered by everything else)
  bool is_const = false;                     // `values` is the value itself
  std::vector<const json::value*> excluded;  // not these values
  NumberSpec number;
  StringSpec string;
  ArraySpec array;
  ObjectSpec object;
};

}  // namespace heddle::grammar
