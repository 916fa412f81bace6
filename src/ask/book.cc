#include "ask/book.h"

#include <cstdio>
#include <cstdlib>

#include "base/text.h"

namespace heddle::ask {
namespace {

struct Embedded { std::string_view path, text; };
constexpr Embedded kFiles[] = {
#include "book.inc"
};

const std::vector<Book::Entry> kEmpty;

}  // namespace

Result<> Book::AddFile(const Source& source) {
  Intent* intent = nullptr;
  Modifier* modifier = nullptr;
  size_t number = 0;
  for (auto raw : Split(source.text, '\n')) {
    ++number;
    const auto line = Trim(raw);
    if (line.empty() || line[0] == '#') continue;
    const auto fail = [&](std::string_view why) { return Error{Code::kInvalid, Cat({source.path, ":", std::to_string(number), ": ", why})}; };
    const size_t blank = line.find(' ');
    const std::string_view key = line.substr(0, blank);
    const std::string_view rest = blank == line.npos ? "" : Trim(line.substr(blank));
    if (key == "intent" && !rest.empty()) {
      intent = &intents_.emplace_back();
      intent->name = std::string(rest);
      modifier = nullptr;
    } else if (key == "mod" && !rest.empty()) {
      modifier = &modifiers_.emplace_back();
      modifier->name = std::string(rest);
      intent = nullptr;
    } else if (key == "say" && (intent != nullptr || modifier != nullptr)) {
      auto patterns = CompilePattern(rest, lexicon_);
      if (!patterns) return fail(patterns.error().message);
      auto& list = intent != nullptr ? intent->patterns : modifier->patterns;
      for (auto& pattern : *patterns) list.push_back(std::move(pattern));
    } else if ((key == "run" || key.starts_with("run.")) && intent != nullptr) {
      const std::string_view system = key == "run" ? "" : key == "run.bsd" ? "bsd" : key == "run.busybox" ? "busybox" : key == "run.fish" ? "fish" : "?";
      if (system == "?") return fail("run takes .bsd, .busybox or .fish");
      intent->commands.push_back({system, std::string(rest)});
    } else if (key == "lines" && intent != nullptr) {
      intent->lines = true;
    } else if (key == "ask" && intent != nullptr) {
      intent->question = std::string(rest);
    } else {
      return fail(Cat({"unknown line '", key, "'; expected intent, mod, say, run, lines or ask"}));
    }
    if (intents_.size() > 20000 || modifiers_.size() > 2000) return fail("too many entries");
  }
  return {};
}

void Book::Index() {
  by_concept_.resize(lexicon_.concepts());
  modifiers_by_concept_.resize(lexicon_.concepts());
  // A pattern is listed under its rarest required word, so that common verbs wake few patterns.
  std::vector<int> uses(lexicon_.concepts(), 0);
  const auto required = [](const Item& item) { return !item.slot && !item.optional && !item.cue; };
  for (const Intent& intent : intents_) {
    for (const Pattern& pattern : intent.patterns) {
      for (const Item& item : pattern.items) {
        if (!required(item)) continue;
        for (Concept id : item.concepts) ++uses[id];
      }
    }
  }
  for (size_t i = 0; i < intents_.size(); ++i) {
    for (size_t p = 0; p < intents_[i].patterns.size(); ++p) {
      const Item* rarest = nullptr;
      int least = 0;
      for (const Item& item : intents_[i].patterns[p].items) {
        if (!required(item)) continue;
        int total = 0;
        for (Concept id : item.concepts) total += uses[id];
        if (rarest == nullptr || total < least) rarest = &item, least = total;
      }
      const Entry entry{static_cast<uint16_t>(i), static_cast<uint16_t>(p)};
      if (rarest == nullptr) by_concept_[Lexicon::kNone].push_back(entry);
      else for (Concept id : rarest->concepts) by_concept_[id].push_back(entry);
    }
  }
  for (size_t m = 0; m < modifiers_.size(); ++m) {
    for (size_t p = 0; p < modifiers_[m].patterns.size(); ++p) {
      const Entry entry{static_cast<uint16_t>(m), static_cast<uint16_t>(p)};
      for (const Item& item : modifiers_[m].patterns[p].items) {
        if (item.slot) modifiers_by_concept_[Lexicon::kNone].push_back(entry);
        else for (Concept id : item.concepts) modifiers_by_concept_[id].push_back(entry);
        if (!item.optional) break;
      }
    }
  }
}

Result<Book> Book::Load(const std::vector<Source>& sources) {
  Book book;
  for (const Source& source : sources) {
    if (!source.path.ends_with("lexicon.txt")) continue;
    auto lexicon = Lexicon::Parse(source.text);
    if (!lexicon) return std::move(lexicon).error().Context(source.path);
    book.lexicon_ = *std::move(lexicon);
  }
  for (const Source& source : sources) {
    if (source.path.ends_with(".ask")) TRY(book.AddFile(source));
  }
  book.Index();
  return book;
}

const Book& Book::BuiltIn() {
  static const Book book = [] {
    std::vector<Source> sources;
    for (const Embedded& file : kFiles) sources.push_back({file.path, file.text});
    auto loaded = Load(sources);
    if (!loaded) {  // our own data: a bug that the tests catch
      std::fprintf(stderr, "heddle: %s\n", loaded.error().message.c_str());
      std::abort();
    }
    return *std::move(loaded);
  }();
  return book;
}

const std::vector<Book::Entry>& Book::Starting(Concept id) const { return id < by_concept_.size() ? by_concept_[id] : kEmpty; }
const std::vector<Book::Entry>& Book::ModifiersAt(Concept id) const { return id < modifiers_by_concept_.size() ? modifiers_by_concept_[id] : kEmpty; }

}  // namespace heddle::ask
