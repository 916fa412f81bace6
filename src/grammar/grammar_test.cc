// The notations: what each accepts, and what it refuses with which words.
#include <doctest/doctest.h>

#include <random>

#include "base/text.h"
#include "grammar/source.h"

using namespace heddle;
using namespace heddle::grammar;

namespace {

bool Accepts(ExprPool& pool, Expr state, std::string_view text) {
  for (const char c : text) {
    state = pool.Next(state, static_cast<uint8_t>(c));
    if (state == kNone) return false;
  }
  return pool.nullable(state);
}

struct Language {
  ExprPool pool;
  Expr start = kNone;
  Language(Notation notation, std::string_view text, const SchemaOptions& options = {}) {
    auto compiled = CompileSource(pool, notation, text, options);
    REQUIRE_MESSAGE(compiled, text << ": " << (compiled ? "" : compiled.error().message));
    start = compiled->start;
  }
  bool Has(std::string_view text) { return Accepts(pool, start, text); }
};

std::string Refusal(Notation notation, std::string_view text) {
  ExprPool pool;
  const auto compiled = CompileSource(pool, notation, text);
  return compiled ? "" : compiled.error().message;
}

}  // namespace

TEST_CASE("a regular expression matches the whole text") {
  Language date(Notation::kRegex, "\\d{4}-(0[1-9]|1[0-2])");
  CHECK(date.Has("2024-12"));
  CHECK_FALSE(date.Has("2024-13"));
  CHECK_FALSE(date.Has("2024-1"));
  Language ahead(Notation::kRegex, "(?=.*[0-9])(?!.*x)[a-z0-9]{3,}");
  CHECK(ahead.Has("ab1"));
  CHECK_FALSE(ahead.Has("abc"));
  CHECK_FALSE(ahead.Has("ax1"));
  Language anchored(Notation::kRegex, "^(a|^b|c$)$");
  CHECK(anchored.Has("a"));
  CHECK(anchored.Has("b"));
  CHECK(anchored.Has("c"));
  Language unicode(Notation::kRegex, "\\p{Lu}[\\u00e0-\\u00ff]+");
  CHECK(unicode.Has("\xC3\x89\xC3\xA9"));
  CHECK_FALSE(unicode.Has("\xC3\xA9\xC3\xA9"));
  CHECK(Contains(Refusal(Notation::kRegex, "(a)\\1"), "back-references"));
  CHECK(Contains(Refusal(Notation::kRegex, "(?<=a)b"), "look-behind"));
  CHECK(Contains(Refusal(Notation::kRegex, "a{3,1}"), "repetition"));
  CHECK(Contains(Refusal(Notation::kRegex, "(a"), "not closed"));
}

TEST_CASE("GBNF: rules, classes, repetition, left recursion") {
  Language sum(Notation::kGbnf,
               "root ::= root \"+\" term | term\nterm ::= term \"*\" atom | atom # products\natom ::= [0-9]+ | \"(\" "
               "root \")\"\n");
  CHECK(sum.Has("1+2*(3+4)"));
  CHECK(sum.Has("12"));
  CHECK_FALSE(sum.Has("1+"));
  CHECK_FALSE(sum.Has("+1"));
  CHECK_FALSE(sum.Has("(1"));
  Language counted(Notation::kGbnf, "root ::= [^\\n\"]{2,3} (\n  \"x\" | \"\\u00e9\"\n)? .");
  CHECK(counted.Has("ab\xC3\xA9."));
  CHECK(counted.Has("abc"));
  CHECK_FALSE(counted.Has("ab"));
  CHECK(Contains(Refusal(Notation::kGbnf, "root ::= a"), "not defined"));
  CHECK(Contains(Refusal(Notation::kGbnf, "root ::= root \"a\""), "derives no text"));
  CHECK(Contains(Refusal(Notation::kGbnf, "root ::= \"a"), "line 1"));
}

TEST_CASE("Lark: terminals, rules, ignore, templates, ranges, json") {
  Language list(Notation::kLark,
                "start: sep{item, \",\"}\nsep{x, s}: x (s x)*\nitem: NAME | INT -> number\n%import common.INT\nNAME: "
                "/[a-z]+/i\n%ignore / +/\n");
  CHECK(list.Has("a , B,3"));
  CHECK(list.Has("  a"));
  CHECK_FALSE(list.Has("a,,b"));
  Language mutual(Notation::kLark,
                  "start: a\na: b \"x\" | \"y\"\nb: a \"z\" | c\nc: \"w\"?\n");  // hidden left recursion
  CHECK(mutual.Has("y"));
  CHECK(mutual.Has("x"));
  CHECK(mutual.Has("wx"));
  CHECK(mutual.Has("yzx"));
  CHECK(mutual.Has("xzxzx"));
  CHECK_FALSE(mutual.Has("z"));
  Language nullable(Notation::kLark, "start: start start | \"a\"?\n");
  CHECK(nullable.Has(""));
  CHECK(nullable.Has("aaaa"));
  CHECK_FALSE(nullable.Has("ab"));
  Language empties(Notation::kLark, "start: start \" \"+ start | | start \"\"+ start | (start?)+ \"b\" | \"b(\"\n");
  CHECK(empties.Has("b( b(bb"));
  CHECK_FALSE(empties.Has("("));
  Language json(Notation::kLark, "start: \"x=\" %json {\"type\": \"integer\", \"minimum\": 10}\n");
  CHECK(json.Has("x=12"));
  CHECK_FALSE(json.Has("x=9"));
  Language until(Notation::kLark, "start: text \"!\"\ntext[suffix=\"</t>\"]: /(.|\\n)*/\n");
  CHECK(until.Has("abc</t>!"));
  CHECK_FALSE(until.Has("a</t>b</t>!"));
  Language dead(Notation::kLark, "start: t\nt[suffix=\"!\"]: /ab|c!d/\n");  // one alternative can never end
  CHECK(dead.Has("ab!"));
  CHECK(dead.pool.Next(dead.start, 'c') == kNone);
  CHECK(Contains(Refusal(Notation::kLark, "start: b\n"), "'b' is not defined"));
  CHECK(Contains(Refusal(Notation::kLark, "start: <|tool|>\n"), "special tokens"));
  CHECK(Contains(Refusal(Notation::kLark, "start: A\nA: A \"x\"\n"), "circle"));
}

TEST_CASE("structural tags leave text free up to a trigger") {
  Language tools(Notation::kTags,
                 R"({"tags": [{"begin": "<call>", "schema": {"type": "object", "properties": {"n": {"type": "integer"}},
      "required": ["n"], "additionalProperties": false}, "end": "</call>"}]})");
  CHECK(tools.Has("just text, even with < and <cal"));
  CHECK(tools.Has("first <call>{\"n\": 1}</call> then more"));
  CHECK_FALSE(tools.Has("first <call>{\"n\": \"x\"}</call>"));
  CHECK_FALSE(tools.Has("first <call>"));
  Language only(Notation::kTags, R"({"tags": [{"begin": "<n>", "regex": "[0-9]+", "end": "</n>"}], "free": false})");
  CHECK(only.Has("<n>1</n>"));
  CHECK(only.Has("<n>1</n>\n<n>22</n>"));
  CHECK_FALSE(only.Has(""));
  CHECK_FALSE(only.Has("so: <n>1</n>"));
  CHECK_FALSE(only.Has("<n>1</n> and"));
}

TEST_CASE("a choice is one of the lines") {
  Language choice(Notation::kChoice, "yes\nno\n");
  CHECK(choice.Has("yes"));
  CHECK_FALSE(choice.Has("ye"));
  CHECK_FALSE(choice.Has("yesno"));
}

TEST_CASE("hostile grammars end within limits") {
  std::string chain = "root ::= a0\n";
  for (int i = 0; i < 20000; ++i) chain += Cat({"a", std::to_string(i), " ::= a", std::to_string(i + 1), " | \"x\"\n"});
  chain += "a20000 ::= \"y\"\n";
  CHECK_FALSE(Refusal(Notation::kGbnf, chain).empty());  // a derivative would nest 20,000 deep: refused, not crashed
  CHECK_FALSE(Refusal(Notation::kGbnf, "root ::= " + std::string(5000, '(')).empty());
  CHECK_FALSE(Refusal(Notation::kRegex, std::string(5000, '(')).empty());
  Language loops(Notation::kGbnf, "root ::= ((\"a\"*)*)* ((\"b\"?)+)*");
  CHECK(loops.Has("aabb"));
  Language huge(Notation::kRegex, "(abc|de){1,100000}");
  CHECK(huge.Has("abcdeabc"));
  Language deep(Notation::kRegex, "((((a{1,50}){1,50}){1,50}){1,50})");
  CHECK(deep.Has("aaaa"));
}

TEST_CASE("a passed limit is named") {
  ExprPool pool({.max_alternatives = 50});
  const auto compiled = CompileSource(pool, Notation::kRegex, "(a|b)*a(a|b){90}");
  REQUIRE(compiled);
  CHECK_FALSE(Accepts(pool, compiled->start, std::string(80, 'a')));
  CHECK(Contains(pool.failure(), "more than 50 alternatives"));
}
