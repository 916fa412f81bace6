#include "ask/understand.h"

#include <algorithm>

#include "ask/files_query.h"
#include "ask/kinds.h"
#include "ask/render.h"
#include "ask/token.h"
#include "base/text.h"

namespace heddle::ask {
namespace {

constexpr size_t kKeep = 8;
constexpr double kFirstWord = 0.15;
constexpr double kFar = 0.2;  // for each word that meets the pattern's only by a side meaning

// Words such as "show" that hardly narrow anything: leaving one over costs little.
bool IsWeak(const Token& token, const Lexicon& lexicon) {
  const Concept show = lexicon.Named("show"), list = lexicon.Named("list"), find = lexicon.Named("find"),
                run = lexicon.Named("execute");
  return std::any_of(token.concepts.begin(), token.concepts.end(),
                     [&](Concept id) { return id == show || id == list || id == find || id == run; });
}

bool Contentful(const Token& token) { return !token.noise && token.shape != Shape::kPunctuation; }

// Whether almost any word could fill it.
bool IsOpen(SlotType type) {
  return type == SlotType::kRest || type == SlotType::kName || type == SlotType::kText || type == SlotType::kUser ||
         type == SlotType::kPattern || type == SlotType::kHost;
}

std::string SlotValue(const Filled& filled, const std::vector<Token>& tokens) {
  std::string out;
  for (size_t i : filled.tokens) {
    if (filled.type == SlotType::kFiles)
      out += (out.empty() ? "" : "\n") + tokens[i].raw;
    else
      out += (out.empty() ? "" : " ") + tokens[i].raw;
  }
  const Token& token = tokens[filled.tokens[0]];
  if (filled.type == SlotType::kCount || filled.type == SlotType::kPid)
    return std::to_string(static_cast<long long>(token.number));
  if (filled.type == SlotType::kCharacter) return std::string(CharacterOf(token.raw));
  if (filled.type == SlotType::kPort && token.raw[0] == ':') return token.raw.substr(1);
  if (filled.type == SlotType::kDuration) {
    const char* unit = token.unit == 's'   ? "second"
                       : token.unit == 'm' ? "minute"
                       : token.unit == 'h' ? "hour"
                       : token.unit == 'd' ? "day"
                       : token.unit == 'w' ? "week"
                       : token.unit == 'y' ? "year"
                                           : "month";
    return Cat({std::to_string(static_cast<long long>(token.count)), " ", unit, token.count == 1 ? "" : "s"});
  }
  return out;
}

class Reader {
 public:
  Reader(const Book& book, const Request& request, std::vector<Token> tokens)
      : book_(book), request_(request), tokens_(std::move(tokens)) {
    for (size_t i = 0; i + 1 < tokens_.size(); ++i) {
      const bool quantifier = tokens_[i].word == "all" || tokens_[i].word == "every" || tokens_[i].word == "each";
      for (size_t k = i + 1; quantifier && k <= i + 2 && k < tokens_.size(); ++k)
        many_ |= tokens_[k].word == "file" || tokens_[k].word == "files";
      many_ |= tokens_[i + 1].word == "directories" || tokens_[i + 1].word == "folders";
    }
  }

  std::vector<Candidate> Run() {
    if (std::none_of(tokens_.begin(), tokens_.end(), Contentful)) return {};
    ReadIntents();
    ReadFileRequest();
    ReadSequence();
    std::stable_sort(found_.begin(), found_.end(),
                     [](const Candidate& a, const Candidate& b) { return a.confidence > b.confidence; });
    std::vector<Candidate> out;
    for (Candidate& candidate : found_) {
      const bool seen = std::any_of(out.begin(), out.end(),
                                    [&](const Candidate& other) { return other.command == candidate.command; });
      if (seen || candidate.confidence <= 0.2 || out.size() >= kKeep) continue;
      candidate.confidence = std::min(candidate.confidence, 1.0);
      out.push_back(std::move(candidate));
    }
    return out;
  }

 private:
  // Lowers `confidence` for what a reading leaves over; fills `unexplained`.
  void Charge(const std::vector<bool>& used, Candidate& candidate) const {
    size_t content = 0;
    for (size_t i = 0; i < tokens_.size(); ++i) {
      if (Contentful(tokens_[i])) ++content;
      // "each line", "every third": leaving it out means something else.
      const bool each = tokens_[i].word == "each" && i + 1 < tokens_.size() && tokens_[i + 1].word == "line";
      const bool nth = tokens_[i].word == "every" && i + 1 < tokens_.size() && tokens_[i + 1].number > 0 &&
                       tokens_[i + 1].shape != Shape::kDuration;
      if (!used[i] && (each || nth)) candidate.confidence -= 0.2;
      if (used[i] || !Contentful(tokens_[i])) continue;
      const bool second = i > 0 && (tokens_[i - 1].word == "and" || tokens_[i - 1].word == "then");
      if (IsWeak(tokens_[i], book_.lexicon())) {
        candidate.confidence -= second ? 0.2 : 0.005;  // "... and check it out" is a second wish
        continue;
      }
      candidate.confidence -= candidate.unexplained.empty() ? 0.32 : 0.25;
      if (content == 1) candidate.confidence -= kFirstWord;  // mostly the verb, which is never dropped
      candidate.unexplained.push_back(tokens_[i].raw);
    }
    if (candidate.unexplained.size() * 3 >= content && !candidate.unexplained.empty()) candidate.confidence -= 0.15;
  }

  // "git undo ...": the name of what an intent is about needs no place in its pattern.
  void NameDomain(std::string_view intent, std::vector<bool>& used) const {
    struct Row {
      std::string_view word, domain;
    };
    static constexpr Row kRows[] = {
        {"git", "git."}, {"docker", "docker."}, {"kubernetes", "kube."}, {"kubectl", "kube."}, {"k8s", "kube."},
        {"npm", "npm."}, {"pip", "pip."},       {"cargo", "cargo."},     {"apt", "apt."},      {"systemd", "service."}};
    for (size_t i = 0; i < tokens_.size(); ++i) {
      for (const Row& row : kRows) used[i] = used[i] || (tokens_[i].word == row.word && intent.starts_with(row.domain));
    }
  }

  void ReadIntents() {
    std::vector<bool> tried(book_.tables().says.size(), false);
    const auto consider = [&](uint16_t say) {
      if (tried[say]) return;
      tried[say] = true;
      for (const Pattern& pattern : book_.Patterns(say)) TryIntent(book_.intents()[book_.say(say).owner], pattern);
    };
    for (const Token& token : tokens_) {
      for (Concept id : token.concepts) {
        for (uint16_t say : book_.Starting(id)) consider(say);
      }
      for (Concept id : token.guesses) {
        for (uint16_t say : book_.Starting(id)) consider(say);
      }
    }
    for (uint16_t say : book_.Starting(Lexicon::kNone)) consider(say);
  }

  void TryIntent(const Intent& intent, const Pattern& pattern) {
    auto match = MatchFree(pattern, tokens_);
    if (!match) return;
    Candidate candidate;
    candidate.intent = intent.name;
    candidate.missing = match->missing;
    candidate.question = intent.question;
    candidate.confidence = 0.945 + 0.015 * std::min(match->words, 4) + 0.004 * std::min(match->extra, 3) -
                           0.05 * match->guessed - kFar * match->far - 0.06 * (1 - match->order);
    double surest = 0;
    for (const Filled& filled : match->slots) {
      candidate.confidence -= (1 - std::min(1.0, filled.fit)) * (filled.fit < 0.6 ? 0.45 : 0.22);
      if (filled.type >= SlotType::kImage && filled.type != SlotType::kZone)
        candidate.confidence += 0.03;  // a file of just this kind
      if (!IsOpen(filled.type)) surest = std::max(surest, filled.fit);
    }
    // "every file in X", "all files": one file is not what is meant.
    const bool single = std::any_of(match->slots.begin(), match->slots.end(),
                                    [](const Filled& f) { return f.type == SlotType::kPath; });
    if (single && many_ && (intent.name.starts_with("text.") || intent.name.starts_with("files.")))
      candidate.confidence -= 0.05;
    // "order pizza", "delete foo": without another word or a path's look, the name could be that of anything.
    for (const Filled& filled : match->slots) {
      const Token& token = tokens_[filled.tokens[0]];
      const bool place =
          filled.type == SlotType::kPath || filled.type == SlotType::kFiles || filled.type == SlotType::kHost;
      const bool bare =
          token.shape == Shape::kWord && !token.exists && token.raw.find_first_of("_-0123456789") == token.raw.npos;
      if (place && token.directory && intent.name.starts_with("text."))
        candidate.confidence -= 0.3;  // a directory has no lines
      const bool bytes =
          intent.name.starts_with("text.base64") || intent.name == "text.hex" || intent.name == "text.strings";
      if (place && intent.name.starts_with("text.") && !bytes && IsBinary(token)) candidate.confidence -= 0.3;
      const bool host = filled.type == SlotType::kHost && token.shape == Shape::kWord;
      if (place && (bare || host) && match->words < 2) candidate.confidence -= 0.2;
    }
    if (!SaysWhat(pattern) && surest < 0.9) candidate.confidence -= 0.5;
    std::string tail;
    if (intent.lines) tail = Tail(match->used);
    if (!tail.empty()) candidate.confidence -= 0.04;  // an intent that says it itself is the better reading
    NameDomain(intent.name, match->used);
    Charge(match->used, candidate);
    if (!candidate.missing.empty()) candidate.confidence *= 0.5;
    if (candidate.confidence < 0.2) return;
    Values values;
    std::vector<std::string> slots;
    for (auto name : SplitWords(intent.slots)) slots.emplace_back(name);
    for (const Filled& filled : match->slots) {
      std::string& value = values[filled.name];
      value = SlotValue(filled, tokens_);
      const bool path = filled.type == SlotType::kPath || filled.type == SlotType::kFiles || IsFileKind(filled.type) ||
                        tokens_[filled.tokens[0]].exists;
      if (path && LooksLikeOption(value)) value.insert(0, "./");
    }
    for (const Filled& filled : match->slots) {
      const Token& token = tokens_[filled.tokens[0]];
      if (filled.type == SlotType::kSize)
        values[filled.name] = Cat({std::to_string(static_cast<long long>(token.count)),
                                   std::string(1, token.unit == 'c' ? 'c' : token.unit)});
    }
    const std::string_view best = ChooseCommand(intent);
    if (best.empty()) return;
    Rendered rendered = Render(best, values, slots, request_.dialect);
    if (rendered.option_like) return;
    for (auto& name : rendered.missing) {
      if (std::find(candidate.missing.begin(), candidate.missing.end(), name) == candidate.missing.end()) {
        candidate.missing.push_back(name);
        candidate.confidence *= 0.5;
      }
    }
    candidate.command = rendered.text + tail;
    found_.push_back(std::move(candidate));
  }

  // The first command for this system whose program is installed; else the first for the system.
  std::string_view ChooseCommand(const Intent& intent) const {
    std::string_view first;
    const bool fish = request_.dialect == shell::Dialect::kFish;
    for (std::string_view system :
         {fish ? std::string_view("fish") : std::string_view("-"), std::string_view(request_.system)}) {
      for (const Command& command : book_.CommandsOf(intent)) {
        if (command.system != system) continue;
        if (first.empty()) first = command.text;
        const std::string_view program = command.text.substr(0, command.text.find(' '));
        if (!request_.installed || request_.installed(program == "sudo" ? SplitWords(command.text)[1] : program))
          return command.text;
      }
      if (!first.empty()) return first;
    }
    for (const Command& command : book_.CommandsOf(intent)) {
      if (!command.system.empty()) continue;
      if (first.empty()) first = command.text;
      const std::string_view program = command.text.substr(0, command.text.find(' '));
      if (!request_.installed || request_.installed(program)) return command.text;
    }
    return first;
  }

  // "... first 5", "sorted", "and count them", "save to x": what may follow a command that prints lines.
  std::string Tail(std::vector<bool>& used) const {
    static constexpr std::string_view kTails[] = {"sort.name",  "sort.reverse", "limit",
                                                  "limit.last", "verb.count",   "save"};
    std::string pieces[5];
    bool sorted = false, reversed = false;
    for (size_t at = 0; at < tokens_.size(); ++at) {
      if (used[at] || (tokens_[at].noise && tokens_[at].word != "only")) continue;
      for (Concept id : tokens_[at].concepts) {
        for (uint16_t say : book_.ModifiersAt(id)) {
          const std::string_view name = book_.modifiers()[book_.say(say).owner].name;
          if (used[at] || std::find(std::begin(kTails), std::end(kTails), name) == std::end(kTails)) continue;
          for (const Pattern& pattern : book_.Patterns(say)) {
            auto match = MatchHere(pattern, tokens_, at);
            if (!match || std::any_of(used.begin() + static_cast<std::ptrdiff_t>(at),
                                      used.begin() + static_cast<std::ptrdiff_t>(match->end), [](bool u) { return u; }))
              continue;
            std::fill(used.begin() + static_cast<std::ptrdiff_t>(at),
                      used.begin() + static_cast<std::ptrdiff_t>(match->end), true);
            const std::string value = match->slots.empty() ? "" : SlotValue(match->slots[0], tokens_);
            if (name == "sort.name") sorted = true;
            if (name == "sort.reverse") sorted = reversed = true;
            if (name == "limit") pieces[2] = " | head -n " + value;
            if (name == "limit.last") pieces[2] = " | tail -n " + value;
            if (name == "verb.count") pieces[3] = " | wc -l";
            if (name == "save") pieces[4] = " > " + PathWord(value, request_.dialect);
            break;
          }
        }
      }
    }
    if (sorted) pieces[1] = reversed ? " | sort -r" : " | sort";
    return pieces[1] + pieces[2] + pieces[3] + pieces[4];
  }

  // Whether a pattern demands a word that means more than "show".
  bool SaysWhat(const Pattern& pattern) const {
    return std::any_of(pattern.items.begin(), pattern.items.end(), [&](const Item& item) {
      if (item.slot || item.optional || item.cue) return false;
      Token probe;
      probe.concepts = item.meaning->concepts;
      return !IsWeak(probe, book_.lexicon()) || item.meaning->concepts.size() > 6;
    });
  }

  void ReadFileRequest() {
    FilesReading reading = ReadFiles(book_, tokens_);
    if (reading.content_phrases == 0) return;
    const FilesQuery& query = reading.query;
    const bool about_files = query.kind != FileKindWanted::kUnset || !query.files.empty() || !query.names.empty() ||
                             !query.roots.empty() || query.sort != SortKey::kNone || query.size_min || query.empty ||
                             query.hidden || query.broken || query.action == FileAction::kSearch ||
                             query.action == FileAction::kTree || query.action == FileAction::kDuplicates ||
                             query.action == FileAction::kLowercase || query.action == FileAction::kSpaces ||
                             query.action == FileAction::kExtension || query.action == FileAction::kExtensionsCount ||
                             query.action == FileAction::kTotalSize;
    if (!about_files) return;
    auto command = PlanFiles(query, {.dialect = request_.dialect, .system = request_.system});
    if (!command) return;
    Candidate candidate;
    candidate.intent = "files";
    candidate.command = *std::move(command);
    candidate.confidence =
        0.955 - 0.05 * reading.guessed - (1 - std::min(1.0, reading.weakest)) * (reading.weakest < 0.6 ? 0.45 : 0.2);
    if (query.action == FileAction::kNone && reading.content_phrases < 2) candidate.confidence -= 0.2;
    Charge(reading.used, candidate);
    found_.push_back(std::move(candidate));
  }

  // "A and then B": two requests, each understood by itself.
  void ReadSequence() {
    if (request_.text.empty() || tokens_.size() < 4) return;
    double best = 0;
    for (const Candidate& candidate : found_) best = std::max(best, candidate.confidence);
    if (best >= 0.9) return;
    for (size_t at = 1; at + 1 < tokens_.size(); ++at) {
      const bool joint = tokens_[at].word == "and" || tokens_[at].word == "then" || tokens_[at].word == ",";
      if (!joint) continue;
      size_t next = at + 1;
      while (next < tokens_.size() &&
             (tokens_[next].word == "then" || tokens_[next].word == "and" || tokens_[next].word == "also"))
        ++next;
      std::vector<Token> left(tokens_.begin(), tokens_.begin() + static_cast<std::ptrdiff_t>(at)),
          right(tokens_.begin() + static_cast<std::ptrdiff_t>(next), tokens_.end());
      const bool asks = std::any_of(right.begin(), right.end(), [](const Token& token) {
        return token.shape == Shape::kWord && !token.concepts.empty();
      });
      if (!asks) continue;             // "combine a and b" is one wish
      const Token* subject = nullptr;  // what "it" means
      for (const Token& token : left) {
        if (Fit(SlotType::kPath, token, false) >= 0.5 && Contentful(token)) subject = &token;
      }
      for (Token& token : right) {
        if ((token.word == "it" || token.word == "there") && subject != nullptr) token = *subject;
      }
      Request alone = request_;
      alone.text.clear();  // no further splitting below
      auto first = Reader(book_, alone, left).Run();
      auto second = Reader(book_, alone, right).Run();
      if (first.empty() || second.empty() || first[0].command.ends_with('&') || !first[0].missing.empty() ||
          !second[0].missing.empty())
        continue;
      Candidate candidate;
      candidate.intent = first[0].intent + "+" + second[0].intent;
      candidate.command = first[0].command + " && " + second[0].command;
      candidate.confidence = std::min(first[0].confidence, second[0].confidence) - 0.06;
      candidate.unexplained = first[0].unexplained;
      candidate.unexplained.insert(candidate.unexplained.end(), second[0].unexplained.begin(),
                                   second[0].unexplained.end());
      found_.push_back(std::move(candidate));
    }
  }

  const Book& book_;
  const Request& request_;
  std::vector<Token> tokens_;
  std::vector<Candidate> found_;
  bool many_ = false;  // the request is about all files of some place
};

}  // namespace

Result<Understanding> Understand(const Book& book, const Request& request) {
  TRY_ASSIGN(std::vector<Token> tokens, Tokenize(request.text, book.lexicon(), {.exists = request.exists}));
  Understanding out;
  out.candidates = Reader(book, request, std::move(tokens)).Run();
  return out;
}

}  // namespace heddle::ask
