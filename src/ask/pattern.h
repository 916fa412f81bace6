// Pattern: one way to say something. "show (log|history) [of <path>]" is compiled into flat variants of items; words
// are concepts, so synonyms, plurals and misspellings match. Two matchers: MatchHere wants the items one after the
// other (modifiers), MatchFree takes them in any order over the whole request (intents).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ask/lexicon.h"
#include "ask/slots.h"
#include "ask/token.h"
#include "base/result.h"

namespace heddle::ask {

// What a word of a pattern, or any one of (a|b|c), means.
struct Meaning {
  std::vector<Concept> concepts;
  std::vector<Concept> near;        // of them, those the word itself names; meeting by another one is far-fetched
  std::vector<std::string> lemmas;  // the dictionary forms that mean it outright
};

struct Item {
  bool slot = false;
  bool optional = false;
  bool cue = false;                        // a small word: it guides the slot beside it and is not required
  std::shared_ptr<const Meaning> meaning;  // word: what it means; null for slots. Shared by the variants of a pattern
  std::string name;                        // slot
  SlotType type = SlotType::kText;
  int group = 0;  // items of one optional group share a number: [a [b] c] is 1 2 1
  int outer = 0;  // that of the outermost group around the item: 1 1 1
};

struct Pattern {
  std::vector<Item> items;
  std::string source;  // as written in the data
};

// Errors: unbalanced brackets, unknown slot types, more than 200 variants.
Result<std::vector<Pattern>> CompilePattern(std::string_view text, Lexicon& lexicon);

struct Filled {
  std::string name;
  SlotType type = SlotType::kText;
  std::vector<size_t> tokens;  // indices
  double fit = 0;              // 0 .. 1
};

struct PatternMatch {
  std::vector<Filled> slots;
  std::vector<bool> used;            // per token: explained by this match
  std::vector<std::string> missing;  // required slots that nothing fits
  int words = 0;                     // words matched, small ones not counted
  int extra = 0;                     // MatchFree: optional words matched
  int cues = 0;                      // MatchHere: small words matched
  int guessed = 0;                   // of them by spelling correction
  int far = 0;                       // of them by a side meaning: "installed" for "add"
  double order = 0;                  // 0 .. 1: how far the order agrees
  size_t end = 0;                    // MatchHere: index after the last token
};

std::optional<PatternMatch> MatchHere(const Pattern& pattern, const std::vector<Token>& tokens, size_t at);
std::optional<PatternMatch> MatchFree(const Pattern& pattern, const std::vector<Token>& tokens);

}  // namespace heddle::ask
