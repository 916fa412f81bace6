#include "ask/book.h"

#include <algorithm>
#include <deque>

#include "base/text.h"

namespace heddle::ask {
namespace {

std::span<const Concept> ConceptsOf(const Item& item) {
  return item.meaning ? std::span<const Concept>(item.meaning->concepts) : std::span<const Concept>();
}

bool Required(const Item& item) { return !item.slot && !item.optional && !item.cue; }

// "a | b" at the top level is two ways to say it.
std::vector<std::string_view> SplitAlternatives(std::string_view text) {
  std::vector<std::string_view> out;
  int level = 0;
  size_t from = 0;
  for (size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && (text[i] == '(' || text[i] == '[')) ++level;
    if (i < text.size() && (text[i] == ')' || text[i] == ']')) --level;
    if (i < text.size() && !(text[i] == '|' && level == 0)) continue;
    if (auto part = Trim(text.substr(from, i - from)); !part.empty()) out.push_back(part);
    from = i + 1;
  }
  return out;
}

}  // namespace

// Reads the text form into owned tables.
struct Book::Builder {
  Lexicon lexicon;
  Lexicon::Storage frozen;
  std::deque<std::string> texts;
  std::vector<Intent> intents;
  std::vector<Modifier> modifiers;
  std::vector<Command> commands;
  std::vector<Say> says;
  std::vector<std::vector<Pattern>> patterns;  // per say
  std::vector<uint16_t> entries;
  std::vector<uint32_t> intent_start, modifier_start;

  std::string_view Keep(std::string_view text) { return texts.emplace_back(text); }

  Result<> AddSay(std::string_view text, bool modifier) {
    for (auto part : SplitAlternatives(text)) {
      auto compiled = CompilePattern(part, lexicon);
      if (!compiled) return std::move(compiled).error();
      for (const Pattern& pattern : *compiled) {
        for (const Item& item : pattern.items) {
          if (item.slot && !modifier) AddSlot(item.name);
        }
      }
      says.push_back({Keep(part), static_cast<uint16_t>((modifier ? modifiers.size() : intents.size()) - 1), modifier});
      patterns.push_back(*std::move(compiled));
    }
    if (says.size() > 60000) return Error{Code::kTooLarge, "more than 60,000 ways to say something"};
    return {};
  }

  void AddSlot(const std::string& name) {
    for (auto known : SplitWords(intents.back().slots)) {
      if (known == name) return;
    }
    intents.back().slots = Keep(Cat({intents.back().slots, intents.back().slots.empty() ? "" : " ", name}));
  }

  Result<> AddCommand(std::string_view key, std::string_view text) {
    static constexpr std::string_view kSystems[] = {"", "bsd", "busybox", "fish"};
    const std::string_view system = key == "run" ? "" : key.substr(4);
    const auto known = std::find(std::begin(kSystems), std::end(kSystems), system);
    if (known == std::end(kSystems)) return Error{Code::kInvalid, "run takes .bsd, .busybox or .fish"};
    if (intents.back().commands == 0) intents.back().first_command = static_cast<uint16_t>(commands.size());
    ++intents.back().commands;
    commands.push_back({*known, Keep(text)});
    return {};
  }

  Result<> AddFile(const Source& source) {
    enum { kNothing, kIntent, kModifier } now = kNothing;
    size_t number = 0;
    for (auto raw : Split(source.text, '\n')) {
      ++number;
      const auto line = Trim(raw);
      if (line.empty() || line[0] == '#') continue;
      const std::string where = Cat({source.path, ":", std::to_string(number)});
      const size_t blank = line.find(' ');
      const std::string_view key = line.substr(0, blank);
      const std::string_view rest = blank == line.npos ? "" : Trim(line.substr(blank));
      Result<> done;
      if (key == "intent" && !rest.empty()) {
        intents.push_back({.name = Keep(rest)});
        now = kIntent;
      } else if (key == "mod" && !rest.empty()) {
        modifiers.push_back({Keep(rest)});
        now = kModifier;
      } else if (key == "say" && now != kNothing) {
        done = AddSay(rest, now == kModifier);
      } else if ((key == "run" || key.starts_with("run.")) && now == kIntent) {
        done = AddCommand(key, rest);
      } else if (key == "lines" && now == kIntent) {
        intents.back().lines = true;
      } else if (key == "ask" && now == kIntent) {
        intents.back().question = Keep(rest);
      } else {
        return Error{Code::kInvalid,
                     Cat({where, ": unknown line '", key, "'; expected intent, mod, say, run, lines or ask"})};
      }
      if (!done) return std::move(done).error().Context(where);
      if (intents.size() > 20000 || modifiers.size() > 2000)
        return Error{Code::kTooLarge, Cat({where, ": too many entries"})};
    }
    return {};
  }

  // Lists every say under the rarest of its required words, so that common verbs wake few patterns.
  void Index() {
    const size_t concepts = lexicon.concepts();
    std::vector<int> uses(concepts, 0);
    std::vector<std::vector<uint16_t>> by_rarest(concepts), by_first(concepts);
    for (size_t s = 0; s < says.size(); ++s) {
      for (const Pattern& pattern : patterns[s]) {
        for (const Item& item : pattern.items) {
          for (Concept id : ConceptsOf(item)) uses[id] += Required(item) ? 1 : 0;
        }
      }
    }
    const auto list = [](std::vector<uint16_t>& at, size_t say) {
      if (at.empty() || at.back() != say) at.push_back(static_cast<uint16_t>(say));
    };
    for (size_t s = 0; s < says.size(); ++s) {
      for (const Pattern& pattern : patterns[s]) {
        if (says[s].modifier) {
          for (const Item& item : pattern.items) {
            if (item.slot) list(by_first[Lexicon::kNone], s);
            for (Concept id : ConceptsOf(item)) list(by_first[id], s);
            if (!item.optional) break;
          }
          continue;
        }
        const Item* rarest = nullptr;
        int least = 0;
        for (const Item& item : pattern.items) {
          if (!Required(item)) continue;
          int total = 0;
          for (Concept id : ConceptsOf(item)) total += uses[id];
          if (rarest == nullptr || total < least) rarest = &item, least = total;
        }
        if (rarest == nullptr)
          list(by_rarest[Lexicon::kNone], s);
        else
          for (Concept id : ConceptsOf(*rarest)) list(by_rarest[id], s);
      }
    }
    for (auto [lists, start] : {std::pair{&by_rarest, &intent_start}, std::pair{&by_first, &modifier_start}}) {
      for (const auto& each : *lists) {
        start->push_back(static_cast<uint32_t>(entries.size()));
        entries.insert(entries.end(), each.begin(), each.end());
      }
      start->push_back(static_cast<uint32_t>(entries.size()));
    }
  }

  BookTables Tables() {
    frozen = lexicon.Freeze();
    return {{frozen.names, frozen.words, frozen.concepts, frozen.noise, frozen.plain, frozen.phrases},
            intents,
            modifiers,
            commands,
            says,
            entries,
            intent_start,
            modifier_start};
  }
};

Book::Book(const BookTables& tables) : tables_(tables), lexicon_(tables.lexicon), compiled_(tables.says.size()) {}
Book::~Book() = default;

Result<std::unique_ptr<Book>> Book::Load(const std::vector<Source>& sources) {
  auto builder = std::make_unique<Builder>();
  for (const Source& source : sources) {
    if (!source.path.ends_with("lexicon.txt")) continue;
    auto lexicon = Lexicon::Parse(source.text);
    if (!lexicon) return std::move(lexicon).error().Context(source.path);
    builder->lexicon = *std::move(lexicon);
  }
  for (const Source& source : sources) {
    if (source.path.ends_with(".ask")) TRY(builder->AddFile(source));
  }
  builder->Index();
  auto book = std::make_unique<Book>(builder->Tables());
  book->owned_ = std::move(builder);
  return book;
}

std::span<const uint16_t> Book::Starting(Concept id) const {
  if (id + size_t{1} >= tables_.intent_start.size()) return {};
  return tables_.entries.subspan(tables_.intent_start[id], tables_.intent_start[id + 1] - tables_.intent_start[id]);
}

std::span<const uint16_t> Book::ModifiersAt(Concept id) const {
  if (id + size_t{1} >= tables_.modifier_start.size()) return {};
  return tables_.entries.subspan(tables_.modifier_start[id],
                                 tables_.modifier_start[id + 1] - tables_.modifier_start[id]);
}

const std::vector<Pattern>& Book::Patterns(uint16_t say) const {
  const std::lock_guard lock(mutex_);
  auto& slot = compiled_[say];
  if (!slot) {
    auto patterns = CompilePattern(tables_.says[say].text, lexicon_);
    slot = std::make_unique<std::vector<Pattern>>(patterns ? *std::move(patterns) : std::vector<Pattern>());
  }
  return *slot;
}

}  // namespace heddle::ask
