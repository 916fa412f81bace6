// Malformed schemas: every keyword with every kind of value in every place is compiled or refused, and what is
// malformed is refused with its keyword and place.
#include <doctest/doctest.h>

#include <algorithm>

#include "base/text.h"
#include "grammar/schema.h"

using namespace heddle;
using namespace heddle::grammar;

namespace {

constexpr std::string_view kValues[] = {
    "null",
    "true",
    "false",
    "-1",
    "-0.5",
    "0",
    "3",
    "1.5",
    "1e30",
    "-1e308",
    "\"text\"",
    "\"(\"",
    "\"string\"",
    "[]",
    "{}",
    "[[]]",
    "[{}]",
    "[5]",
    "[true]",
    "[\"a\"]",
    "[\"a\",5]",
    "[\"string\"]",
    "{\"a\":5}",
    "{\"a\":{}}",
    "{\"a\":[]}",
    "{\"a\":[5]}",
    "{\"a\":[\"b\"]}",
    "{\"(\":{}}",
    "[[[[{}]]]]",
};

// The values above that each keyword may have; unless named, all others are malformed.
struct Row {
  std::vector<std::string_view> keywords, well_formed;
};
const std::vector<std::string_view> kTexts = {"\"text\"", "\"(\"", "\"string\""};
const std::vector<std::string_view> kFlags = {"true", "false"};
const std::vector<std::string_view> kNumbers = {"-1", "-0.5", "0", "3", "1.5", "1e30", "-1e308"};
const std::vector<std::string_view> kCounts = {"0", "3", "1e30"};
const std::vector<std::string_view> kSchemas = {
    "true", "false", "{}", "{\"a\":5}", "{\"a\":{}}", "{\"a\":[]}", "{\"a\":[5]}", "{\"a\":[\"b\"]}", "{\"(\":{}}"};
const Row kRows[] = {
    {{"$anchor", "$dynamicAnchor", "$dynamicRef", "$id", "$recursiveRef", "$ref", "$schema", "format", "pattern"},
     kTexts},
    {{"$recursiveAnchor", "uniqueItems"}, kFlags},
    {{"minimum", "maximum"}, kNumbers},
    {{"exclusiveMinimum", "exclusiveMaximum"}, {"true", "false", "-1", "-0.5", "0", "3", "1.5", "1e30", "-1e308"}},
    {{"multipleOf"}, {"3", "1.5", "1e30"}},
    {{"minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties", "minContains", "maxContains"},
     kCounts},
    {{"type"}, {"\"string\"", "[]", "[\"string\"]"}},
    {{"enum"}, {"[]", "[[]]", "[{}]", "[5]", "[true]", "[\"a\"]", "[\"a\",5]", "[\"string\"]", "[[[[{}]]]]"}},
    {{"required"}, {"[]", "[\"a\"]", "[\"string\"]"}},
    {{"not", "if", "then", "else", "contains", "propertyNames", "additionalProperties", "additionalItems",
      "unevaluatedItems", "unevaluatedProperties", "contentSchema"},
     kSchemas},
    {{"items"},
     {"true", "false", "{}", "{\"a\":5}", "{\"a\":{}}", "{\"a\":[]}", "{\"a\":[5]}", "{\"a\":[\"b\"]}", "{\"(\":{}}",
      "[]", "[{}]", "[true]"}},
    {{"allOf", "anyOf", "oneOf", "prefixItems"}, {"[{}]", "[true]"}},
    {{"properties", "patternProperties", "dependentSchemas", "$defs", "definitions"},
     {"{}", "{\"a\":{}}", "{\"(\":{}}"}},
    {{"dependentRequired"}, {"{}", "{\"a\":[]}", "{\"a\":[\"b\"]}"}},
    {{"dependencies"}, {"{}", "{\"a\":{}}", "{\"a\":[]}", "{\"a\":[\"b\"]}", "{\"(\":{}}"}},
    {{"const", "default", "title", "x-unknown"}, {std::begin(kValues), std::end(kValues)}},
};

// A schema stands where the @ is; `at` points there.
struct Place {
  const char *schema, *at;
};
constexpr Place kPlaces[] = {
    {"@", ""},
    {R"({"not":@})", "/not"},
    {R"({"not":{"not":@}})", "/not/not"},
    {R"({"allOf":[true,@]})", "/allOf/1"},
    {R"({"anyOf":[{"type":"null"},@]})", "/anyOf/1"},
    {R"({"oneOf":[{"type":"null"},@]})", "/oneOf/1"},
    {R"({"not":{"allOf":[@]}})", "/not/allOf/0"},
    {R"({"not":{"oneOf":[@,{}]}})", "/not/oneOf/0"},
    {R"({"if":@,"then":{"type":"string"}})", "/if"},
    {R"({"if":{"type":"string"},"then":@})", "/then"},
    {R"({"if":{"type":"string"},"else":@})", "/else"},
    {R"({"items":@})", "/items"},
    {R"({"not":{"items":@}})", "/not/items"},
    {R"({"prefixItems":[@]})", "/prefixItems/0"},
    {R"({"items":[{},@]})", "/items/1"},
    {R"({"contains":@,"minContains":0})", "/contains"},
    {R"({"not":{"contains":@}})", "/not/contains"},
    {R"({"properties":{"a":@}})", "/properties/a"},
    {R"({"not":{"properties":{"a":@}}})", "/not/properties/a"},
    {R"({"patternProperties":{"^a":@}})", "/patternProperties/^a"},
    {R"({"additionalProperties":@})", "/additionalProperties"},
    {R"({"propertyNames":@})", "/propertyNames"},
    {R"({"not":{"propertyNames":@}})", "/not/propertyNames"},
    {R"({"dependentSchemas":{"a":@}})", "/dependentSchemas/a"},
    {R"({"$defs":{"d":@},"$ref":"#/$defs/d"})", "/$defs/d"},
    {R"({"$defs":{"d":@}})", "/$defs/d"},
    {R"({"x-elsewhere":[@],"$ref":"#/x-elsewhere/0"})", "/x-elsewhere/0"},
    {R"({"enum":["a",1,[2],{"a":3}],"allOf":[@]})", "/allOf/0"},
    {R"({"unevaluatedProperties":@})", "/unevaluatedProperties"},
    {R"({"type":"string","items":@})", "/items"},
};

Result<CompiledGrammar> Compiled(ExprPool& pool, std::string_view schema, SchemaOptions options = {}) {
  options.work.steps = 200'000;
  return CompileSchema(pool, schema, options);
}

}  // namespace

TEST_CASE("every keyword with every kind of value, everywhere, is compiled or refused; what is malformed by its name") {
  for (const Place& place : kPlaces) {
    ExprPool pool;
    for (const Row& row : kRows) {
      for (const std::string_view keyword : row.keywords) {
        for (const std::string_view value : kValues) {
          const std::string inner = Cat({"{\"", keyword, "\":", value, "}"});
          const std::string schema = ReplaceAll(place.schema, "@", inner);
          const auto compiled = Compiled(pool, schema);
          CHECK_MESSAGE((compiled || !compiled.error().message.empty()), schema);
          CHECK_NOTHROW((void)Compiled(pool, schema, {.any_order = true, .lax = true}));
          const bool fine = std::find(row.well_formed.begin(), row.well_formed.end(), value) != row.well_formed.end();
          if (fine) continue;
          REQUIRE_MESSAGE(!compiled, schema);
          CHECK_MESSAGE(compiled.error().code == Code::kInvalid, schema);
          CHECK_MESSAGE(Contains(compiled.error().message, Cat({"#", place.at, ": ", keyword, ": "})),
                        schema << ": " << compiled.error().message);
          CHECK_MESSAGE(!Compiled(pool, schema, {.lax = true}), schema);  // there is nothing to check afterwards
        }
      }
    }
  }
}

TEST_CASE("a keyword that is well formed is not called malformed") {
  for (const Row& row : kRows) {
    for (const std::string_view keyword : row.keywords) {
      for (const std::string_view value : row.well_formed) {
        ExprPool pool;
        const auto compiled = Compiled(pool, Cat({"{\"", keyword, "\":", value, "}"}));
        if (!compiled) CHECK_MESSAGE(!Contains(compiled.error().message, "is needed"), compiled.error().message);
      }
    }
  }
}

TEST_CASE("what the draft gives no meaning to has no form") {
  ExprPool pool;
  CHECK(Compiled(pool, R"({"$schema":"http://json-schema.org/draft-07/schema#","$ref":"#/definitions/a","pattern":5,
                           "definitions":{"a":{"type":"null"}}})"));
  CHECK(Compiled(pool, R"({"$schema":"http://json-schema.org/draft-04/schema#","const":1,"if":5,"then":6})"));
  CHECK(Compiled(pool, R"({"$schema":"http://json-schema.org/draft-04/schema#","required":true,"type":"any",
                           "minimum":1,"exclusiveMinimum":true})"));
  CHECK(!Compiled(pool, R"({"$schema":"https://json-schema.org/draft/2020-12/schema","items":[{}]})"));
  CHECK(!Compiled(pool, R"({"$schema":"https://json-schema.org/draft/2020-12/schema","exclusiveMinimum":true})"));
  CHECK(Compiled(pool, R"({"$schema":"https://json-schema.org/draft/2020-12/schema","additionalItems":5})"));
}

TEST_CASE("references in circles, deep nesting and repeated keys end in a grammar or a refusal") {
  ExprPool pool;
  CHECK_NOTHROW((void)Compiled(pool, R"({"$ref":"#"})"));
  CHECK_NOTHROW(
      (void)Compiled(pool, R"({"$defs":{"a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/a"}},"$ref":"#/$defs/a"})"));
  CHECK(!Compiled(pool, R"({"not":{"$ref":"#"}})"));
  CHECK(!Compiled(pool, R"({"allOf":[{"$ref":"#"},{"not":{"$ref":"#"}}]})"));
  CHECK(!Compiled(pool, R"({"enum":[1],"allOf":[{"$ref":"#"}]})"));
  CHECK(Compiled(pool, R"({"type":"string","type":"null"})"));
  for (const char* open : {R"({"not":)", R"({"items":)", R"({"allOf":[)", R"({"properties":{"a":)", "["}) {
    for (const int depth : {60, 250, 100'000}) {
      std::string schema;
      for (int i = 0; i < depth; ++i) schema += open;
      CHECK(!Compiled(pool, schema));  // never closed
      schema += "true";
      for (int i = 0; i < depth; ++i) {
        for (const char* c = open + std::string_view(open).size(); c-- > open;) {
          if (*c == '{' || *c == '[') schema += *c == '{' ? '}' : ']';
        }
      }
      CHECK_NOTHROW((void)Compiled(pool, schema));
    }
  }
}

TEST_CASE("a chain of schemas is as deep as it likes; counts that must be looked ahead are not") {
  std::string chain = R"({"$ref":"#/$defs/a0","$defs":{)";
  for (int i = 0; i < 20'000; ++i)
    chain += Cat({"\"a", std::to_string(i), R"(":{"items":{"$ref":"#/$defs/a)", std::to_string(i + 1), "\"}},"});
  chain += R"("a20000":{"type":"null"}}})";
  ExprPool pool;
  const auto compiled = CompileSchema(pool, chain);
  REQUIRE(compiled);
  Expr state = compiled->start;
  for (int i = 0; i < 20'000; ++i) state = pool.Next(state, '[');
  CHECK(pool.Next(state, 'n') != kNone);
  CHECK(pool.Next(state, '5') == kNone);
  for (const char* schema : {R"({"minProperties":900000})", R"({"minItems":900000,"contains":{"type":"null"}})"}) {
    const auto refused = CompileSchema(pool, schema);
    REQUIRE(!refused);
    CHECK(refused.error().code == Code::kTooLarge);
    CHECK(Contains(refused.error().message, "members to come"));
  }
}
