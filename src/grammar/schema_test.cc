// JSON Schema: what each keyword lets through, and the harness for the official test suite.
#include <doctest/doctest.h>

#include <boost/json.hpp>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/text.h"
#include "grammar/source.h"

using namespace heddle;
using namespace heddle::grammar;

namespace {

struct Judge {
  ExprPool pool;
  Expr start = kNone;
  std::string refusal;
  explicit Judge(std::string_view schema, SchemaOptions options = {.any_order = true}) {
    SchemaNote note;
    const auto compiled = CompileSchema(pool, schema, options, &note);
    if (compiled)
      start = compiled->start;
    else
      refusal = compiled.error().message;
  }
  bool Has(std::string_view text) {
    Expr state = start;
    for (const char c : text) {
      if (state == kNone) return false;
      state = pool.Next(state, static_cast<uint8_t>(c));
    }
    return state != kNone && pool.nullable(state);
  }
};

struct Row {
  const char* schema;
  std::vector<const char*> valid, invalid;
};

const Row kRows[] = {
    {R"({"type":"integer","minimum":-3,"exclusiveMaximum":120})",
     {"-3", "0", "-0", "119", "99.0"},
     {"-4", "120", "1.5", "1e2", "007"}},
    {R"({"type":"number","minimum":0.25,"maximum":12.5})",
     {"0.25", "0.250", "12.5", "3", "12.49"},
     {"0.24", "12.51", "-1", "13"}},
    {R"({"multipleOf":0.01})", {"0.01", "12.34", "5", "-0.10", "\"text\""}, {"0.001", "1.005"}},
    {R"({"type":"integer","multipleOf":30})", {"0", "30", "-60", "3000"}, {"10", "45", "31"}},
    {R"({"type":"string","minLength":2,"maxLength":3})",
     {R"("ab")", R"("é😀x")", R"("\u00e9\ud83d\ude00")", R"("\n\\a")"},
     {R"("a")", R"("abcd")", R"("\ud83d")"}},
    {R"({"pattern":"^a.c$"})", {R"("abc")", R"("a\u0062c")", "1", "null"}, {R"("ab")", R"("a\nc")", R"("xabc")"}},
    {R"({"pattern":"b+"})", {R"("abc")", R"("b")"}, {R"("ac")"}},
    {R"({"type":"string","format":"date"})",
     {R"("2024-02-29")", R"("2023-12-31")"},
     {R"("2023-02-29")", R"("2023-13-01")"}},
    {R"({"format":"ipv4"})", {R"("127.0.0.1")"}, {R"("256.0.0.1")", R"("1.2.3")"}},
    {R"({"const":{"a":1,"b":[2],"c":{"d":3,"e":4}}})",
     {R"({"a":1,"b":[2],"c":{"d":3,"e":4}})", R"({"c": {"e":4,"d":3.0}, "a":1, "b": [2]})"},
     {R"({"a":1,"b":[2]})", R"({"a":1,"b":[2],"a":1})", "{}"}},
    {R"({"enum":[1,"a",null,[1,2],{"x":1}]})",
     {"1", "1.0", R"("a")", "null", "[1, 2]", R"({"x":1})"},
     {"2", R"("b")", "[1]", "{}"}},
    {R"({"enum":["ab","cd",5],"type":"string","maxLength":3})", {R"("ab")"}, {"5", R"("ef")"}},
    {R"({"properties":{"a":{"type":"integer"}},"required":["a"],"additionalProperties":false})",
     {R"({"a": 1})"},
     {"{}", R"({"a":"x"})", R"({"a":1,"b":2})", R"({"a":1,"a":2})"}},
    {R"({"properties":{"a":{"type":"integer"}},"additionalProperties":{"type":"string"}})",
     {R"({"b":"x","a":1})", "{}", "3"},
     {R"({"b":1})", R"({"a":"x"})", R"({"ab":1})"}},
    {R"({"patternProperties":{"^x":{"type":"integer"}},"additionalProperties":false})",
     {R"({"x1":1,"x2":2})"},
     {R"({"y":1})", R"({"x":"a"})"}},
    {R"({"propertyNames":{"maxLength":2}})", {R"({"ab":1})"}, {R"({"abc":1})"}},
    {R"({"if":{"properties":{"a":{"type":"null"}}},"unevaluatedProperties":false})",
     {R"({"a":null})", "{}", "5"},
     {R"({"a":1})", R"({"b":null})"}},
    {R"({"minProperties":2,"maxProperties":2,"properties":{"a":true,"b":true,"c":true},"additionalProperties":false})",
     {R"({"a":1,"c":2})"},
     {R"({"a":1})", R"({"a":1,"b":1,"c":1})"}},
    {R"({"items":{"type":"integer"},"minItems":1,"maxItems":2})",
     {"[1]", "[1,2]", "\"x\""},
     {"[]", "[1,2,3]", "[true]"}},
    {R"({"prefixItems":[{"type":"integer"},{"type":"string"}],"items":false})",
     {"[]", "[1]", R"([1,"a"])"},
     {R"(["a"])", R"([1,"a",2])"}},
    {R"({"contains":{"type":"integer"},"minContains":2,"maxContains":2})", {R"([1,"a",2])"}, {"[1]", "[1,2,3]", "[]"}},
    {R"({"type":"array","items":{"enum":["a","b","c"]},"uniqueItems":true})", {"[]", R"(["c","a"])"}, {R"(["a","a"])"}},
    {R"({"anyOf":[{"type":"integer"},{"minLength":2}]})", {"1", R"("ab")", "null", "1.5"}, {R"("a")"}},
    {R"({"oneOf":[{"type":"integer"},{"minimum":2}]})", {"1", "2.5", "\"x\""}, {"3", "1.5"}},
    {R"({"allOf":[{"properties":{"a":{"minimum":1}}},{"properties":{"a":{"maximum":3}},"required":["a"]}],"type":"object"})",
     {R"({"a":2})", R"({"a":"x"})"},
     {R"({"a":0})", R"({"a":4})", "{}"}},
    {R"({"not":{"type":["integer","string"]}})", {"1.5", "null", "[]"}, {"1", "\"\"", "2.0"}},
    {R"({"type":"string","not":{"enum":["a","b"]}})", {R"("c")", R"("ab")", R"("")"}, {R"("a")", R"("b")"}},
    {R"({"type":"object","not":{"required":["a"]}})", {"{}", R"({"b":1})"}, {R"({"a":1})"}},
    {R"({"if":{"properties":{"k":{"const":1}},"required":["k"]},"then":{"required":["x"]},"else":{"required":["y"]},"type":"object"})",
     {R"({"k":1,"x":0})", R"({"k":2,"y":0})", R"({"y":1})"},
     {R"({"k":1,"y":0})", "{}"}},
    {R"({"dependentRequired":{"a":["b"]},"type":"object"})", {"{}", R"({"b":1})", R"({"a":1,"b":2})"}, {R"({"a":1})"}},
    {R"({"$defs":{"n":{"properties":{"next":{"$ref":"#/$defs/n"}},"additionalProperties":false,"type":"object"}},"$ref":"#/$defs/n"})",
     {"{}", R"({"next":{"next":{}}})"},
     {R"({"next":1})", R"({"x":{}})"}},
    {R"({"$ref":"#/$defs/a%25b","$defs":{"a%b":{"type":"null"}}})", {"null"}, {"1"}},
    {R"({"enum":["a","ab","abc","b","c","d","e","f","g","h","i","j","k","l","m","n","o","p","a/b","é",1]})",
     {R"("a")", R"("ab")", R"("p")", R"("a\/b")", R"("\u00e9")", "1.0"},
     {R"("")", R"("abcd")", R"("q")", "2"}},
    {R"({"allOf":[{"properties":{"a":{"type":"string"}}}],"properties":{"b":true},"unevaluatedProperties":false})",
     {R"({"a":"x","b":1})", "{}", "3"},
     {R"({"c":1})", R"({"a":1})"}},
    {R"({"anyOf":[{"properties":{"a":{"const":1}},"required":["a"]},{"properties":{"b":{"const":2}},"required":["b"]}],"unevaluatedProperties":false})",
     {R"({"a":1})", R"({"a":1,"b":2})", R"({"b":2})"},
     {R"({"a":1,"b":3})", R"({"a":1,"c":1})", "{}"}},
    {R"({"if":{"properties":{"k":{"const":1}},"required":["k"]},"then":{"properties":{"x":true}},"else":{"properties":{"y":true}},"unevaluatedProperties":{"type":"null"}})",
     {R"({"k":1,"x":5})", R"({"y":5,"z":null})"},
     {R"({"k":1,"y":5})", R"({"x":5})"}},
    {R"({"$ref":"#/$defs/a","unevaluatedProperties":false,"$defs":{"a":{"patternProperties":{"^x":true}}}})",
     {R"({"x1":1})"},
     {R"({"y":1})"}},
    {R"({"properties":{"o":{"additionalProperties":true}},"allOf":[{"additionalProperties":{"type":"integer"}}],"unevaluatedProperties":false})",
     {R"({"q":1})"},
     {R"({"q":"x"})"}},
    {R"({"prefixItems":[{"type":"string"}],"allOf":[{"prefixItems":[true,{"type":"integer"}]}],"unevaluatedItems":false})",
     {"[]", R"(["a",1])"},
     {R"(["a",1,2])", R"(["a","b"])"}},
    {R"({"unevaluatedItems":{"type":"integer"}})", {"[1,2]"}, {R"([1,"a"])"}},
    // What a draft has not means nothing in it, among listed values too.
    {R"({"$schema":"http://json-schema.org/draft-04/schema#","const":1,"propertyNames":false})",
     {"2", R"({"a":1})"},
     {}},
    {R"({"$schema":"http://json-schema.org/draft-07/schema#","dependentRequired":{"a":["b"]},"unevaluatedItems":false})",
     {R"({"a":1})", "[1]"},
     {}},
    {R"({"$schema":"http://json-schema.org/draft-04/schema#","enum":[{"a":1},{"a":2}],"properties":{"a":{"const":1}}})",
     {R"({"a":1})", R"({"a":2})"},
     {R"({"a":3})"}},
    {R"({"enum":[{"a":1},{"a":2}],"properties":{"a":{"const":1}}})", {R"({"a":1})"}, {R"({"a":2})"}},
};

// JSON text as other programs write it: Boost writes 4.5 as 4.5E0.
std::string Written(const boost::json::value& value) {
  std::string out;
  if (value.is_double()) {
    char buffer[400];
    out.assign(buffer, std::to_chars(buffer, buffer + sizeof buffer, value.as_double(), std::chars_format::fixed).ptr);
    return Contains(out, ".") ? out : out + ".0";
  }
  if (value.is_array()) {
    for (const auto& each : value.as_array()) out += (out.empty() ? "[" : ",") + Written(each);
    return out.empty() ? "[]" : out + "]";
  }
  if (!value.is_object()) return boost::json::serialize(value);
  for (const auto& [key, each] : value.as_object())
    out += (out.empty() ? "{" : ",") + JsonText(key) + ":" + Written(each);
  return out.empty() ? "{}" : out + "}";
}

std::string ReadFile(const std::filesystem::path& path) {
  std::ostringstream out;
  out << std::ifstream(path, std::ios::binary).rdbuf();
  return out.str();
}

}  // namespace

TEST_CASE("keywords let through what is valid and nothing else") {
  for (const Row& row : kRows) {
    Judge judge(row.schema);
    REQUIRE_MESSAGE(judge.refusal.empty(), row.schema << " " << judge.refusal);
    for (const char* text : row.valid) CHECK_MESSAGE(judge.Has(text), row.schema << " should accept " << text);
    for (const char* text : row.invalid) CHECK_MESSAGE(!judge.Has(text), row.schema << " should reject " << text);
    CHECK(judge.pool.failure().empty());
  }
}

TEST_CASE("white space and the order of properties follow the options") {
  const char* schema =
      R"({"properties":{"a":{},"b":{}},"required":["b"],"additionalProperties":false,"type":"object"})";
  Judge any(schema), written(schema, {}), compact(schema, {.white_space = WhiteSpace::kCompact});
  CHECK(any.Has(R"({"b":1,"a":2})"));
  CHECK_FALSE(written.Has(R"({"b":1,"a":2})"));
  CHECK(Judge(R"({"x-order":"any","properties":{"a":{},"b":{}}})", {}).Has(R"({"b":1,"a":2})"));
  CHECK_FALSE(Judge(R"({"x-order":"written","properties":{"a":{},"b":{}}})").Has(R"({"b":1,"a":2})"));
  CHECK(Contains(Judge(R"({"x-order":"some"})").refusal, "x-order"));
  CHECK(written.Has("{\n  \"a\": 1,\n  \"b\": 2\n}"));
  CHECK(compact.Has(R"({"a":1,"b":2})"));
  CHECK_FALSE(compact.Has(R"({"a": 1,"b":2})"));
  Judge plain(R"({"items":{"type":"integer","minimum":3}})", {.plain_integers = true});
  CHECK(plain.Has("[3,40]"));
  CHECK_FALSE(plain.Has("[3.0]"));
  CHECK(Judge(R"({"items":{"type":"integer","minimum":3}})").Has("[3.0]"));
  Judge spaced(R"({"properties":{"a":{},"b":{"enum":[[1,2],{"x":1,"y":2}]}}})", {.white_space = WhiteSpace::kSpaced});
  CHECK(spaced.Has(R"({"a": [1, {"c": 2, "d": 3}], "b": [1, 2]})"));
  CHECK(spaced.Has(R"({"b": {"x": 1, "y": 2}})"));
  for (const char* other :
       {R"({"a":1})", R"({"a": 1,"b": [1, 2]})", R"({"a": [1,2]})", R"({"b": [1,2]})", R"({ "a": 1})"})
    CHECK_FALSE(spaced.Has(other));
  const SchemaOptions options{.white_space = WhiteSpace::kIndented, .any_order = true};
  Judge indented(
      R"({"properties":{"a":{"items":{"type":"integer"},"type":"array"},"o":{"$ref":"#"}},"required":["a"]})", options);
  CHECK(indented.Has("{\n  \"a\": []\n}"));
  CHECK(
      indented.Has("{\n  \"a\": [\n    1,\n    2\n  ],\n  \"o\": {\n    \"a\": [\n      3\n    ],\n    \"x\": {\n      "
                   "\"y\": {}\n    }\n  }\n}"));
  CHECK_FALSE(indented.Has("{\"a\": []}"));
  CHECK_FALSE(indented.Has("{\n  \"a\": [1]\n}"));
  CHECK_FALSE(indented.Has("{\n  \"a\": [\n   1\n  ]\n}"));
  CHECK_FALSE(indented.Has("{\n  \"a\":[]\n}"));
  CHECK_FALSE(indented.Has("{\n  \"o\": 1\n}"));
  CHECK(Judge(R"({"prefixItems":[{"type":"null"}],"items":{"type":"string"},"contains":{"const":"x"}})", options)
            .Has("[\n  null,\n  \"x\"\n]"));
  CHECK(Contains(Judge(R"({"const":[1]})", options).refusal, "fixed indentation"));
}

TEST_CASE("a name that cannot be finished is not begun") {
  const char* schema =
      R"({"properties":{"foo":{"type":"integer"}},"patternProperties":{"^(foo|bar)$":{"minimum":3}},"additionalProperties":false})";
  Judge judge(schema);
  CHECK(judge.Has(R"({"foo":3,"bar":4})"));
  CHECK_FALSE(judge.Has(R"({"foo":1})"));
  CHECK_FALSE(judge.Has(R"({"baz":4})"));
  CHECK_FALSE(judge.Has(R"({"foo":3,"foo":4})"));
  Expr state = judge.start;
  for (const char c : std::string_view(R"({"foo":3,")")) state = judge.pool.Next(state, static_cast<uint8_t>(c));
  CHECK(judge.pool.Next(state, 'b') != kNone);
  CHECK(judge.pool.Next(state, 'f') == kNone);  // foo was, and nothing else begins so
}

TEST_CASE("what cannot be enforced is refused with its place, or listed") {
  const char* schema = R"({"properties":{"a":{"type":"array","items":{"type":"object"},"uniqueItems":true}}})";
  CHECK(Contains(Judge(schema).refusal, "#/properties/a: uniqueItems:"));
  ExprPool pool;
  const auto lax = CompileSchema(pool, schema, {.lax = true});
  REQUIRE(lax);
  REQUIRE(lax->post_checks.size() == 1);
  CHECK(lax->post_checks[0].keyword == "uniqueItems");
  // Among the values of an enum the same keywords are judged at once, and refused where they cannot be.
  CHECK(Contains(Judge(R"({"enum":["aa"],"allOf":[{"pattern":"(a)\\1"}]})").refusal, "back-references"));
  CHECK(Contains(Judge(R"({"enum":[{"a":1}],"properties":{"a":{"$ref":"http://elsewhere.example/x"}}})").refusal,
                 "$ref"));
  CHECK(Contains(Judge(R"({"enum":[{"a":1}],"unevaluatedProperties":false})").refusal, "unevaluatedProperties"));
  CHECK(Contains(Judge(R"({"enum":[[1]],"items":{"minimum":"x"}})").refusal, "minimum"));
  CHECK(Contains(Judge(R"({"$ref":"http://elsewhere.example/x"})").refusal, "nothing is fetched"));
  CHECK(Contains(
      Judge(
          R"({"$schema":"https://json-schema.org/draft/2019-09/schema","$id":"http://x.example/a","$recursiveAnchor":true,"$defs":{"b":{"$id":"b","$recursiveAnchor":true}},"anyOf":[{"$recursiveRef":"#"},{"type":"null"}]})")
          .refusal,
      "$recursiveRef"));
  CHECK(Contains(Judge(R"({"pattern":"(a)\\1"})").refusal, "back-references"));
  CHECK(Contains(Judge(R"({"type":"integer","minimum":3,"maximum":2})").refusal, "no value"));
  CHECK(Contains(Judge(R"({"type":"object","properties":{"a":{"$ref":"#"}},"required":["a"]})").refusal, "no value"));
  CHECK(Contains(Judge("[1]").refusal, "a schema is"));
  CHECK(Contains(Judge("{").refusal, "not JSON"));
}

// The official JSON-Schema-Test-Suite, when its folder is given: HEDDLE_JSON_SCHEMA_TESTS=.../tests. No test may be a
// false accept; what is refused or rejected is counted and printed.
TEST_CASE("JSON-Schema-Test-Suite, required tests" *
          doctest::skip(std::getenv("HEDDLE_JSON_SCHEMA_TESTS") == nullptr)) {
  const char* root = std::getenv("HEDDLE_JSON_SCHEMA_TESTS");
  REQUIRE(root != nullptr);
  const std::pair<const char*, const char*> kDrafts[] = {
      {"draft2020-12", "https://json-schema.org/draft/2020-12/schema"},
      {"draft2019-09", "https://json-schema.org/draft/2019-09/schema"},
      {"draft7", "http://json-schema.org/draft-07/schema#"},
      {"draft6", "http://json-schema.org/draft-06/schema#"},
      {"draft4", "http://json-schema.org/draft-04/schema#"}};
  int judged = 0;
  for (const auto& [draft, uri] : kDrafts) {
    const auto folder = std::filesystem::path(root) / draft;
    if (!std::filesystem::is_directory(folder)) continue;
    int groups = 0, exact = 0, refused = 0, rejected = 0, accepted = 0;
    for (const auto& file : std::filesystem::directory_iterator(folder)) {
      if (file.path().extension() != ".json") continue;
      const boost::json::value all = boost::json::parse(ReadFile(file.path()));
      for (const auto& group : all.as_array()) {
        ++groups;
        boost::json::value schema = group.at("schema");
        if (schema.is_object() && !schema.as_object().contains("$schema")) schema.as_object()["$schema"] = uri;
        Judge judge(boost::json::serialize(schema), {.any_order = true, .formats = false});
        if (!judge.refusal.empty() && !Contains(judge.refusal, "no value satisfies")) {
          ++refused;
          MESSAGE(file.path().filename().string(), ": ", std::string(group.at("description").as_string()), ": ",
                  judge.refusal);
          continue;
        }
        bool right = true;
        for (const auto& test : group.at("tests").as_array()) {
          const bool valid = test.at("valid").as_bool(), has = judge.Has(Written(test.at("data")));
          if (has && !valid) {
            ++accepted;
            MESSAGE(file.path().filename().string(), ": ", std::string(test.at("description").as_string()));
          }
          if (!has && valid) {
            ++rejected;
            MESSAGE(file.path().filename().string(), " rejected: ", std::string(group.at("description").as_string()),
                    ": ", std::string(test.at("description").as_string()));
          }
          right &= has == valid;
        }
        exact += right ? 1 : 0;
      }
    }
    MESSAGE(std::string(draft), ": ", exact, " of ", groups, " groups exact, ", refused, " refused, ", rejected,
            " valid rejected, ", accepted, " invalid accepted");
    CHECK(accepted == 0);
    CHECK(exact >= groups * 86 / 100);
    judged += groups;
  }
  CHECK(judged > 0);  // a folder without the suite proves nothing
}
