#include "ask/pattern.h"

#include <algorithm>
#include <cctype>

#include "base/text.h"

namespace heddle::ask {
namespace {

bool Holds(const std::vector<Concept>& list, Concept id) {
  return std::find(list.begin(), list.end(), id) != list.end();
}

bool Means(const Token& token, const Item& item) {
  return std::any_of(item.meaning->concepts.begin(), item.meaning->concepts.end(),
                     [&](Concept id) { return Holds(token.concepts, id); });
}

// Whether the two words meet in what the pattern's word names, or are the same word.
bool MeansNearly(const Token& token, const Item& item) {
  const auto& meaning = *item.meaning;
  if (std::find(meaning.lemmas.begin(), meaning.lemmas.end(), token.lemma) != meaning.lemmas.end()) return true;
  if (token.word.find(' ') != token.word.npos) return Means(token, item);  // a phrase means just one thing
  // A word that has a concept of its own means that one first: "change" is no "switch".
  if (token.own != Lexicon::kNone)
    return std::find(meaning.near.begin(), meaning.near.end(), token.own) != meaning.near.end();
  return std::any_of(meaning.near.begin(), meaning.near.end(), [&](Concept id) { return Holds(token.concepts, id); });
}

bool MayMean(const Token& token, const Item& item) {
  return std::any_of(item.meaning->concepts.begin(), item.meaning->concepts.end(),
                     [&](Concept id) { return Holds(token.guesses, id); });
}

bool IsLink(const Token& token) {
  return IsDeterminer(token) || token.word == "named" || token.word == "called" || token.word == "of";
}

// Whether the word beside token `at` is the pattern's neighbour of slot `index`; optional words before it may be
// absent.
bool Cued(const Pattern& pattern, size_t index, const std::vector<Token>& tokens, size_t at) {
  for (size_t before_slot = index; before_slot > 0 && at > 0; --before_slot) {
    const Item& neighbour = pattern.items[before_slot - 1];
    if (neighbour.slot) break;
    size_t before = at - 1;
    while (before > 0 && IsLink(tokens[before]) && !Means(tokens[before], neighbour)) --before;
    if (Means(tokens[before], neighbour)) return true;
    if (!neighbour.optional) break;
  }
  return index + 1 < pattern.items.size() && !pattern.items[index + 1].slot && at + 1 < tokens.size() &&
         Means(tokens[at + 1], pattern.items[index + 1]);
}

// +1 for "to", "into", "onto"; -1 for "from"; 0 for any other word.
int Direction(std::string_view word) {
  return word == "to" || word == "into" || word == "onto" ? 1 : word == "from" ? -1 : 0;
}

// Whether the request says "from x" where the pattern wants "to <x>", or the other way round.
bool Inverted(const Pattern& pattern, size_t index, const std::vector<Token>& tokens, size_t at) {
  int wanted = 0;
  for (size_t i = index; i > 0 && !pattern.items[i - 1].slot && wanted == 0; --i) {
    const Item& before = pattern.items[i - 1];
    for (const auto& word : before.meaning->lemmas) wanted = wanted == 0 ? Direction(word) : wanted;
    if (!before.optional) break;
  }
  if (wanted == 0) return false;
  for (size_t i = at; i > 0 && i + 4 > at; --i) {
    const Token& before = tokens[i - 1];
    if (const int said = Direction(before.word); said != 0) return said != wanted;
    const bool optional = std::any_of(pattern.items.begin(), pattern.items.end(), [&](const Item& item) {
      return !item.slot && item.optional && Means(before, item);
    });
    if (!IsDeterminer(before) && !optional) break;
  }
  return false;
}

class HereMatcher {
 public:
  HereMatcher(const Pattern& pattern, const std::vector<Token>& tokens) : pattern_(pattern), tokens_(tokens) {}

  bool Run(size_t item, size_t at) {
    if (++steps_ > 2000) return false;
    if (item == pattern_.items.size()) {
      match.end = at;
      return true;
    }
    const Item& want = pattern_.items[item];
    size_t here = at;
    for (int skipped = 0; here < tokens_.size() && skipped <= 3; ++here, ++skipped) {
      const Token& token = tokens_[here];
      if (Try(want, item, here)) return true;
      if (item == 0 || !(IsDeterminer(token) && token.shape == Shape::kWord)) break;
    }
    if (!want.optional) return false;
    if (item > 0 && pattern_.items[item - 1].group == want.group) return false;  // begun, so it must be finished
    size_t next = item + 1;                                                      // the whole group is absent
    while (next < pattern_.items.size() && (want.group == want.outer ? pattern_.items[next].outer == want.outer
                                                                     : pattern_.items[next].group == want.group))
      ++next;
    return Run(next, at);
  }

  PatternMatch match;

 private:
  bool Try(const Item& want, size_t item, size_t here) {
    const Token& token = tokens_[here];
    if (!want.slot) {
      const bool exact = token.shape == Shape::kWord && Means(token, want);
      if (!exact && !(token.shape == Shape::kWord && MayMean(token, want))) return false;
      const int guessed = match.guessed, words = match.words, cues = match.cues, far = match.far;
      match.guessed += exact ? 0 : 1;
      match.far += exact && !want.cue && !MeansNearly(token, want) ? 1 : 0;
      (want.cue ? match.cues : match.words) += 1;
      if (Run(item + 1, here + 1)) return true;
      match.guessed = guessed, match.words = words, match.cues = cues, match.far = far;
      return false;
    }
    const double fit = Fit(want.type, token, Beside(item, here));
    if (fit < 0.3) return false;
    match.slots.push_back({want.name, want.type, {here}, fit});
    if (Run(item + 1, here + 1)) return true;
    match.slots.pop_back();
    return false;
  }

  // Whether a word of the pattern was or will be matched right beside the slot at `item`.
  bool Beside(size_t item, size_t here) const {
    if (item > 0 && match.words + match.cues > 0) return true;
    const bool free_word = tokens_[here].concepts.empty() || (here > 0 && tokens_[here - 1].noise);
    for (size_t next = item + 1; free_word && next < pattern_.items.size(); ++next) {
      if (pattern_.items[next].slot) break;
      if (here + 1 < tokens_.size() && Means(tokens_[here + 1], pattern_.items[next])) return true;
      if (!pattern_.items[next].optional) break;
    }
    return false;
  }

  const Pattern& pattern_;
  const std::vector<Token>& tokens_;
  int steps_ = 0;
};

class FreeMatcher {
 public:
  FreeMatcher(const Pattern& pattern, const std::vector<Token>& tokens) : pattern_(pattern), tokens_(tokens) {
    match_.used.assign(tokens.size(), false);
    place_.assign(pattern.items.size(), -1);
  }

  std::optional<PatternMatch> Run() {
    for (size_t i = 0; i < pattern_.items.size(); ++i) {
      if (!pattern_.items[i].slot && !pattern_.items[i].optional && !Word(i)) return std::nullopt;
    }
    for (size_t i = 0; i < pattern_.items.size(); ++i) {
      if (!pattern_.items[i].slot && pattern_.items[i].optional) (void)Word(i);
    }
    for (size_t i = 0; i < pattern_.items.size(); ++i) {
      const Item& item = pattern_.items[i];
      if (item.slot && !Slot(i) && !item.optional) match_.missing.push_back(item.name);
    }
    match_.order = Order();
    return std::move(match_);
  }

 private:
  bool Word(size_t index) {
    const Item& item = pattern_.items[index];
    // The nearest meaning wins, then the first token.
    enum Nearness { kNearly, kFar, kGuess, kNot };
    int best = -1;
    Nearness nearness = kNot;
    for (size_t t = 0; t < tokens_.size() && nearness != kNearly; ++t) {
      const Token& token = tokens_[t];
      const bool word = token.shape == Shape::kWord ||
                        (token.shape == Shape::kNumber && std::isalpha(static_cast<unsigned char>(token.raw[0])) != 0);
      if (match_.used[t] || !word) continue;  // "one" is a word too
      const Nearness here = MeansNearly(token, item)                    ? kNearly
                            : nearness > kFar && Means(token, item)     ? kFar
                            : nearness > kGuess && MayMean(token, item) ? kGuess
                                                                        : kNot;
      if (here < nearness) best = static_cast<int>(t), nearness = here;
    }
    if (!item.cue && nearness == kFar) ++match_.far;
    if (nearness == kGuess) ++match_.guessed;
    if (best < 0) return item.cue;
    if (!item.cue) {
      match_.used[static_cast<size_t>(best)] = true;
      ++(item.optional ? match_.extra : match_.words);
    }
    place_[index] = best;
    return true;
  }

  bool Slot(size_t index) {
    const Item& item = pattern_.items[index];
    Filled filled{item.name, item.type, {}, 0};
    if (item.type == SlotType::kRest) return Rest(index, std::move(filled));
    if (item.type == SlotType::kMath || item.type == SlotType::kDecimalMath) return Math(index, std::move(filled));
    double best = 0;
    for (size_t t = 0; t < tokens_.size(); ++t) {
      if (match_.used[t]) continue;
      const bool cued = Cued(pattern_, index, tokens_, t);
      double fit = Fit(item.type, tokens_[t], cued);
      if (fit <= 0) continue;
      if (item.optional && !cued && fit < 0.9) continue;
      const double inverted = Inverted(pattern_, index, tokens_, t) ? 0.55 : 0;
      fit += (cued ? 0.7 : 0) - inverted;
      if (index > 0 && place_[index - 1] >= 0 && static_cast<int>(t) < place_[index - 1]) fit -= 0.2;
      if (fit <= best) continue;
      best = fit;
      filled.tokens = {t};
      // "extract x from y" is not "extract y to x": a slot without the small word that belongs before it fits less.
      const bool needs_cue = index > 0 && pattern_.items[index - 1].cue && !pattern_.items[index - 1].optional;
      filled.fit = std::max(0.0, Fit(item.type, tokens_[t], cued) - (needs_cue && !cued ? 0.15 : 0) - inverted);
    }
    if (filled.tokens.empty()) return false;
    match_.used[filled.tokens[0]] = true;
    place_[index] = static_cast<int>(filled.tokens[0]);
    if (item.type == SlotType::kFiles) More(filled);
    match_.slots.push_back(std::move(filled));
    return true;
  }

  // "a.txt, b.txt and c.txt"
  void More(Filled& filled) {
    for (size_t t = filled.tokens[0] + 1; t < tokens_.size(); ++t) {
      if (tokens_[t].word == "and" || tokens_[t].shape == Shape::kPunctuation) continue;
      if (match_.used[t] || tokens_[t].noise || Fit(SlotType::kPath, tokens_[t], true) < 0.8) break;
      filled.tokens.push_back(t);
      match_.used[t] = true;
    }
  }

  bool Rest(size_t index, Filled filled) {
    for (size_t t = 0; t < tokens_.size(); ++t) {
      if (tokens_[t].shape == Shape::kQuoted && !match_.used[t]) filled.tokens = {t};
    }
    if (filled.tokens.empty()) {
      size_t from = 0;
      for (size_t i = 0; i < index; ++i) from = std::max(from, static_cast<size_t>(place_[i] + 1));
      for (size_t t = from; t < tokens_.size(); ++t) filled.tokens.push_back(t);
    }
    if (filled.tokens.empty()) return false;
    filled.fit = 1;
    for (size_t t : filled.tokens) match_.used[t] = true;
    match_.slots.push_back(std::move(filled));
    return true;
  }

  // Numbers and operators, at least "1+1", and nothing else behind the words matched so far.
  bool Math(size_t index, Filled filled) {
    std::string all;
    for (size_t t = 0; t < tokens_.size(); ++t) {
      if (tokens_[t].word == "of") return false;  // "17% of 250" is no remainder
      if (match_.used[t] || tokens_[t].noise || tokens_[t].concepts.size() > 0) continue;
      if (tokens_[t].shape == Shape::kQuoted ||
          tokens_[t].raw.find_first_not_of("0123456789+-*/%().^") != std::string::npos)
        return false;
      filled.tokens.push_back(t);
      all += tokens_[t].raw;
    }
    if ((all.find('.') != all.npos) != (pattern_.items[index].type == SlotType::kDecimalMath)) return false;
    const size_t op = all.find_first_of("+-*/%", 1);
    if (op == all.npos || all.find_first_of("0123456789") > op || all.find_first_of("0123456789", op) == all.npos ||
        all.find("**") != all.npos || all.find('^') != all.npos)
      return false;
    filled.fit = 1;
    for (size_t t : filled.tokens) match_.used[t] = true;
    place_[index] = static_cast<int>(filled.tokens[0]);
    match_.slots.push_back(std::move(filled));
    return true;
  }

  double Order() const {
    int pairs = 0, good = 0, last = -1;
    for (int at : place_) {
      if (at < 0) continue;
      if (last >= 0) ++pairs, good += at > last ? 1 : 0;
      last = at;
    }
    return pairs == 0 ? 1.0 : static_cast<double>(good) / pairs;
  }

  const Pattern& pattern_;
  const std::vector<Token>& tokens_;
  PatternMatch match_;
  std::vector<int> place_;
};

}  // namespace

std::optional<PatternMatch> MatchHere(const Pattern& pattern, const std::vector<Token>& tokens, size_t at) {
  HereMatcher matcher(pattern, tokens);
  if (!matcher.Run(0, at) || matcher.match.end == at) return std::nullopt;
  return std::move(matcher.match);
}

std::optional<PatternMatch> MatchFree(const Pattern& pattern, const std::vector<Token>& tokens) {
  return FreeMatcher(pattern, tokens).Run();
}

}  // namespace heddle::ask
