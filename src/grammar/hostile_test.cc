// Hostile grammars: each is compiled or refused within its budget, whatever it would grow to.
#include <doctest/doctest.h>

#include <functional>

#include "base/text.h"
#include "grammar/source.h"

using namespace heddle;
using namespace heddle::grammar;

namespace {

std::string Repeated(size_t count, std::string_view between, const std::function<std::string(std::string)>& each) {
  std::string out;
  for (size_t i = 0; i < count; ++i) out += Cat({i == 0 ? "" : between, each(std::to_string(i))});
  return out;
}

std::string Nested(int depth, std::string_view open, std::string_view inside, std::string_view close) {
  std::string out;
  for (int i = 0; i < depth; ++i) out += open;
  out += inside;
  for (int i = 0; i < depth; ++i) out += close;
  return out;
}

struct Row {
  Notation notation;
  std::string text;
};

std::vector<Row> Refused() {
  const auto schema = [](std::string text) { return Row{Notation::kJsonSchema, std::move(text)}; };
  return {
      {Notation::kRegex, Nested(190, "(", "a?$|^", "){0,8}")},
      {Notation::kRegex, Repeated(20, "", [](const std::string& i) { return Cat({"(?=.*", i, "x.{9})"}); }) + ".*"},
      // Each definition holds the one below it twice: what is made after a limit must not be made again at every level.
      schema(Cat({R"({"$ref":"#/$defs/d59","$defs":{"d0":{"type":"string"},)",
                  Repeated(59, ",",
                           [](const std::string& i) {
                             const std::string one = Cat({R"({"$ref":"#/$defs/d)", i, R"("})"});
                             const std::string name = std::to_string(std::stoi(i) + 1);
                             return Cat({"\"d", name, R"(":{"type":"array","minItems":2,"prefixItems":[)", one, ",",
                                         one, "]}"});
                           }),
                  "}}"})),
      schema(
          Cat({R"({"enum":[)", Repeated(30'000, ",", [](const std::string& i) { return Cat({"[", i, "]"}); }), "]}"})),
      schema(Cat({R"({"oneOf":[)",
                  Repeated(9'000, ",", [](const std::string& i) { return Cat({R"({"const":)", i, "}"}); }), "]}"})),
      schema(Cat({R"({"allOf":[)",
                  Repeated(2'000, ",",
                           [](const std::string& i) {
                             return Cat({R"({"anyOf":[{"required":["a)", i, R"("]},{"required":["b)", i, R"("]}]})"});
                           }),
                  "]}"})),
      schema(Cat({R"({"allOf":[{"enum":[)", Repeated(20'000, ",", [](std::string i) { return i; }),
                  R"(]},{"enum":[-1,)", Repeated(20'000, ",", [](const std::string& i) { return i + ".5"; }), "]}]}"})),
      schema(R"({"enum":[[)" + Repeated(20'000, ",", [](std::string i) { return i; }) + R"(]],"uniqueItems":true})"),
      schema(R"({"minItems":900000,"allOf":[{"contains":{"minimum":1}},{"contains":{"maximum":5}}]})"),
      {Notation::kLark, Cat({"start: r0\n",
                             Repeated(20'000, "\n",
                                      [](const std::string& i) {
                                        const std::string next = std::to_string(std::stoi(i) + 1);
                                        return Cat({"r", i, ": r", next, " r", next});
                                      }),
                             "\nr20000: \"a\"\n"})},
      {Notation::kLark, "start: t{\"a\"}\nt{x}: t{u{x}} | x\nu{x}: x x\n"},
      {Notation::kGbnf,
       Cat({"root ::= ", Repeated(60'000, " ", [](const std::string&) { return "\"a\"?"; }), " root | \"b\""})},
  };
}

}  // namespace

TEST_CASE("a hostile grammar is refused as too large, and the pool is as it was") {
  ExprPool pool;
  const size_t before = pool.MemoryBytes();
  for (const Row& row : Refused()) {
    const auto compiled = CompileSource(pool, row.notation, row.text);
    REQUIRE_MESSAGE(!compiled, row.text.substr(0, 80));
    const bool named = compiled.error().code == Code::kTooLarge || Contains(compiled.error().message, "more than");
    CHECK_MESSAGE(named, row.text.substr(0, 80) << ": " << compiled.error().message);
    const auto after = CompileSource(pool, Notation::kRegex, "(a|b)*c{1,5}");
    CHECK(after);
    CHECK(!pool.failed());
  }
  CHECK(pool.MemoryBytes() - before < size_t{256} << 20);
}

TEST_CASE("the limits of compiling are the caller's, and hold for every notation") {
  const Row rows[] = {{Notation::kRegex, "(a|b|cd|ef)*x[0-9]{3}"},
                      {Notation::kLark, "start: \"a\" start \"b\" | /[0-9]+/\n"},
                      {Notation::kGbnf, "root ::= \"a\" root \"b\" | [0-9]+\n"},
                      {Notation::kChoice, "one\ntwo\nthree\nfour\nfive\nsix\nseven\n"},
                      {Notation::kTags, R"({"tags":[{"begin":"<a>","end":"</a>","regex":"[0-9]+"}]})"},
                      {Notation::kJsonSchema, R"({"properties":{"a":{"type":"integer"},"b":{"pattern":"^x+$"}}})"}};
  for (const Row& row : rows) {
    ExprPool pool;
    SchemaOptions options;
    options.work.steps = 5;
    const auto few_steps = CompileSource(pool, row.notation, row.text, options);
    REQUIRE_MESSAGE(!few_steps, row.text);
    CHECK(few_steps.error().code == Code::kTooLarge);
    CHECK(Contains(few_steps.error().message, "more than 5 steps"));
    options.work = {.bytes = 0};
    const auto few_bytes = CompileSource(pool, row.notation, row.text, options);
    REQUIRE_MESSAGE(!few_bytes, row.text);
    CHECK(Contains(few_bytes.error().message, "more than 0 MB"));
    CHECK_MESSAGE(CompileSource(pool, row.notation, row.text), row.text);
  }
}
