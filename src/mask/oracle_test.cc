// The engine against an oracle that is slow and plainly right: every token, byte by byte, by a recogniser of its own
// (Earley's algorithm over the grammar as written). Random grammars, vocabularies and prefixes, from a seed; a failure
// prints the grammar, which is small.
#include <doctest/doctest.h>

#include <random>
#include <set>
#include <thread>

#include "base/text.h"
#include "grammar/regex.h"
#include "grammar/source.h"
#include "mask/matcher.h"

using namespace heddle;
using namespace heddle::mask;

namespace {

// A grammar of single bytes: rules as lists of symbols; below 256 a byte, above a rule.
struct Plain {
  std::vector<std::vector<std::vector<int>>> rules;

  std::string Gbnf() const {
    std::string out;
    for (size_t r = 0; r < rules.size(); ++r) {
      out += r == 0 ? "root ::=" : Cat({"r", std::to_string(r), " ::="});
      for (size_t a = 0; a < rules[r].size(); ++a) {
        out += a == 0 ? "" : " |";
        if (rules[r][a].empty()) out += " \"\"";
        for (const int symbol : rules[r][a]) {
          const std::string name = symbol == 256 ? "root" : Cat({"r", std::to_string(symbol - 256)});
          out += symbol < 256 ? Cat({" \"", std::string(1, static_cast<char>(symbol)), "\""}) : Cat({" ", name});
        }
      }
      out += "\n";
    }
    return out;
  }
};

Plain RandomGrammar(std::mt19937_64& rng) {
  Plain out;
  out.rules.resize(1 + rng() % 4);
  for (auto& rule : out.rules) {
    rule.resize(1 + rng() % 3);
    for (auto& alternative : rule) {
      for (size_t n = rng() % 4; n > 0; --n)
        alternative.push_back(rng() % 5 < 3 ? static_cast<int>('a' + rng() % 3)
                                            : static_cast<int>(256 + rng() % out.rules.size()));
    }
  }
  return out;
}

// Which texts are prefixes of the language, and which belong to it: Earley's items, recomputed from nothing each time.
class Earley {
 public:
  explicit Earley(const Plain& grammar) : grammar_(grammar) {
    // Only alternatives that derive something count: a prefix must have an end.
    for (bool changed = true; changed;) {
      changed = false;
      for (size_t r = 0; r < grammar_.rules.size(); ++r) {
        for (const auto& alternative : grammar_.rules[r]) {
          if (!productive_.contains(r) && Productive(alternative)) changed = productive_.insert(r).second;
        }
      }
    }
  }
  bool empty() const { return !productive_.contains(0); }

  // 0: no prefix; 1: a prefix; 2: a whole text.
  int Judge(std::string_view text) const {
    using Item = std::array<size_t, 4>;  // rule, alternative, dot, origin
    std::vector<std::set<Item>> sets(text.size() + 1);
    for (size_t a = 0; a < grammar_.rules[0].size(); ++a) {
      if (Productive(grammar_.rules[0][a])) sets[0].insert({0, a, 0, 0});
    }
    for (size_t at = 0; at <= text.size(); ++at) {
      for (bool changed = true; changed;) {
        const std::set<Item> now = sets[at];
        for (const auto& [r, a, dot, origin] : now) {
          const auto& alternative = grammar_.rules[r][a];
          if (dot == alternative.size()) {
            const std::set<Item> back = sets[origin];
            for (const auto& [r2, a2, dot2, origin2] : back) {
              const auto& waiting = grammar_.rules[r2][a2];
              if (dot2 < waiting.size() && waiting[dot2] == static_cast<int>(256 + r))
                sets[at].insert({r2, a2, dot2 + 1, origin2});
            }
          } else if (alternative[dot] >= 256) {
            const auto next = static_cast<size_t>(alternative[dot] - 256);
            for (size_t b = 0; b < grammar_.rules[next].size(); ++b) {
              if (Productive(grammar_.rules[next][b])) sets[at].insert({next, b, 0, at});
            }
          }
        }
        changed = sets[at] != now;
      }
      if (at == text.size()) break;
      for (const auto& [r, a, dot, origin] : sets[at]) {
        const auto& alternative = grammar_.rules[r][a];
        if (dot < alternative.size() && alternative[dot] == text[at]) sets[at + 1].insert({r, a, dot + 1, origin});
      }
      if (sets[at + 1].empty()) return 0;
    }
    for (const auto& [r, a, dot, origin] : sets[text.size()]) {
      if (r == 0 && origin == 0 && dot == grammar_.rules[r][a].size()) return 2;
    }
    return 1;
  }

 private:
  bool Productive(const std::vector<int>& alternative) const {
    for (const int symbol : alternative) {
      if (symbol >= 256 && !productive_.contains(static_cast<size_t>(symbol - 256))) return false;
    }
    return true;
  }
  const Plain& grammar_;
  std::set<size_t> productive_;
};

std::shared_ptr<Engine> RandomEngine(std::mt19937_64& rng, EngineOptions options = {}) {
  vocab::VocabularyData data;
  for (const char c : std::string_view("abc")) data.tokens.emplace_back(1, c);
  for (int i = 0; i < 40; ++i) {
    std::string token;
    for (size_t n = 1 + rng() % 5; n > 0; --n) token += static_cast<char>('a' + rng() % 3);
    data.tokens.push_back(token);
  }
  data.tokens.emplace_back("<end>");
  data.special.resize(data.tokens.size());
  data.special.back() = true;
  data.ends = {static_cast<Token>(data.tokens.size() - 1)};
  auto vocabulary = vocab::Vocabulary::Make(std::move(data));
  REQUIRE(vocabulary);
  return Engine::Make(*vocabulary, options);
}

}  // namespace

TEST_CASE("masks, checks and ends agree with Earley's algorithm on random grammars") {
  std::mt19937_64 rng(20260101);
  const auto engine = RandomEngine(rng);
  const auto& vocabulary = engine->vocabulary();
  int judged = 0;
  for (int round = 0; round < 1500; ++round) {
    const Plain grammar = RandomGrammar(rng);
    const Earley oracle(grammar);
    const auto space = engine->CurrentSpace();
    const auto compiled = grammar::CompileSource(space->pool, grammar::Notation::kGbnf, grammar.Gbnf());
    REQUIRE_MESSAGE(static_cast<bool>(compiled) == !oracle.empty(), grammar.Gbnf()
                                                                        << (compiled ? "" : compiled.error().message));
    if (!compiled) continue;
    const auto program = std::make_shared<Program>(Program{space, engine, compiled->start});
    Matcher matcher(program);
    std::string text;
    std::vector<uint32_t> words(engine->words());
    for (int step = 0; step < 4; ++step) {
      matcher.Fill(words);
      std::vector<Token> allowed;
      REQUIRE_MESSAGE(matcher.CanStop() == (oracle.Judge(text) == 2), grammar.Gbnf() << "after '" << text << "'");
      for (Token token = 0; token < vocabulary.size(); ++token) {
        const bool bit = (words[token >> 5] >> (token & 31)) & 1;
        const bool right = vocabulary.special(token) ? oracle.Judge(text) == 2
                                                     : oracle.Judge(text + std::string(vocabulary.bytes(token))) > 0;
        REQUIRE_MESSAGE(bit == right, grammar.Gbnf()
                                          << "after '" << text << "' token '" << vocabulary.bytes(token) << "'");
        REQUIRE(matcher.Check(token) == right);
        if (right && !vocabulary.special(token)) allowed.push_back(token);
        ++judged;
      }
      if (allowed.empty()) break;
      const Token token = allowed[rng() % allowed.size()];
      REQUIRE(matcher.Accept(token));
      text += vocabulary.bytes(token);
    }
  }
  CHECK(judged > 100'000);
}

TEST_CASE("a rollback and a fork are exact") {
  std::mt19937_64 rng(5);
  const auto engine = RandomEngine(rng);
  const auto space = engine->CurrentSpace();
  const auto compiled = grammar::CompileSource(space->pool, grammar::Notation::kRegex, "(a|b{1,5}c|ab)*c");
  REQUIRE(compiled);
  Matcher matcher(std::make_shared<Program>(Program{space, engine, compiled->start}));
  std::vector<std::vector<uint32_t>> masks;
  std::vector<uint32_t> words(engine->words());
  for (int step = 0; step < 300; ++step) {
    matcher.Fill(words);
    masks.resize(matcher.steps());
    masks.push_back(words);
    std::vector<Token> allowed;
    for (Token token = 0; token < engine->vocabulary().size(); ++token) {
      if (matcher.Check(token)) allowed.push_back(token);
    }
    Matcher fork = matcher;
    if (!allowed.empty()) {
      const Token token = allowed[rng() % allowed.size()];
      REQUIRE(fork.Accept(token));
      REQUIRE(matcher.Accept(token));
      CHECK(fork.state() == matcher.state());
      CHECK(matcher.CheckDraft(std::vector<Token>{}) == 0);
    }
    if (allowed.empty() || rng() % 3 == 0) {
      const size_t back = rng() % (matcher.steps() + 1);
      REQUIRE(matcher.Rollback(back));
      matcher.Fill(words);
      if (matcher.steps() < masks.size()) CHECK(words == masks[matcher.steps()]);
    }
  }
  CHECK_FALSE(matcher.Rollback(matcher.steps() + 1));
}

TEST_CASE("what is forced, and what a draft may hold") {
  std::mt19937_64 rng(9);
  const auto engine = RandomEngine(rng);
  const auto space = engine->CurrentSpace();
  const auto compiled = grammar::CompileSource(space->pool, grammar::Notation::kRegex, "abcabc(a|b)c");
  REQUIRE(compiled);
  Matcher matcher(std::make_shared<Program>(Program{space, engine, compiled->start}));
  CHECK(matcher.Forced() == "abcabc");
  CHECK(matcher.CheckDraft(std::vector<Token>{0, 1, 2, 1}) == 3);  // a b c, then not b
  // Of the forced tokens the last may join what follows; what is left can be accepted.
  {
    vocab::VocabularyData data{.tokens = {"a", "b", "c", "ab", "cab", "ca", "bca"}};
    const auto vocabulary = *vocab::Vocabulary::Make(std::move(data));
    const auto other = Engine::Make(vocabulary);
    const auto own = other->CurrentSpace();
    Matcher forced(std::make_shared<Program>(Program{own, other, *grammar::CompileRegex(own->pool, "abcabc(a|b)c")}));
    const auto tokens = forced.ForcedTokens(*vocab::MakeGreedyTokenizer(vocabulary));
    CHECK(tokens == std::vector<Token>{3, 4});  // ab cab, but not c: "ca" may come
    for (const Token token : tokens) CHECK(forced.Accept(token));
    CHECK(forced.Forced() == "c");
  }
  REQUIRE(matcher.AcceptBytes("abcabcb"));
  CHECK(matcher.Forced() == "c");
  CHECK_FALSE(matcher.AcceptBytes("x"));
  REQUIRE(matcher.AcceptBytes("c"));
  CHECK(matcher.IsComplete());
}

// Under ThreadSanitizer this also shows that locks are taken in one order.
TEST_CASE("threads may compile and walk in several spaces of one engine") {
  std::mt19937_64 rng(13);
  const auto engine = RandomEngine(rng, {.space_bytes = 1});  // every program begins a new space
  const auto work = [&](size_t seed, std::vector<uint32_t>& sum) {
    sum.assign(engine->words(), 0);
    std::vector<uint32_t> words(engine->words());
    for (size_t round = 0; round < 30; ++round) {
      const auto space = engine->CurrentSpace();
      Expr start = grammar::kNone;
      {
        const std::lock_guard lock(space->mutex);
        const auto compiled = grammar::CompileSource(space->pool, grammar::Notation::kRegex,
                                                     round % 2 == 0 ? "(a|b{1,5}c|ab)*c" : "[a-z ]{0,9}(ab|[ab]*c)");
        if (!compiled) return sum.clear();
        start = compiled->start;
      }
      Matcher matcher(std::make_shared<const Program>(Program{space, engine, start}));
      for (size_t step = 0; step < 10; ++step) {
        matcher.Fill(words);
        for (size_t i = 0; i < words.size(); ++i) sum[i] = sum[i] * 31 + words[i];
        for (Token token = static_cast<Token>((step * 7 + seed) % 5); token < engine->vocabulary().size(); ++token) {
          if (!engine->vocabulary().special(token) && matcher.Accept(token)) break;
        }
      }
    }
  };
  std::vector<uint32_t> sums[4];
  std::thread threads[4];
  for (size_t i = 0; i < 4; ++i) threads[i] = std::thread(work, i / 2, std::ref(sums[i]));
  for (auto& thread : threads) thread.join();
  CHECK_FALSE(sums[0].empty());
  CHECK_FALSE(sums[2].empty());
  CHECK(sums[0] == sums[1]);
  CHECK(sums[2] == sums[3]);
}

TEST_CASE("declared terminals are what the embedder says, position by position") {
  std::mt19937_64 rng(17);
  const auto engine = RandomEngine(rng);
  const auto space = engine->CurrentSpace();
  const auto compiled = grammar::CompileSource(space->pool, grammar::Notation::kLark,
                                               "%declare NAME\nstart: item+\nitem: NAME \"c\" | \"c\" item \"c\"\n");
  REQUIRE(compiled);
  const auto program = std::make_shared<const Program>(Program{space, engine, compiled->start});
  Matcher matcher(program);
  const auto fits = [](const Matcher& from, std::string_view text) {
    Matcher fork = from;
    return static_cast<bool>(fork.AcceptBytes(text)) && fork.CanStop();
  };
  CHECK_FALSE(fits(matcher, "abc"));  // nothing is declared yet
  const std::vector<std::string> first = {"ab", "ba"}, second = {"aa"};
  REQUIRE(matcher.SetNames("NAME", first));
  CHECK(fits(matcher, "abcbac"));
  CHECK(fits(matcher, "cbacc"));
  CHECK_FALSE(fits(matcher, "aac"));
  REQUIRE(matcher.AcceptBytes("a"));  // in the middle of a name
  Matcher other = matcher;
  REQUIRE(other.SetNames("NAME", second));
  CHECK(fits(other, "bcaac"));  // the begun name ends as it was begun, the next is another
  CHECK_FALSE(fits(other, "bcabc"));
  CHECK(fits(matcher, "bcabc"));  // a fork of its own
  REQUIRE(other.AcceptBytes("bc"));
  REQUIRE(other.SetNames("NAME", first));
  CHECK(fits(other, "cabcc"));
  CHECK_FALSE(fits(other, "aac"));
  std::vector<uint32_t> words(engine->words());
  other.Fill(words);
  for (Token token = 0; token < engine->vocabulary().size(); ++token)
    CHECK(((words[token >> 5] >> (token & 31) & 1) != 0) == other.Check(token));
  REQUIRE(other.Rollback(2));
  CHECK(fits(other, "bac"));
  CHECK_FALSE(matcher.SetNames("NAME", std::vector<std::string>{}));
  CHECK_FALSE(matcher.SetNames("NAME", std::vector<std::string>{""}));
}

TEST_CASE("threads may share a program") {
  std::mt19937_64 rng(11);
  const auto engine = RandomEngine(rng);
  const auto space = engine->CurrentSpace();
  const auto compiled = grammar::CompileSource(space->pool, grammar::Notation::kRegex, "(a|b{1,5}c|ab)*c");
  REQUIRE(compiled);
  const auto program = std::make_shared<const Program>(Program{space, engine, compiled->start});
  const auto walk = [&](std::vector<uint32_t>& sum) {
    Matcher matcher(program);
    sum.assign(engine->words(), 0);
    std::vector<uint32_t> words(engine->words());
    for (int step = 0; step < 200; ++step) {
      matcher.Fill(words);
      for (size_t i = 0; i < words.size(); ++i) sum[i] = sum[i] * 31 + words[i];
      for (Token token = 0; token < engine->vocabulary().size(); ++token) {
        if (!engine->vocabulary().special(token) && matcher.Accept(token)) break;
      }
    }
  };
  std::vector<uint32_t> first, second;
  std::thread other(walk, std::ref(first));
  walk(second);
  other.join();
  CHECK(first == second);
}
