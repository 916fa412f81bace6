// From the text of a pattern to its variants.
#include "ask/pattern.h"
#include "base/text.h"

namespace heddle::ask {
namespace {

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

  template <typename T>
  static void Append(std::vector<T>& to, const std::vector<T>& from) {
    to.insert(to.end(), from.begin(), from.end());
  }

  // (a|b|c) of single words is one item.
  static Variants Merge(Variants choices) {
    if (choices.size() == 1) return choices;
    Item any;
    any.cue = true;
    auto meaning = std::make_shared<Meaning>();
    for (const auto& choice : choices) {
      if (choice.size() != 1 || choice[0].slot || choice[0].optional) return choices;
      Append(meaning->concepts, choice[0].meaning->concepts);
      Append(meaning->near, choice[0].meaning->near);
      Append(meaning->lemmas, choice[0].meaning->lemmas);
      any.cue = any.cue && choice[0].cue;
    }
    any.meaning = std::move(meaning);
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
    const bool may_be_phrase = lexicon_.BeginsPhrase(text_.substr(at_, word_end(at_) - at_));
    for (size_t from = at_; may_be_phrase && from < text_.size() && ahead.size() < 6;) {
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
    auto meaning = std::make_shared<Meaning>();
    if (length > 1) {
      at_ = ends[length - 1];
      meaning->concepts = {phrase};
      item.meaning = std::move(meaning);
      return item;
    }
    const bool required = text_[at_] == '+';  // "+each": a small word that this pattern cannot do without
    if (required) ++at_;
    const size_t end = word_end(at_);
    const std::string_view word = text_.substr(at_, end - at_);
    at_ = end;
    const bool noise = lexicon_.IsNoise(word);
    item.cue = noise && !required;
    if (!lexicon_.frozen()) lexicon_.Intern(word);
    const auto found = lexicon_.Find(word);
    meaning->concepts.assign(found.begin(), found.end());
    meaning->lemmas = {Lemma(word)};
    for (Concept id : found) {
      if (lexicon_.Name(id) == meaning->lemmas[0]) meaning->near = {id};
    }
    if (meaning->near.empty() && found.size() == 1) {
      const std::string_view head = lexicon_.Name(found[0]);
      if (head == meaning->lemmas[0] || head.empty())
        meaning->near = meaning->concepts;
      else
        meaning->lemmas.emplace_back(head);
    }
    item.meaning = std::move(meaning);
    return item;
  }

  std::string_view text_;
  Lexicon& lexicon_;
  size_t at_ = 0;
  int group_ = 0, depth_ = 0;
  std::string error_;
};

}  // namespace

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

}  // namespace heddle::ask
