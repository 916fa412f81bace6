// Limits: a grammar that passes one is over, and no other program of its engine notices.
#include <doctest/doctest.h>

#include "base/text.h"
#include "grammar/source.h"
#include "mask/matcher.h"

using namespace heddle;
using namespace heddle::mask;
using grammar::Notation;

namespace {

std::shared_ptr<Engine> ByteEngine(EngineOptions options = {}) {
  vocab::VocabularyData data;
  for (int b = 0; b < 256; ++b) data.tokens.push_back(std::string(1, static_cast<char>(b)));
  for (const char* more : {"ab", "abc", "12", "\"}", "\":", "{\"", "true", "NEW", "((", "))"})
    data.tokens.emplace_back(more);
  data.tokens.emplace_back("<end>");
  data.special.resize(data.tokens.size());
  data.special.back() = true;
  data.ends = {static_cast<Token>(data.tokens.size() - 1)};
  return Engine::Make(*vocab::Vocabulary::Make(std::move(data)), options);
}

Result<std::shared_ptr<const Program>> Compile(const std::shared_ptr<Engine>& engine, Notation notation,
                                               std::string_view text, const grammar::SchemaOptions& options = {}) {
  auto program = std::make_shared<Program>(Program{.space = engine->CurrentSpace(), .engine = engine});
  const std::lock_guard lock(program->space->mutex);
  TRY_ASSIGN(const auto compiled, grammar::CompileSource(program->space->pool, notation, text, options));
  program->start = compiled.start;
  return std::shared_ptr<const Program>(std::move(program));
}

// The masks along `text`, and at its end.
std::vector<Words> MasksAlong(const std::shared_ptr<const Program>& program, std::string_view text) {
  Matcher matcher(program);
  std::vector<Words> out;
  for (size_t at = 0;; ++at) {
    out.emplace_back(program->engine->words());
    matcher.Fill(out.back());
    if (at == text.size()) return out;
    const auto accepted = matcher.AcceptBytes(text.substr(at, 1));
    REQUIRE_MESSAGE(accepted, text << " at " << at << ": " << accepted.error().message);
  }
}

struct Innocent {
  Notation notation;
  std::string text, walked;
};
const Innocent kInnocents[] = {
    {Notation::kJsonSchema, R"({"type":"object","properties":{"a":{"type":"integer"},"b":{"enum":["x","yy"]}}})",
     R"({"a": 12, "b": "yy"})"},
    {Notation::kJsonSchema, R"({"pattern":"^(a|b)*a(a|b){6}$","minLength":3})", R"("baabbabb")"},
    {Notation::kJsonSchema, R"({"patternProperties":{"^a.*b$":{"type":"null"}},"not":{"required":["x"]}})",
     R"({"acb": null, "c": [1]})"},
    {Notation::kRegex, "(a|b)*a(a|b){8}", "abaabbabab"},
    {Notation::kLark, "start: \"(\" start \")\" | start start | \"a\"", "((a)aa)"},
    {Notation::kGbnf, "root ::= \"a\" root \"b\" | [0-9]{2,40}", "aa12bb"},
};

struct Offender {
  Notation notation;
  std::string text;
  std::string walked;  // leads to the limit; empty: it is refused
};
const Offender kOffenders[] = {
    {Notation::kJsonSchema, R"({"type":"string","pattern":"^([a-z][0-9])+$","minLength":10000})", ""},
    {Notation::kRegex, "(?=(a|b)*a(a|b){14}$)(?=(a|b)*b(a|b){14}$)(a|b)*", ""},
    {Notation::kJsonSchema, R"({"pattern":"^(a|b)*a(a|b){6}$","not":5})", ""},
    {Notation::kJsonSchema, R"({"properties":{"a":{"type":"integer"},"b":{"pattern":"("}}})", ""},
    {Notation::kJsonSchema, R"({"type":"object","required":["a"],"properties":{"a":false}})", ""},
    {Notation::kLark, "start: start start | \"(\" start \")\" | /.*/", "((a)aa)"},
};

}  // namespace

TEST_CASE("a refused or exhausted grammar changes no mask of another program") {
  for (const Offender& offender : kOffenders) {
    const auto engine = ByteEngine({.look_steps = 20'000});
    const auto space = engine->CurrentSpace();
    std::vector<std::shared_ptr<const Program>> before;
    for (const Innocent& each : kInnocents) before.push_back(*Compile(engine, each.notation, each.text));
    grammar::SchemaOptions small;
    small.work.steps = 60'000;
    const auto program = Compile(engine, offender.notation, offender.text, small);
    if (offender.walked.empty()) {
      CHECK_MESSAGE(!program, offender.text);
    } else {
      REQUIRE_MESSAGE(program, offender.text);
      Matcher matcher(*program);
      Words words(engine->words());
      for (const char c : offender.walked) {
        matcher.Fill(words);
        if (!matcher.AcceptBytes({&c, 1})) break;
      }
      CHECK_MESSAGE(!matcher.failure().empty(), offender.text);
      matcher.Fill(words);
      CHECK(words == Words(engine->words()));
      for (Token token = 0; token < engine->vocabulary().size(); ++token) CHECK(!matcher.Check(token));
      const auto refused = matcher.AcceptBytes("a");
      REQUIRE(!refused);
      CHECK(refused.error().code == Code::kTooLarge);
      CHECK(Matcher(*program).failure() == matcher.failure());
      CHECK(matcher.Forced().empty());
    }
    CHECK(engine->CurrentSpace() == space);  // they do share one
    for (size_t i = 0; i < std::size(kInnocents); ++i) {
      const Innocent& each = kInnocents[i];
      const auto alone = ByteEngine();
      const auto expected = MasksAlong(*Compile(alone, each.notation, each.text), each.walked);
      CHECK_MESSAGE(MasksAlong(before[i], each.walked) == expected, each.text << " before " << offender.text);
      const auto after = Compile(engine, each.notation, each.text);
      REQUIRE_MESSAGE(after, each.text << " after " << offender.text);
      CHECK_MESSAGE(MasksAlong(*after, each.walked) == expected, each.text << " after " << offender.text);
    }
  }
}

TEST_CASE("whatever step a limit cuts short, the same states give the same masks afterwards") {
  for (const Innocent& each : kInnocents) {
    const auto expected = MasksAlong(*Compile(ByteEngine(), each.notation, each.text), each.walked);
    for (uint64_t steps = 1; steps < 30'000; steps += 1 + steps / 3) {
      const auto engine = ByteEngine();
      grammar::SchemaOptions small;
      small.work.steps = steps;
      (void)Compile(engine, each.notation, each.text, small);
      const auto cut = *Compile(engine, each.notation, each.text);  // is over, though nobody tells it
      Matcher matcher(cut);
      for (const char& c : each.walked) {
        {
          const std::lock_guard lock(cut->space->mutex);
          const grammar::Meter::Work work(cut->space->pool, {.steps = steps});
          (void)cut->space->MaskOf(matcher.state());
        }
        if (!matcher.AcceptBytes({&c, 1})) break;
      }
      const auto program = *Compile(engine, each.notation, each.text);
      CHECK_MESSAGE(MasksAlong(program, each.walked) == expected, each.text << " cut after " << steps << " steps");
    }
  }
}
