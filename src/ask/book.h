// Book: everything heddle can be asked, as data: intents (ways to say something, and the command that does it) and
// modifiers (phrases that narrow or shape a file request). Loaded once from the embedded data/ask/*.ask; immutable then.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ask/lexicon.h"
#include "ask/pattern.h"
#include "base/result.h"

namespace heddle::ask {

struct Command {
  std::string_view system;   // "" any, "bsd", "busybox", "fish"
  std::string text;          // template: see render.h
};

struct Intent {
  std::string name;          // "git.undo-commit"
  std::vector<Pattern> patterns;
  std::vector<Command> commands;   // in order of preference
  bool lines = false;        // prints lines: "first 5", "sorted", "count" may follow
  std::string question;      // asked when a slot is missing
};

struct Modifier {
  std::string name;          // "size.min"
  std::vector<Pattern> patterns;
};

class Book {
 public:
  struct Source { std::string_view path, text; };

  // `sources` are lexicon.txt and *.ask files. Errors name file and line.
  static Result<Book> Load(const std::vector<Source>& sources);
  // The embedded one.
  static const Book& BuiltIn();

  const Lexicon& lexicon() const { return lexicon_; }
  const std::vector<Intent>& intents() const { return intents_; }
  const std::vector<Modifier>& modifiers() const { return modifiers_; }
  // Indices (intent, pattern) whose first required concept is one of the request's.
  struct Entry { uint16_t intent, pattern; };
  const std::vector<Entry>& Starting(Concept concept_id) const;
  // Indices (modifier, pattern) whose first item may be this concept; those that begin with a slot are under kNone.
  const std::vector<Entry>& ModifiersAt(Concept concept_id) const;

 private:
  Result<> AddFile(const Source& source);
  void Index();

  Lexicon lexicon_;
  std::vector<Intent> intents_;
  std::vector<Modifier> modifiers_;
  std::vector<std::vector<Entry>> by_concept_, modifiers_by_concept_;
};

}  // namespace heddle::ask
