// Masks held against an oracle: every token, byte by byte.
#include <doctest/doctest.h>

#include <random>

#include "base/text.h"
#include "grammar/regex.h"
#include "mask/matcher.h"

using namespace heddle;
using namespace heddle::mask;

namespace {

std::shared_ptr<Engine> SmallEngine(uint64_t seed, size_t count) {
  std::mt19937_64 rng(seed);
  vocab::VocabularyData data;
  for (int b = 0; b < 256; ++b) data.tokens.push_back(std::string(1, static_cast<char>(b)));
  const std::vector<std::string> pieces = {"a",
                                           "b",
                                           "c",
                                           "ab",
                                           "1",
                                           "2",
                                           "0",
                                           "-",
                                           ".",
                                           "\"",
                                           "\\",
                                           "\\n",
                                           "\\u",
                                           "00e9",
                                           "{",
                                           "}",
                                           ",",
                                           ":",
                                           " ",
                                           "\n",
                                           "\xC3\xA9",
                                           "\xC3",
                                           "\xE2\x82\xAC",
                                           "\xF0\x9F\x98\x80",
                                           "x",
                                           "_",
                                           "\\ud83d",
                                           "\\ude00",
                                           "[",
                                           "]",
                                           "/",
                                           "\xC2\xA0",
                                           "\xE2\x80\xA8",
                                           "\xE2\x80",
                                           "\xE2",
                                           "\xE3"};
  while (data.tokens.size() < count) {
    std::string token;
    for (size_t n = 1 + rng() % 5; n > 0; --n) token += pieces[rng() % pieces.size()];
    data.tokens.push_back(token);
  }
  for (const size_t length : {31, 32, 33, 40, 64}) {
    for (const char c : {'a', '-', '"'}) data.tokens.push_back(std::string(length, c));
    data.tokens.push_back(std::string(length, 'a') + "\"");
  }
  data.tokens.push_back("<end>");
  data.special.resize(data.tokens.size());
  data.special.back() = true;
  data.ends = {static_cast<Token>(data.tokens.size() - 1)};
  auto vocabulary = vocab::Vocabulary::Make(std::move(data));
  REQUIRE(vocabulary);
  return Engine::Make(*vocabulary);
}

// Walks a random path through `program`, comparing at each step the mask with Check, token by token.
void CompareAlong(const std::shared_ptr<const Program>& program, std::mt19937_64& rng, const std::string& what) {
  Matcher matcher(program);
  const size_t size = program->engine->vocabulary().size();
  Words words(program->engine->words());
  std::string path;
  for (int step = 0; step < 12; ++step) {
    matcher.Fill(words);
    std::vector<Token> allowed;
    for (Token token = 0; token < size; ++token) {
      const bool bit = (words[token >> 5] >> (token & 31)) & 1;
      const bool check = matcher.Check(token);
      REQUIRE_MESSAGE(bit == check, what << " step " << step << " token '" << program->engine->vocabulary().bytes(token)
                                         << "' state " << matcher.Explain());
      if (check) allowed.push_back(token);
    }
    REQUIRE_MESSAGE(!allowed.empty(), what << " step " << step << " state " << matcher.Explain() << " after " << path);
    const Token chosen = allowed[rng() % allowed.size()];
    path += JsonText(program->engine->vocabulary().bytes(chosen)) + " ";
    REQUIRE(matcher.Accept(chosen));
    if (matcher.ended()) break;
  }
}

}  // namespace

TEST_CASE("a mask holds exactly the tokens that may come next") {
  const auto engine = SmallEngine(1, 1500);
  std::mt19937_64 rng(7);
  const char* patterns[] = {"[a-z]{1,64}",
                            "[a-c]+(-[0-9]{2,4})*",
                            ".*ab.*",
                            "(a|b|c){3,20}",
                            "\"[^\"\\\\]*\"",
                            "[ab]{2}x{0,3}é?",
                            "(?=.*1)[a-c0-9]{4,8}",
                            "(?!ab)[a-c]+",
                            "a*",
                            "(ab|a)(c|bc)+",
                            "[^a]*",
                            "\\p{L}+[0-9]",
                            "(a{1,3}){2,5}",
                            "I\x0e"
                            "c=.?$?",
                            "[^b-d\\n]*\\)x",
                            "(?!.*,t>)[^]*",
                            "a(?=4)b|a?c?[ab]?x|.?=(?=z)c?|ab?",
                            ".{0,2}[^x]{3}",
                            "(?![a-z]{1,200}$)[a-z-]*",
                            "[a-z]{1,90}|(?!.*--).{1,38}",
                            "([a-z-]{3}){0,11}",
                            "[a-z-]{0,70}",
                            "[a-z-]{66,70}(ab|[ab]){0,100}",
                            ".+/.+",
                            "[^\\s=]+=[^\\s]*",
                            ""};
  for (const char* pattern : patterns) {
    for (const auto spelling : {grammar::Spelling::kUtf8, grammar::Spelling::kJson}) {
      for (const bool search : {false, true}) {
        const auto space = engine->CurrentSpace();
        auto expr = grammar::CompileRegex(space->pool, pattern, {.spelling = spelling, .search = search});
        REQUIRE(expr);
        if (spelling == grammar::Spelling::kJson) {
          const Expr quote = space->pool.Literal("\"");
          expr = space->pool.Seq({quote, *expr, quote});
        }
        REQUIRE(space->pool.Live(*expr));
        const auto program = std::make_shared<Program>(Program{space, engine, *expr});
        for (int i = 0; i < 6; ++i) CompareAlong(program, rng, pattern);
        CHECK(space->pool.failure().empty());
      }
    }
  }
}

TEST_CASE("no escape leads where nothing can follow") {
  const auto engine = SmallEngine(2, 300);
  const auto space = engine->CurrentSpace();
  const auto expr = grammar::CompileRegex(space->pool, "[^]*", {.spelling = grammar::Spelling::kJson});
  REQUIRE(expr);
  const auto program = std::make_shared<Program>(Program{space, engine, *expr});
  for (uint32_t unit = 0; unit <= 0xFFFF; ++unit) {
    char digits[8];
    (void)std::snprintf(digits, sizeof digits, "%04x", unit);
    for (int length = 1; length <= 4; ++length) {
      const uint32_t first = unit >> (4 * (4 - length)) << (4 * (4 - length));
      if (first != unit) continue;  // looked at already
      const uint32_t last = unit | ((1U << (4 * (4 - length))) - 1);
      const bool can_end = first < 0xDC00 || last > 0xDFFF;  // but for low surrogates, every unit begins a character
      Matcher matcher(program);
      REQUIRE(matcher.AcceptBytes("\\u"));
      CHECK_MESSAGE(
          static_cast<bool>(matcher.AcceptBytes(std::string_view(digits, static_cast<size_t>(length)))) == can_end,
          digits << " " << length);
    }
  }
}
