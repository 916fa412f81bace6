// Lexicon: words and what they mean. A concept is a small integer; words of one line of data/ask/lexicon.txt share one,
// every other word of the intents is its own. Built once from text, then immutable and thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"

namespace heddle::ask {

using Concept = uint16_t;

// The dictionary form of an English word: lower case, plural and common endings off ("directories" -> "directory").
std::string Lemma(std::string_view word);

class Lexicon {
 public:
  // `text` holds lines "concept: word, two words, ...", "noise: ..." and "# comment". Errors name the line.
  static Result<Lexicon> Parse(std::string_view text);

  // The concepts of a word as it stands, then of its lemma. Empty when unknown.
  const std::vector<Concept>& Find(std::string_view word) const;
  // The concept of a pattern's word, made if it is new.
  Concept Intern(std::string_view word);
  // The concept named so in the data, or kNone.
  Concept Named(std::string_view name) const;
  bool IsNoise(std::string_view word) const { return noise_.contains(std::string(word)); }
  // Known words within 1 edit (from 4 letters) or 2 (from 7), nearest first; at most 4.
  std::vector<std::pair<std::string_view, int>> Near(std::string_view word) const;
  // The number of words from `words[at]` on that form a known phrase, with its concept; 0 when none does.
  size_t Phrase(const std::vector<std::string>& words, size_t at, Concept& concept_id) const;

  size_t concepts() const { return names_.size(); }
  std::string_view name(Concept concept_id) const { return names_[concept_id]; }
  static constexpr Concept kNone = 0;

 private:
  struct Phrases { std::vector<std::string> words; Concept concept_id; };

  std::vector<std::string> names_{""};
  std::unordered_map<std::string, std::vector<Concept>> words_;
  std::unordered_map<std::string, Concept> by_name_;
  std::unordered_map<std::string, int> noise_;
  std::unordered_map<std::string, std::vector<Phrases>> phrases_;  // by first word, longest first
  std::vector<Concept> none_;
};

}  // namespace heddle::ask
