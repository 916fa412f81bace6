#include "ask/pattern.h"

#include <algorithm>
#include <cctype>

#include "ask/kinds.h"
#include "base/text.h"

namespace heddle::ask {
namespace {

struct TypeRow {
  std::string_view name;
  SlotType type;
};
constexpr TypeRow kTypes[] = {{"path", SlotType::kPath},
                              {"file", SlotType::kPath},
                              {"dir", SlotType::kPath},
                              {"files", SlotType::kFiles},
                              {"glob", SlotType::kGlob},
                              {"ext", SlotType::kExtension},
                              {"size", SlotType::kSize},
                              {"duration", SlotType::kDuration},
                              {"date", SlotType::kDate},
                              {"n", SlotType::kCount},
                              {"count", SlotType::kCount},
                              {"port", SlotType::kPort},
                              {"url", SlotType::kUrl},
                              {"host", SlotType::kHost},
                              {"mode", SlotType::kMode},
                              {"name", SlotType::kName},
                              {"text", SlotType::kText},
                              {"rest", SlotType::kRest},
                              {"user", SlotType::kUser},
                              {"pattern", SlotType::kPattern},
                              {"pid", SlotType::kPid},
                              {"image", SlotType::kImage},
                              {"video", SlotType::kVideo},
                              {"audio", SlotType::kAudio},
                              {"pdffile", SlotType::kPdf},
                              {"zipfile", SlotType::kZip},
                              {"tarfile", SlotType::kTar},
                              {"gzfile", SlotType::kGzip},
                              {"csvfile", SlotType::kCsv},
                              {"jsonfile", SlotType::kJson},
                              {"math", SlotType::kMath},
                              {"imgext", SlotType::kImageExtension},
                              {"mdfile", SlotType::kMarkdown},
                              {"oddname", SlotType::kOddName},
                              {"percent", SlotType::kPercent},
                              {"zone", SlotType::kZone},
                              {"pyfile", SlotType::kPython},
                              {"logfile", SlotType::kLog},
                              {"patchfile", SlotType::kPatch},
                              {"yamlfile", SlotType::kYaml},
                              {"decmath", SlotType::kDecimalMath},
                              {"audext", SlotType::kAudioExtension},
                              {"vidext", SlotType::kVideoExtension},
                              {"tsvfile", SlotType::kTsv},
                              {"char", SlotType::kCharacter},
                              {"envname", SlotType::kEnvName},
                              {"clock", SlotType::kClock},
                              {"unitname", SlotType::kUnitName}};

// -- compiling -------------------------------------------------------------------------------------------------------

using Variants = std::vector<std::vector<Item>>;
constexpr size_t kMaxVariants = 200, kMaxItems = 64;

class Compiler {
 public:
  Compiler(std::string_view text, Lexicon& lexicon) : text_(text), lexicon_(lexicon) {}

  Variants Sequence(char close) {
    Variants all, now{{}};
    if (++depth_ > 16) Fail("brackets nested deeper than 16");
    for (;;) {
      while (at_ < text_.size() && text_[at_] == ' ') ++at_;
      if (at_ >= text_.size()) {
        if (close != 0) Fail("missing closing bracket");
        break;
      }
      const char c = text_[at_];
      if (c == close) {
        ++at_;
        break;
      }
      if (c == '|') {
        ++at_;
        all.insert(all.end(), now.begin(), now.end());
        if (all.size() > kMaxVariants) Fail("more than 200 variants");
        now = {{}};
        continue;
      }
      Variants part;
      if (c == '(') {
        ++at_;
        part = Merge(Sequence(')'));
      } else if (c == '[') {
        ++at_;
        part = Optional(Sequence(']'));
      } else if (c == '<') {
        part = {{Slot()}};
      } else {
        part = {{Word()}};
      }
      if (!error_.empty()) return {};
      if (now.size() * part.size() > kMaxVariants) {
        Fail("more than 200 variants");
        return {};
      }
      if (part.size() == 1) {  // the common case: nothing multiplies
        for (auto& head : now) head.insert(head.end(), part[0].begin(), part[0].end());
        if (now[0].size() > kMaxItems) Fail("more than 64 words");
        continue;
      }
      Variants next;
      for (const auto& head : now) {
        for (const auto& tail : part) {
          next.push_back(head);
          next.back().insert(next.back().end(), tail.begin(), tail.end());
        }
      }
      now = std::move(next);
    }
    --depth_;
    all.insert(all.end(), now.begin(), now.end());
    return all;
  }

  const std::string& error() const { return error_; }

 private:
  void Fail(std::string why) {
    if (error_.empty()) error_ = std::move(why);
    at_ = text_.size();
  }

  // (a|b|c) of single words is one item.
  static Variants Merge(Variants choices) {
    Item any;
    any.cue = true;
    for (const auto& choice : choices) {
      if (choice.size() != 1 || choice[0].slot || choice[0].optional) return choices;
      any.concepts.insert(any.concepts.end(), choice[0].concepts.begin(), choice[0].concepts.end());
      any.near.insert(any.near.end(), choice[0].near.begin(), choice[0].near.end());
      any.lemma += Cat({any.lemma.empty() ? "" : " ", choice[0].lemma});
      any.cue = any.cue && choice[0].cue;
    }
    return {{any}};
  }

  Variants Optional(Variants choices) {
    choices = Merge(std::move(choices));
    ++group_;
    for (auto& choice : choices) {
      for (Item& item : choice) {
        item.optional = true, item.outer = group_;
        if (item.group == 0) item.group = group_;
      }
    }
    return choices;
  }

  Item Slot() {
    const size_t end = text_.find('>', at_);
    if (end == text_.npos) return Fail("missing '>'"), Item{};
    const std::string_view inside = text_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    const size_t colon = inside.find(':');
    const std::string_view type = colon == inside.npos ? inside : inside.substr(colon + 1);
    Item item;
    item.slot = true;
    item.name = std::string(inside.substr(0, colon));
    if (auto parsed = ParseSlotType(type))
      item.type = *parsed;
    else
      Fail(Cat({"unknown slot type '", type, "'"}));
    return item;
  }

  Item Word() {
    const auto word_end = [&](size_t from) {
      size_t end = from;
      while (end < text_.size() && std::string_view(" ()[]|<").find(text_[end]) == std::string_view::npos) ++end;
      return end;
    };
    // Words that form a phrase of the lexicon are one item, as they are one token in a request.
    std::vector<std::string> ahead;
    std::vector<size_t> ends;
    for (size_t from = at_; from < text_.size() && ahead.size() < 6;) {
      const size_t end = word_end(from);
      if (end == from) break;
      ahead.emplace_back(text_.substr(from, end - from));
      ends.push_back(end);
      if (end >= text_.size() || text_[end] != ' ') break;
      from = end + 1;
    }
    Concept phrase = Lexicon::kNone;
    const size_t length = ahead.empty() ? 0 : lexicon_.Phrase(ahead, 0, phrase);
    Item item;
    if (length > 1) {
      at_ = ends[length - 1];
      item.concepts = {phrase};
      return item;
    }
    const bool required = text_[at_] == '+';  // "+each": a small word that this pattern cannot do without
    if (required) ++at_;
    const size_t end = word_end(at_);
    const std::string_view word = text_.substr(at_, end - at_);
    at_ = end;
    const bool noise = lexicon_.IsNoise(word);
    item.cue = noise && !required;
    lexicon_.Intern(word);
    const auto found = lexicon_.Find(word);
    item.concepts.assign(found.begin(), found.end());
    item.lemma = Lemma(word);
    for (Concept id : item.concepts) {
      if (lexicon_.Name(id) == item.lemma) item.near = {id};
    }
    if (item.near.empty() && item.concepts.size() == 1) {
      const std::string_view head = lexicon_.Name(item.concepts[0]);
      if (head == item.lemma || head.empty())
        item.near = item.concepts;
      else
        item.lemma += Cat({" ", head});
    }
    return item;
  }

  std::string_view text_;
  Lexicon& lexicon_;
  size_t at_ = 0;
  int group_ = 0, depth_ = 0;
  std::string error_;
};

// -- matching --------------------------------------------------------------------------------------------------------

bool Holds(const std::vector<Concept>& list, Concept id) {
  return std::find(list.begin(), list.end(), id) != list.end();
}

bool Means(const Token& token, const Item& item) {
  return std::any_of(item.concepts.begin(), item.concepts.end(), [&](Concept id) { return Holds(token.concepts, id); });
}

// Whether the two words meet in what the pattern's word names, or are the same word.
bool MeansNearly(const Token& token, const Item& item) {
  if (std::any_of(item.near.begin(), item.near.end(), [&](Concept id) { return Holds(token.concepts, id); }))
    return true;
  if (token.word.find(' ') != token.word.npos) return Means(token, item);  // a phrase means just one thing
  const std::string lemma = Lemma(token.word);
  for (auto word : SplitWords(item.lemma)) {
    if (word == lemma) return true;
  }
  return false;
}

bool MayMean(const Token& token, const Item& item) {
  return std::any_of(item.concepts.begin(), item.concepts.end(), [&](Concept id) { return Holds(token.guesses, id); });
}

bool IsDeterminer(const Token& token) {
  static constexpr std::string_view kWords[] = {"a",    "an",  "the",  "my",  "all",   "any",  "this",
                                                "that", "our", "your", "its", "these", "those"};
  return std::find(std::begin(kWords), std::end(kWords), token.word) != std::end(kWords);
}

// Words that shape a request are never the name of something.
// "node_modules", "release-1.2", "README": nobody writes ordinary words so.
bool LooksLikeName(const Token& token) {
  bool odd = false;
  for (char c : token.raw) {
    odd |= c == '_' || c == '-' || (c >= '0' && c <= '9');
    if (std::string_view("^*=?!+%$#@&|<>").find(c) != std::string_view::npos) return false;
  }
  return odd && token.raw.size() > 2;
}

bool IsGrammar(const Token& token) {
  static constexpr std::string_view kWords[] = {
      "not",      "except",         "excluding",   "without",   "but",       "no",         "between",     "older",
      "newer",    "larger",         "bigger",      "smaller",   "sorted",    "sort",       "recursively", "containing",
      "then",     "never",          "isn't",       "don't",     "doesn't",   "file",       "files",       "folder",
      "folders",  "directory",      "directories", "dir",       "dirs",      "everything", "everyone",    "lines",
      "line",     "words",          "word",        "columns",   "column",    "today",      "yesterday",   "less",
      "more",     "greater",        "matching",    "ending",    "starting",  "current",    "kilobyte",    "kilobytes",
      "megabyte", "megabytes",      "gigabyte",    "gigabytes", "byte",      "bytes",      "kb",          "mb",
      "gb",       "human-readable", "human",       "readable",  "format",    "total",      "unique",      "duplicate",
      "largest",  "smallest",       "newest",      "oldest",    "installed", "running",    "same",        "value",
      "empty",    "hidden",         "blank"};
  return std::find(std::begin(kWords), std::end(kWords), token.word) != std::end(kWords);
}

double WordFit(const Token& token, bool cued, double unknown, double known) {
  if (token.literal) return cued ? 1 : 0.65;
  if (token.word.ends_with("'s")) return 0;
  if (token.plain) return cued ? std::min(known, 0.4) : 0;
  if (token.noise || IsGrammar(token) || (token.word.find(' ') != token.word.npos && !token.concepts.empty())) return 0;
  if (token.concepts.empty()) return cued ? std::min(1.0, unknown + 0.3) : unknown;
  return cued ? known : 0;
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
    for (auto word : SplitWords(before.lemma)) wanted = wanted == 0 ? Direction(word) : wanted;
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
    int best = -1;
    using Test = bool (*)(const Token&, const Item&);
    for (Test test : {Test{MeansNearly}, Test{Means}, Test{MayMean}}) {
      for (size_t t = 0; t < tokens_.size() && best < 0; ++t) {
        const bool word = tokens_[t].shape == Shape::kWord ||
                          (tokens_[t].shape == Shape::kNumber &&
                           std::isalpha(static_cast<unsigned char>(tokens_[t].raw[0])) != 0);  // "one"
        if (!match_.used[t] && word && test(tokens_[t], item)) best = static_cast<int>(t);
      }
      if (best < 0) continue;
      if (!item.cue && test == Test{Means}) ++match_.far;
      if (test == Test{MayMean}) ++match_.guessed;
      break;
    }
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

namespace {
// Files of one kind are told by their extension.
struct EndingsRow {
  SlotType type;
  std::string_view endings;
};
constexpr EndingsRow kEndings[] = {{SlotType::kImage, ".jpg .jpeg .png .gif .bmp .tiff .webp .svg .heic .ico .tif"},
                                   {SlotType::kVideo, ".mp4 .mkv .avi .mov .webm .flv .wmv .m4v .mpg .mpeg"},
                                   {SlotType::kAudio, ".mp3 .wav .flac .ogg .m4a .aac .opus .wma .aiff"},
                                   {SlotType::kPdf, ".pdf"},
                                   {SlotType::kZip, ".zip .jar .war .apk"},
                                   {SlotType::kTar, ".tar .tar.gz .tgz .tar.bz2 .tbz2 .tar.xz .txz .tar.zst"},
                                   {SlotType::kGzip, ".gz"},
                                   {SlotType::kCsv, ".csv"},
                                   {SlotType::kJson, ".json"},
                                   {SlotType::kMarkdown, ".md .markdown"},
                                   {SlotType::kPython, ".py"},
                                   {SlotType::kLog, ".log"},
                                   {SlotType::kPatch, ".patch .diff"},
                                   {SlotType::kYaml, ".yaml .yml"},
                                   {SlotType::kTsv, ".tsv"}};

std::string_view EndingsOf(SlotType type) {
  for (const EndingsRow& row : kEndings) {
    if (row.type == type) return row.endings;
  }
  return "";
}

double MediaFit(SlotType type, const Token& token) {
  if (token.shape == Shape::kExtension || token.shape == Shape::kUrl) return 0;
  const std::string name = Lower(token.raw);
  if (type == SlotType::kGzip && name.ends_with(".tar.gz")) return 0;
  for (auto ending : SplitWords(EndingsOf(type))) {
    if (name.ends_with(ending) && name.size() > ending.size()) return 1;
  }
  return 0;
}

// "mp3", ".mp3", "mp3s": the ending itself, as a word.
bool NamesEnding(SlotType type, const Token& token) {
  if (token.shape != Shape::kWord && token.shape != Shape::kExtension) return false;
  const std::string name = token.word.starts_with(".") ? token.word : "." + Lemma(token.word);
  const auto known = SplitWords(EndingsOf(type));
  return std::any_of(known.begin(), known.end(),
                     [&](auto ending) { return name == ending || "." + token.word == ending; });
}
}  // namespace

std::optional<SlotType> ParseSlotType(std::string_view name) {
  for (const TypeRow& row : kTypes) {
    if (row.name == name) return row.type;
  }
  return std::nullopt;
}

Result<std::vector<Pattern>> CompilePattern(std::string_view text, Lexicon& lexicon) {
  Compiler compiler(text, lexicon);
  auto variants = compiler.Sequence(0);
  if (!compiler.error().empty()) return Error{Code::kInvalid, Cat({"in '", text, "': ", compiler.error()})};
  std::vector<Pattern> out;
  for (auto& items : variants) {
    if (!items.empty()) out.push_back({std::move(items), std::string(text)});
  }
  return out;
}

double Fit(SlotType type, const Token& token, bool cued) {
  const Shape shape = token.shape;
  const bool word = shape == Shape::kWord;
  const bool quoted = shape == Shape::kQuoted;
  if (token.raw.empty() && type != SlotType::kText) return 0;  // "" is a text, never a path or a name
  switch (type) {
    case SlotType::kPath:
    case SlotType::kFiles:
      if (shape == Shape::kPath) return 1;
      if (word && token.exists && !token.noise) return token.concepts.empty() || cued ? 1 : 0.5;
      if (shape == Shape::kGlob) return 0.9;
      if (quoted) return 0.9;
      if (shape == Shape::kExtension) return token.exists || cued ? 0.8 : 0.3;
      if (shape == Shape::kHost) return token.exists ? 1 : token.raw.find('@') == token.raw.npos && cued ? 0.6 : 0.2;
      if (shape == Shape::kNumber) return 0;
      return word ? WordFit(token, cued, cued ? 0.5 : LooksLikeName(token) ? 0.7 : 0.25, 0.55) : 0;
    case SlotType::kImage:
    case SlotType::kVideo:
    case SlotType::kAudio:
    case SlotType::kPdf:
    case SlotType::kZip:
    case SlotType::kTar:
    case SlotType::kGzip:
    case SlotType::kCsv:
    case SlotType::kJson:
    case SlotType::kPython:
    case SlotType::kLog:
    case SlotType::kPatch:
    case SlotType::kYaml:
    case SlotType::kTsv:
    case SlotType::kMarkdown: return MediaFit(type, token);
    case SlotType::kCharacter: return word && !CharacterOf(token.raw).empty() ? 1 : 0;
    case SlotType::kClock: return IsClock(token.raw) ? 1 : 0;
    case SlotType::kUnitName: return word && IsUnitName(token.raw) ? 1 : 0;
    case SlotType::kEnvName:
      return token.raw.size() > 1 &&
                     token.raw.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == token.raw.npos && !quoted
                 ? 1
                 : 0;
    case SlotType::kZone: return (word || shape == Shape::kPath) && !ZoneOf(token.raw).empty() ? 1 : 0;
    case SlotType::kPercent:
      return token.raw.size() > 1 && token.raw.ends_with("%") &&
                     token.raw.find_first_not_of("0123456789.") == token.raw.size() - 1
                 ? 1
                 : 0;
    case SlotType::kGlob:
      return shape == Shape::kGlob        ? 1
             : shape == Shape::kExtension ? 0.9
             : quoted                     ? 0.8
             : shape == Shape::kPath      ? 0.7
                                          : 0;
    case SlotType::kExtension:
      return shape == Shape::kExtension                                         ? 1
             : shape == Shape::kGlob && token.raw.starts_with("*.")             ? 1
             : !word                                                            ? 0
             : token.kind                                                       ? 1
             : token.word.size() <= 5 && !token.noise && token.concepts.empty() ? (!token.guesses.empty() ? 0
                                                                                   : cued                 ? 0.8
                                                                                                          : 0.3)
                                                                                : 0;
    case SlotType::kSize: return shape == Shape::kSize ? 1 : 0;
    case SlotType::kDuration:
      return shape == Shape::kDuration                                                ? 1
             : shape == Shape::kSize && token.unit == 'M' && token.raw.ends_with("m") ? 0.5
                                                                                      : 0;
    case SlotType::kDate: return shape == Shape::kDate ? 1 : quoted ? 0.8 : 0;
    case SlotType::kCount: return shape == Shape::kNumber ? 1 : word && token.number > 0 ? 0.95 : 0;
    case SlotType::kPid: return shape == Shape::kNumber ? 1 : 0;
    case SlotType::kPort:
      return shape == Shape::kNumber && token.number >= 1 && token.number <= 65535 ? 1
             : word && token.raw[0] == ':' && ParseInt(token.raw.substr(1))        ? 0.9
                                                                                   : 0;
    case SlotType::kUrl:
      return shape == Shape::kUrl    ? 1
             : shape == Shape::kHost ? 0.8
             : shape == Shape::kPath && token.raw.find('.') != token.raw.npos &&
                     token.raw.find('/') != token.raw.npos && token.raw[0] != '/' && token.raw[0] != '.' &&
                     token.raw[0] != '~'
                 ? 0.6
                 : 0;
    case SlotType::kHost:
      return shape == Shape::kHost  ? 1
             : shape == Shape::kUrl ? 0.6
             : quoted               ? 0.7
             : word                 ? WordFit(token, cued, 0.45, 0.3)
                                    : 0;
    case SlotType::kMode:
      return shape == Shape::kMode ? 1
             : shape == Shape::kNumber && token.raw.size() >= 3 && token.raw.size() <= 4 &&
                     token.raw.find_first_not_of("01234567") == token.raw.npos
                 ? 1
                 : 0;
    case SlotType::kName:
      if (MediaFit(SlotType::kLog, token) > 0 || MediaFit(SlotType::kCsv, token) > 0)
        return 0.4;  // a file, hardly a name
      if (quoted || shape == Shape::kPath || shape == Shape::kHost) return cued ? 1 : 0.7;
      if (shape == Shape::kNumber || shape == Shape::kSize || shape == Shape::kGlob) return cued ? 0.6 : 0.2;
      if (shape == Shape::kExtension) return 0.5;
      return word ? WordFit(token, cued, 0.65, 0.65) : 0;
    case SlotType::kUser:
      return shape == Shape::kHost && token.raw.find('@') != token.raw.npos ? 0.5
             : word                                                         ? WordFit(token, cued, 0.6, 0.6)
             : quoted                                                       ? 0.8
                                                                            : 0;
    case SlotType::kText:
    case SlotType::kPattern:
      if (quoted) return 1;
      if (shape == Shape::kPunctuation) return 0;
      if (word) return WordFit(token, cued, 0.6, 0.8);
      return cued ? 0.7 : 0.4;
    case SlotType::kOddName:
      return token.raw.find('/') == token.raw.npos && (shape == Shape::kPath || (word && LooksLikeName(token))) ? 1 : 0;
    case SlotType::kImageExtension: return NamesEnding(SlotType::kImage, token) ? 1 : 0;
    case SlotType::kAudioExtension: return NamesEnding(SlotType::kAudio, token) ? 1 : 0;
    case SlotType::kVideoExtension: return NamesEnding(SlotType::kVideo, token) ? 1 : 0;
    case SlotType::kRest:
    case SlotType::kDecimalMath:
    case SlotType::kMath: return 0;
  }
  return 0;
}

bool IsBinary(const Token& token) {
  static constexpr SlotType kTypes[] = {SlotType::kImage, SlotType::kVideo, SlotType::kAudio, SlotType::kPdf,
                                        SlotType::kZip,   SlotType::kTar,   SlotType::kGzip};
  return std::any_of(std::begin(kTypes), std::end(kTypes), [&](SlotType type) { return MediaFit(type, token) > 0; });
}

std::optional<PatternMatch> MatchHere(const Pattern& pattern, const std::vector<Token>& tokens, size_t at) {
  HereMatcher matcher(pattern, tokens);
  if (!matcher.Run(0, at) || matcher.match.end == at) return std::nullopt;
  return std::move(matcher.match);
}

std::optional<PatternMatch> MatchFree(const Pattern& pattern, const std::vector<Token>& tokens) {
  return FreeMatcher(pattern, tokens).Run();
}

}  // namespace heddle::ask
