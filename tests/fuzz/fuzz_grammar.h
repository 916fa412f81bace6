// Any bytes as a grammar of one notation; what compiles is walked with a small vocabulary, and every mask is held against
// the check of every token.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "grammar/source.h"
#include "mask/matcher.h"

namespace heddle::fuzz {

inline std::shared_ptr<mask::Engine> SmallEngine() {
  vocab::VocabularyData data;
  for (int b = 0; b < 256; ++b) data.tokens.push_back(std::string(1, static_cast<char>(b)));
  for (const char* more : {"ab", "abc", "12", "\"}", "\":", "{\"", "\", \"", "  ", "\n\n", "true", "null", "\\u00", "\xC3\xA9", "\xE2\x82", "aa\"", "],", "0."})
    data.tokens.emplace_back(more);
  data.tokens.emplace_back("<end>");
  data.special.resize(data.tokens.size());
  data.special.back() = true;
  data.ends = {static_cast<vocab::Token>(data.tokens.size() - 1)};
  return mask::Engine::Make(*vocab::Vocabulary::Make(std::move(data)), {.space_bytes = size_t{8} << 20});
}

inline int Grammar(grammar::Notation notation, const uint8_t* data, size_t size) {
  static const auto engine = SmallEngine();
  const auto space = engine->CurrentSpace();
  uint32_t choice = 2166136261U;
  for (size_t i = 0; i < size; ++i) choice = (choice ^ data[i]) * 16777619U;
  const auto compiled = grammar::CompileSource(space->pool, notation, {reinterpret_cast<const char*>(data), size},
                                               {.white_space = static_cast<grammar::WhiteSpace>(choice % 4),
                                                .any_order = choice % 2 == 0,
                                                .max_nodes = 500,
                                                .max_branches = 100,
                                                .work = {.steps = 2'000'000}});
  if (!compiled) return 0;
  mask::Matcher matcher(std::make_shared<mask::Program>(mask::Program{space, engine, compiled->start}));
  std::vector<uint32_t> words(engine->words());
  // A terminal that is declared as N has these names, and others later.
  const std::vector<std::string> names[] = {{"a", "ab", "abc"}, {"12", "b"}};
  const bool names_given = notation == grammar::Notation::kLark;
  if (names_given && !matcher.SetNames("N", names[choice % 2])) return 0;  // a limit
  for (int step = 0; step < 6; ++step) {
    matcher.Fill(words);
    std::vector<vocab::Token> allowed;
    for (vocab::Token token = 0; token < engine->vocabulary().size(); ++token) {
      const bool bit = (words[token >> 5] >> (token & 31)) & 1;
      const bool check = matcher.Check(token);
      if (!matcher.failure().empty()) return 0;  // a limit: this program is over
      if (bit != check) {
        std::fprintf(stderr, "token %u \"%s\": mask %d, check %d, in %s\n", token, std::string(engine->vocabulary().bytes(token)).c_str(), bit, check,
                     matcher.Explain().c_str());
        std::abort();
      }
      if (check && !engine->vocabulary().special(token)) allowed.push_back(token);
    }
    if (allowed.empty()) {
      if (!matcher.CanStop()) std::abort();  // a dead end
      return 0;
    }
    choice = choice * 1664525U + 1013904223U;
    if (names_given && step == 2 && !matcher.SetNames("N", names[choice >> 8 & 1])) return 0;
    if (!matcher.Accept(allowed[(choice >> 8) % allowed.size()]) && matcher.failure().empty()) std::abort();
  }
  return 0;
}

}  // namespace heddle::fuzz
