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
  if (EndsWith(word, "s", 2) && !word.ends_with("ss") && !word.ends_with("us") && !word.ends_with("is"))
    word.pop_back();
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
    const bool noise = name == "noise", plain = name == "plain";
    Concept id = kNone;
    if (!noise && !plain) {
      auto [it, fresh] = out.by_name_.try_emplace(std::string(name), static_cast<Concept>(out.names_.size()));
      if (fresh) out.names_.emplace_back(name);
      id = it->second;
    }
    for (auto item : Split(line.substr(colon + 1), ',')) {
      const auto words = SplitWords(item);
      if (words.empty()) continue;
      if (noise) {
        out.noise_[std::string(words[0])] = 1;
      } else if (plain) {
        out.plain_[std::string(words[0])] = 1;
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

bool Lexicon::IsNoise(std::string_view word) const {
  if (!frozen_) return noise_.contains(std::string(word));
  return std::binary_search(tables_.noise.begin(), tables_.noise.end(), word);
}

bool Lexicon::IsPlain(std::string_view text) const {
  const std::string word = Lower(text), lemma = Lemma(text);
  if (!frozen_) return plain_.contains(word) || plain_.contains(lemma);
  return std::binary_search(tables_.plain.begin(), tables_.plain.end(), std::string_view(word)) ||
         std::binary_search(tables_.plain.begin(), tables_.plain.end(), std::string_view(lemma));
}

std::span<const Concept> Lexicon::Exact(std::string_view word) const {
  if (!frozen_) {
    const auto it = words_.find(std::string(word));
    return it != words_.end() ? std::span<const Concept>(it->second) : std::span<const Concept>();
  }
  const auto it = std::lower_bound(tables_.words.begin(), tables_.words.end(), word,
                                   [](const WordRow& row, std::string_view w) { return row.word < w; });
  if (it == tables_.words.end() || it->word != word) return {};
  return tables_.concepts.subspan(it->first, it->count);
}

std::span<const Concept> Lexicon::Find(std::string_view word) const {
  if (auto found = Exact(word); !found.empty()) return found;
  if (auto found = Exact(Lemma(word)); !found.empty()) return found;
  std::string stem = Lower(word);
  for (std::string_view ending : {"ing", "ed", "ly", "d"}) {
    if (!EndsWith(stem, ending, 3)) continue;
    const std::string root = stem.substr(0, stem.size() - ending.size());
    std::vector<std::string> tries{root, root + "e"};
    if (root.size() > 3 && root[root.size() - 1] == root[root.size() - 2])
      tries.push_back(root.substr(0, root.size() - 1));
    if (root.ends_with("i")) tries.push_back(root.substr(0, root.size() - 1) + "y");
    for (const auto& candidate : tries) {
      if (auto found = Exact(candidate); !found.empty()) return found;
    }
  }
  return {};
}

Concept Lexicon::Intern(std::string_view word) {
  if (auto known = Find(word); !known.empty() || frozen_) return known.empty() ? kNone : known.front();
  auto [it, fresh] = by_name_.try_emplace(std::string(word), static_cast<Concept>(names_.size()));
  if (fresh) names_.emplace_back(word);
  words_[Lower(word)].push_back(it->second);
  return it->second;
}

Concept Lexicon::Named(std::string_view name) const {
  if (frozen_) {
    const auto it = std::find(tables_.names.begin(), tables_.names.end(), name);
    return it == tables_.names.end() ? kNone : static_cast<Concept>(it - tables_.names.begin());
  }
  const auto it = by_name_.find(std::string(name));
  return it == by_name_.end() ? kNone : it->second;
}

std::vector<std::pair<std::string_view, int>> Lexicon::Near(std::string_view word) const {
  std::vector<std::pair<std::string_view, int>> out;
  const int limit = word.size() >= 7 ? 2 : word.size() >= 4 ? 1 : 0;
  if (limit == 0) return out;
  const auto consider = [&](std::string_view known) {
    if (known.size() < 4 || known.size() + 2 < word.size() || known.size() > word.size() + 2) return;
    if (known[0] != word[0] && (word.size() < 5 || known[1] != word[1])) return;
    // A four-letter word with one letter swapped for another is too often a different word ("life", "live").
    if (word.size() == 4 && known.size() == 4 && !std::is_permutation(word.begin(), word.end(), known.begin())) return;
    const int distance = EditDistance(word, known, limit);
    if (distance <= limit) out.emplace_back(known, distance);
  };
  if (frozen_) {
    for (const WordRow& row : tables_.words) consider(row.word);
  } else {
    for (const auto& [known, unused] : words_) consider(known);
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
    return a.second != b.second ? a.second < b.second : a.first < b.first;
  });
  if (out.size() > 4) out.resize(4);
  return out;
}

bool Lexicon::BeginsPhrase(std::string_view word) const {
  if (!frozen_) return phrases_.contains(std::string(word));
  const auto it =
      std::lower_bound(tables_.phrases.begin(), tables_.phrases.end(), word,
                       [](const PhraseRow& row, std::string_view w) { return row.words.substr(0, w.size()) < w; });
  for (auto at = it; at != tables_.phrases.end() && at->words.starts_with(word); ++at) {
    if (at->words.size() > word.size() && at->words[word.size()] == ' ') return true;
  }
  return false;
}

size_t Lexicon::Phrase(const std::vector<std::string>& words, size_t at, Concept& concept_id) const {
  if (frozen_) {
    const std::string first = words[at] + " ";
    auto it =
        std::lower_bound(tables_.phrases.begin(), tables_.phrases.end(), std::string_view(first),
                         [](const PhraseRow& row, std::string_view w) { return row.words.substr(0, w.size()) < w; });
    for (; it != tables_.phrases.end() && it->words.starts_with(first); ++it) {
      const auto parts = SplitWords(it->words);
      if (at + parts.size() > words.size()) continue;
      if (!std::equal(parts.begin(), parts.end(), words.begin() + static_cast<std::ptrdiff_t>(at))) continue;
      concept_id = it->concept_id;
      return parts.size();
    }
    return 0;
  }
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

Lexicon::Storage Lexicon::Freeze() const {
  Storage out;
  out.names.assign(names_.begin(), names_.end());
  for (const auto& [word, unused] : noise_) out.noise.push_back(word);
  std::sort(out.noise.begin(), out.noise.end());
  for (const auto& [word, unused] : plain_) out.plain.push_back(word);
  std::sort(out.plain.begin(), out.plain.end());
  std::vector<std::string_view> words;
  for (const auto& [word, unused] : words_) words.push_back(word);
  std::sort(words.begin(), words.end());
  for (auto word : words) {
    const auto& list = words_.find(std::string(word))->second;
    out.words.push_back({word, static_cast<uint32_t>(out.concepts.size()), static_cast<uint16_t>(list.size())});
    out.concepts.insert(out.concepts.end(), list.begin(), list.end());
  }
  std::vector<std::string> firsts;
  for (const auto& [first, unused] : phrases_) firsts.push_back(first + " ");
  std::sort(firsts.begin(), firsts.end());
  for (const auto& first : firsts) {
    for (const auto& phrase : phrases_.find(first.substr(0, first.size() - 1))->second) {
      out.phrase_texts.push_back(Join(phrase.words, " "));
      out.phrases.push_back({"", phrase.concept_id});
    }
  }
  for (size_t i = 0; i < out.phrases.size(); ++i) out.phrases[i].words = out.phrase_texts[i];
  return out;
}

}  // namespace heddle::ask
