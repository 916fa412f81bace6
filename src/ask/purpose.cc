#include "ask/purpose.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/text.h"

namespace heddle::ask {
namespace {

struct Embedded {
  std::string_view path, text;
};
constexpr Embedded kData[] = {
#include "purpose.inc"
};

// Phrases by their first word. A position may have several words, the empty one among them when it may be missing.
class PhraseSet {
 public:
  void Add(std::string_view text) {
    Phrase phrase;
    for (const auto position : SplitWords(text)) phrase.push_back(Split(position, '/'));
    if (phrase.empty()) return;
    for (const auto word : phrase[0]) by_first_[word].push_back(phrase);
  }

  // The number of words from `at` on that the longest phrase takes; 0: none begins here.
  size_t Match(const std::vector<std::string>& words, size_t at) const {
    if (at >= words.size()) return 0;
    const auto found = by_first_.find(std::string_view(words[at]));
    if (found == by_first_.end()) return 0;
    size_t best = 0;
    for (const Phrase& phrase : found->second) best = std::max(best, Take(phrase, words, at));
    return best;
  }

  bool Has(std::string_view word) const {
    const auto found = by_first_.find(word);
    return found != by_first_.end() && std::any_of(found->second.begin(), found->second.end(),
                                                   [](const Phrase& phrase) { return phrase.size() == 1; });
  }

 private:
  using Phrase = std::vector<std::vector<std::string_view>>;

  static size_t Take(const Phrase& phrase, const std::vector<std::string>& words, size_t at) {
    size_t taken = 0;
    for (const auto& position : phrase) {
      const auto is = [&](std::string_view word) { return at + taken < words.size() && words[at + taken] == word; };
      const bool may_miss = position.size() > 1 && position[0].empty();
      if (std::any_of(position.begin(), position.end(), is))
        ++taken;
      else if (!may_miss)
        return 0;
    }
    return taken;
  }

  std::unordered_map<std::string_view, std::vector<Phrase>> by_first_;
};

struct Sets {
  PhraseSet frame, howto, tool, look, question, change, done, act, event, either, object;
};

Sets Load() {
  Sets out;
  const std::unordered_map<std::string_view, PhraseSet*> by_name = {
      {"frame", &out.frame},       {"howto", &out.howto},   {"tool", &out.tool},    {"look", &out.look},
      {"question", &out.question}, {"change", &out.change}, {"done", &out.done},    {"act", &out.act},
      {"event", &out.event},       {"either", &out.either}, {"object", &out.object}};
  for (const auto line : Split(kData[0].text, '\n')) {
    const size_t colon = line.find(':');
    if (line.empty() || line[0] == '#' || colon == line.npos) continue;
    const auto set = by_name.find(line.substr(0, colon));
    if (set == by_name.end()) continue;
    for (const auto phrase : Split(line.substr(colon + 1), ',')) {
      set->second->Add(phrase);
      if (set->second == &out.question) out.look.Add(phrase);  // a question asks to look
    }
  }
  return out;
}

const Sets& TheSets() {
  static const Sets sets = Load();
  return sets;
}

using Words = std::vector<std::string>;

constexpr std::string_view kJoint = ",";    // ends a part of the sentence
constexpr std::string_view kName = "\x01";  // quoted text, a path, a number: never a verb

bool IsWord(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c >= 'a' && c <= 'z') || c == '\'' || c == '-'; });
}

// Lower-case words; whatever ends a part becomes kJoint, whatever is no word kName.
Words Cut(std::string_view request) {
  Words out;
  const std::string text = ReplaceAll(Lower(request), "\xe2\x80\x99", "'");
  char quote = 0;
  for (std::string_view raw : SplitWords(text)) {
    if (quote != 0) {  // inside quoted text of several words
      if (raw.find(quote) != raw.npos) quote = 0;
      continue;
    }
    const bool opens = raw[0] == '"' || raw[0] == '\'' || raw[0] == '`';
    const size_t after = static_cast<size_t>(raw.data() - text.data()) + raw.size();
    if (opens && raw.find(raw[0], 1) == raw.npos && text.find(raw[0], after) != text.npos) quote = raw[0];
    size_t end = raw.size();
    while (end > 0 && std::string_view(",.;:!?)").find(raw[end - 1]) != std::string_view::npos) --end;
    const bool joint = end < raw.size() && end > 0;
    const std::string_view word = end > 0 ? raw.substr(0, end) : raw;
    if (word == "and" || word == "then" || word == "but" || word == "&" || word == "&&")
      out.emplace_back(kJoint);
    else
      out.emplace_back(IsWord(word) ? word : kName);
    if (joint) out.emplace_back(kJoint);
  }
  return out;
}

// What an inflected word may be without its ending: "copied" -> "copy", "stopped" -> "stop", "moving" -> "move".
std::vector<std::string> Stems(std::string_view word) {
  std::vector<std::string> out;
  for (const std::string_view ending : {"ed", "ing", "s", "es", "d"}) {
    if (!word.ends_with(ending) || word.size() < ending.size() + 2) continue;
    std::string stem(word.substr(0, word.size() - ending.size()));
    out.push_back(stem);
    out.push_back(stem + "e");
    if (stem.ends_with("i")) out.push_back(stem.substr(0, stem.size() - 1) + "y");
    const bool doubled = stem.size() > 2 && stem[stem.size() - 1] == stem[stem.size() - 2];
    if (doubled) out.push_back(stem.substr(0, stem.size() - 1));
  }
  return out;
}

bool IsForm(std::string_view word, const PhraseSet& verbs) {
  const auto stems = Stems(word);
  return std::any_of(stems.begin(), stems.end(), [&](const std::string& stem) { return verbs.Has(stem); });
}

enum class Part : uint8_t { kLooks, kOrders, kNeither };

class Sentence {
 public:
  explicit Sentence(std::string_view request) : words_(Cut(request)) {}

  Purpose Reading() {
    bool looks = false;
    for (size_t at = 0; at < words_.size();) {
      size_t end = at;
      while (end < words_.size() && words_[end] != kJoint) ++end;
      if (end > at) {
        const Part part = Read(at, end);
        if (part == Part::kOrders) return Purpose::kOther;
        looks |= part == Part::kLooks;
      }
      at = end + 1;
    }
    // "deleted files", "files I removed": nobody orders anything, and what is named has happened already.
    if (looks && questions_) return Purpose::kQuestion;
    return looks || (!asks_how_ && SpeaksOfChanges()) ? Purpose::kLook : Purpose::kOther;
  }

 private:
  size_t SkipFrames(size_t at, size_t end) const {
    for (size_t taken = 0; at < end; at += taken) {
      taken = sets_.frame.Match(words_, at);
      if (taken == 0 && IsAdverb(words_[at])) taken = 1;
      if (taken == 0 || at + taken > end) break;
    }
    return at;
  }

  // "recursively", but not "apply".
  bool IsAdverb(std::string_view word) const { return word.ends_with("ly") && !sets_.change.Has(word); }

  // Where the wish of a "how do I ..." begins, or `begin` when the part is none.
  size_t WishOf(size_t begin, size_t end) const {
    for (size_t at = begin; at < end; ++at) {
      const size_t how = sets_.howto.Match(words_, at), tool = sets_.tool.Match(words_, at);
      if (how > 0 && at + how < end) return at + how;
      if (tool > 0 && at + tool < end && NamesVerb(words_[at + tool])) return at + tool;
    }
    return begin;
  }

  // "delete", "deletes", "deleting": "the command that deleted ..." asks for no command.
  bool NamesVerb(std::string_view word) const {
    if (sets_.change.Has(word) || sets_.look.Has(word)) return true;
    return !word.ends_with("d") && (IsForm(word, sets_.change) || IsForm(word, sets_.look));
  }

  // What the part of the sentence from `begin` to `end` asks for.
  Part Read(size_t begin, size_t end) {
    const bool first = begin == 0;
    const size_t wish = WishOf(begin, end);
    const bool how = wish != begin;
    asks_how_ |= how;
    const size_t head = SkipFrames(wish, end);
    if (head == end) return Part::kNeither;
    const size_t look = sets_.look.Match(words_, head), change = sets_.change.Match(words_, head);
    const bool orders = change > 0 && (first ? change > look : change >= look);
    if (orders && (first || how || Commands(begin, head, change, end))) {
      last_verb_ = head;
      return Part::kOrders;
    }
    if (look == 0) return how ? Part::kOrders : Part::kNeither;
    questions_ |= sets_.question.Match(words_, head) > 0;
    last_verb_ = head;
    return Part::kLooks;
  }

  // Whether the verb of change at `head`, in a later part, is an order: not a name ("copy and delete operations"), not
  // an adjective, and not one of several verbs that share a subject ("who can read and delete it").
  bool Commands(size_t begin, size_t head, size_t taken, size_t end) const {
    const size_t next = head + taken;
    size_t named = next;  // past "put, get and delete"
    while (named < words_.size() && (words_[named] == kJoint || sets_.change.Has(words_[named]))) ++named;
    if (named < words_.size() && sets_.event.Has(words_[named])) return false;
    if (taken == 1 && sets_.either.Has(words_[head]) && next < end && !sets_.object.Has(words_[next])) return false;
    if (head != begin || begin < 2) return true;  // "and then delete": what stands between makes it an order of its own
    const size_t before = begin - 2;
    const bool verb = sets_.change.Has(words_[before]) || sets_.look.Has(words_[before]);
    return !verb || before == last_verb_;
  }

  bool SpeaksOfChanges() const {
    return std::any_of(words_.begin(), words_.end(), [&](const std::string& word) {
      return sets_.done.Has(word) || sets_.act.Has(word) || (word.ends_with("ed") && IsForm(word, sets_.change));
    });
  }

  const Sets& sets_ = TheSets();
  Words words_;
  bool asks_how_ = false, questions_ = false;
  size_t last_verb_ = static_cast<size_t>(-1);  // of the latest part that is an order or a question
};

}  // namespace

Purpose PurposeOf(std::string_view request) { return Sentence(request).Reading(); }

}  // namespace heddle::ask
