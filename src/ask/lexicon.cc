#include "ask/lexicon.h"

#include <algorithm>

#include "base/text.h"

namespace heddle::ask {
namespace {

bool EndsWith(const std::string& word, std::string_view ending, size_t least) {
  return word.size() >= least + ending.size() && word.ends_with(ending);
}

}  // namespace

std::string Lemma(std::string_view text) {
  std::string word = Lower(text);
  if (word.ends_with("'s")) word.resize(word.size() - 2);
  if (EndsWith(word, "ies", 2)) return word.substr(0, word.size() - 3) + "y";
  for (std::string_view ending : {"sses", "shes", "ches", "xes", "zes"}) {
    if (EndsWith(word, ending, 2)) return word.substr(0, word.size() - 2);
  }
  if (EndsWith(word, "s", 2) && !word.ends_with("ss") && !word.ends_with("us") && !word.ends_with("is")) word.pop_back();
  return word;
}

Result<Lexicon> Lexicon::Parse(std::string_view text) {
  Lexicon out;
  size_t number = 0;
  for (auto line : Split(text, '\n')) {
    ++number;
    line = Trim(line);
    if (line.empty() || line[0] == '#') continue;
    const size_t colon = line.find(':');
    if (colon == line.npos || colon == 0) {
      return Error{Code::kInvalid, Cat({"line ", std::to_string(number), ": expected 'concept: word, word'"})};
    }
    const std::string_view name = Trim(line.substr(0, colon));
    const bool noise = name == "noise";
    Concept id = kNone;
    if (!noise) {
      auto [it, fresh] = out.by_name_.try_emplace(std::string(name), static_cast<Concept>(out.names_.size()));
      if (fresh) out.names_.emplace_back(name);
      id = it->second;
    }
    for (auto item : Split(line.substr(colon + 1), ',')) {
      const auto words = SplitWords(item);
      if (words.empty()) continue;
      if (noise) {
        out.noise_[std::string(words[0])] = 1;
      } else if (words.size() == 1) {
        auto& concepts = out.words_[std::string(words[0])];
        if (std::find(concepts.begin(), concepts.end(), id) == concepts.end()) concepts.push_back(id);
      } else {
        Phrases phrase{{}, id};
        for (auto word : words) phrase.words.emplace_back(word);
        out.phrases_[phrase.words[0]].push_back(std::move(phrase));
      }
    }
    if (out.names_.size() > 60000) return Error{Code::kTooLarge, "more than 60,000 concepts"};
  }
  for (auto& [first, list] : out.phrases_) {
    std::sort(list.begin(), list.end(), [](const auto& a, const auto& b) { return a.words.size() > b.words.size(); });
  }
  return out;
}

const std::vector<Concept>& Lexicon::Find(std::string_view word) const {
  if (auto it = words_.find(std::string(word)); it != words_.end()) return it->second;
  if (auto it = words_.find(Lemma(word)); it != words_.end()) return it->second;
  std::string stem = Lower(word);
  for (std::string_view ending : {"ing", "ed", "ly", "d"}) {
    if (!EndsWith(stem, ending, 3)) continue;
    const std::string root = stem.substr(0, stem.size() - ending.size());
    std::vector<std::string> tries{root, root + "e"};
    if (root.size() > 3 && root[root.size() - 1] == root[root.size() - 2]) tries.push_back(root.substr(0, root.size() - 1));
    if (root.ends_with("i")) tries.push_back(root.substr(0, root.size() - 1) + "y");
    for (const auto& candidate : tries) {
      if (auto it = words_.find(candidate); it != words_.end()) return it->second;
    }
  }
  return none_;
}

Concept Lexicon::Intern(std::string_view word) {
  const auto& known = Find(word);
  if (!known.empty()) return known.front();
  auto [it, fresh] = by_name_.try_emplace(std::string(word), static_cast<Concept>(names_.size()));
  if (fresh) names_.emplace_back(word);
  words_[Lower(word)].push_back(it->second);
  return it->second;
}

Concept Lexicon::Named(std::string_view name) const {
  const auto it = by_name_.find(std::string(name));
  return it == by_name_.end() ? kNone : it->second;
}

std::vector<std::pair<std::string_view, int>> Lexicon::Near(std::string_view word) const {
  std::vector<std::pair<std::string_view, int>> out;
  const int limit = word.size() >= 7 ? 2 : word.size() >= 4 ? 1 : 0;
  if (limit == 0) return out;
  for (const auto& [known, concepts] : words_) {
    if (known.size() < 4 || known[0] != word[0]) {
      if (known.size() < 4 || word.size() < 5 || known[1] != word[1]) continue;
    }
    // A four-letter word with one letter swapped for another is too often a different word ("life", "live").
    if (word.size() == 4 && known.size() == 4 && !std::is_permutation(word.begin(), word.end(), known.begin())) continue;
    const int distance = EditDistance(word, known, limit);
    if (distance <= limit) out.emplace_back(known, distance);
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
    return a.second != b.second ? a.second < b.second : a.first < b.first;
  });
  if (out.size() > 4) out.resize(4);
  return out;
}

size_t Lexicon::Phrase(const std::vector<std::string>& words, size_t at, Concept& concept_id) const {
  const auto found = phrases_.find(words[at]);
  if (found == phrases_.end()) return 0;
  for (const auto& phrase : found->second) {
    if (at + phrase.words.size() > words.size()) continue;
    if (std::equal(phrase.words.begin(), phrase.words.end(), words.begin() + static_cast<std::ptrdiff_t>(at))) {
      concept_id = phrase.concept_id;
      return phrase.words.size();
    }
  }
  return 0;
}

}  // namespace heddle::ask
