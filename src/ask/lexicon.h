// Lexicon: words and what they mean. A concept is a small integer; words of one line of data/ask/lexicon.txt share one,
// every other word of the intents is its own. Built once from text, then immutable and thread-safe.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"

namespace heddle::ask {

using Concept = uint16_t;

// The dictionary form of an English word: lower case, plural and common endings off ("directories" -> "directory").
std::string Lemma(std::string_view word);

// The frozen form: sorted tables, which the build writes out as C++ so that starting builds no maps.
struct WordRow {
  std::string_view word;
  uint32_t first;  // into `concepts`
  uint16_t count;
};
struct PhraseRow {
  std::string_view words;  // "look for"
  Concept concept_id;
};
struct LexiconTables {
  std::span<const std::string_view> names;
  std::span<const WordRow> words;  // by word
  std::span<const Concept> concepts;
  std::span<const std::string_view> noise;  // sorted
  std::span<const std::string_view> plain;  // sorted
  std::span<const PhraseRow> phrases;       // by first word, longer ones first
};

class Lexicon {
 public:
  Lexicon() = default;
  explicit Lexicon(const LexiconTables& tables) : tables_(tables), frozen_(true) {}
  // `text` holds lines "concept: word, two words, ...", "noise: ..." and "# comment". Errors name the line.
  static Result<Lexicon> Parse(std::string_view text);

  // The concepts of a word as it stands, then of its lemma. Empty when unknown.
  std::span<const Concept> Find(std::string_view word) const;
  // The concept of a pattern's word, made if it is new.
  Concept Intern(std::string_view word);
  std::string_view Name(Concept id) const { return frozen_ ? tables_.names[id] : std::string_view(names_[id]); }
  // The concept named so in the data, or kNone.
  Concept Named(std::string_view name) const;
  bool IsNoise(std::string_view word) const;
  // Whether it is an ordinary English word without a meaning of its own here: content, but hardly anything's name.
  bool IsPlain(std::string_view word) const;
  // Known words within 1 edit (from 4 letters) or 2 (from 7), nearest first; at most 4.
  std::vector<std::pair<std::string_view, int>> Near(std::string_view word) const;
  // Whether some known phrase begins with this word.
  bool BeginsPhrase(std::string_view word) const;
  // The number of words from `words[at]` on that form a known phrase, with its concept; 0 when none does.
  size_t Phrase(const std::vector<std::string>& words, size_t at, Concept& concept_id) const;

  bool frozen() const { return frozen_; }  // from tables: nothing can be added
  size_t concepts() const { return frozen_ ? tables_.names.size() : names_.size(); }

  // Owned tables of this lexicon's present state; valid until it changes.
  struct Storage {
    std::vector<std::string_view> names, noise, plain;
    std::vector<WordRow> words;
    std::vector<Concept> concepts;
    std::vector<std::string> phrase_texts;
    std::vector<PhraseRow> phrases;
  };
  Storage Freeze() const;
  static constexpr Concept kNone = 0;

 private:
  std::span<const Concept> Exact(std::string_view word) const;

  struct Phrases {
    std::vector<std::string> words;
    Concept concept_id;
  };

  std::vector<std::string> names_{""};
  std::unordered_map<std::string, std::vector<Concept>> words_;
  std::unordered_map<std::string, Concept> by_name_;
  std::unordered_map<std::string, int> noise_, plain_;
  std::unordered_map<std::string, std::vector<Phrases>> phrases_;  // by first word, longest first
  LexiconTables tables_;
  bool frozen_ = false;
};

}  // namespace heddle::ask
