// Book: everything heddle can be asked, as data: intents (ways to say something, and the command that does it) and
// modifiers (phrases that narrow or shape a file request). The build turns data/ask/* into tables; a way to say
// something is compiled the first time a request has its rarest word.
#pragma once

#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ask/lexicon.h"
#include "ask/pattern.h"
#include "base/result.h"

namespace heddle::ask {

struct Command {
  std::string_view system;  // "" any, "bsd", "busybox", "fish"
  std::string_view text;    // template: see render.h
};

struct Intent {
  std::string_view name;                     // "git.undo-commit"
  std::string_view question;                 // asked when a slot is missing
  std::string_view slots;                    // names of all its slots, blank-separated
  uint16_t first_command = 0, commands = 0;  // in order of preference
  bool lines = false;                        // prints lines: "first 5", "sorted", "count" may follow
};

struct Modifier {
  std::string_view name;  // "size.min"
};

// One way to say something; `owner` is an intent or, from Book::modifier_says() on, a modifier.
struct Say {
  std::string_view text;
  uint16_t owner = 0;
  bool modifier = false;
};

struct BookTables {
  LexiconTables lexicon;
  std::span<const Intent> intents;
  std::span<const Modifier> modifiers;
  std::span<const Command> commands;
  std::span<const Say> says;
  std::span<const uint16_t> entries;         // says, grouped by concept
  std::span<const uint32_t> intent_start;    // per concept + 1: range of `entries` for intents
  std::span<const uint32_t> modifier_start;  // the same for modifiers, by the concept of their first word
};

class Book {
 public:
  struct Source {
    std::string_view path, text;
  };

  // `sources` are lexicon.txt and *.ask files; they need not outlive the book. Errors name file and line.
  static Result<std::unique_ptr<Book>> Load(const std::vector<Source>& sources);
  // The embedded one.
  static const Book& BuiltIn();
  explicit Book(const BookTables& tables);
  ~Book();

  const Lexicon& lexicon() const { return lexicon_; }
  std::span<const Intent> intents() const { return tables_.intents; }
  std::span<const Modifier> modifiers() const { return tables_.modifiers; }
  std::span<const Command> CommandsOf(const Intent& intent) const {
    return tables_.commands.subspan(intent.first_command, intent.commands);
  }
  const Say& say(uint16_t id) const { return tables_.says[id]; }
  const BookTables& tables() const { return tables_; }
  // Says whose rarest required word may mean this concept (kNone: those that require no word).
  std::span<const uint16_t> Starting(Concept concept_id) const;
  // Says of modifiers whose first word may mean this concept; those that begin with a slot are under kNone.
  std::span<const uint16_t> ModifiersAt(Concept concept_id) const;
  // The patterns of a say; compiled once. Thread-safe.
  const std::vector<Pattern>& Patterns(uint16_t say) const;

 private:
  struct Builder;
  BookTables tables_;
  mutable Lexicon lexicon_;  // frozen: compiling patterns cannot change it
  std::unique_ptr<Builder> owned_;
  mutable std::mutex mutex_;
  mutable std::vector<std::unique_ptr<std::vector<Pattern>>> compiled_;
};

}  // namespace heddle::ask
