// Rules: what is known of commands, as data. data/rules/*.toml is compiled into tables at build time; user files are
// parsed by the same code at run time. A rule matches one resolved command by name, subcommand, flags and operand
// positions, never by a substring of the line.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "shell/invocation.h"
#include "shell/risk.h"
#include "shell/rows/program_index.h"
#include "shell/rule_rows.h"

namespace heddle::shell {

class RuleSet {
 public:
  // The built-in rules; never changes.
  static const RuleSet& BuiltIn();

  RuleSet() = default;
  RuleSet(const RuleTables& tables, const ProgramIndex& index) : tables_(tables), index_(index) {}

  // Errors name file and line: unknown keys, wrong types, unknown names. `file` is used in messages only. `natures` are
  // lines as in nature.txt, `options` as in options/*.txt.
  static Result<RuleSet> FromToml(std::string_view text, std::string_view file, std::string_view natures = {},
                                  std::string_view options = {});

  const RuleTables& tables() const { return tables_; }

  // What the rows say of a program; nullptr: nothing. Names that are globs are not among them.
  const Program* Find(std::string_view program) const { return index_.Find(program); }

  // Tells flags, their values and operands apart; `more` are rows besides these (a user's).
  Invocation Read(const std::vector<Field>& argv, const RuleSet* more = nullptr) const;
  // The wrapper that `argv` is, and where its command begins; nullptr when it is none or names no command.
  const WrapperRow* Wrapper(const std::vector<Field>& argv, size_t& command_at) const;
  // The options of the command that mean more than data.
  std::vector<const OptionRow*> Options(const Invocation& invocation) const;
  // Whether `what` (CommandRow::runs) of the program is run as code.
  bool Runs(std::string_view program, std::string_view what) const;
  // The language of that code.
  std::string_view LanguageOf(std::string_view program) const;
  // What its commands begin with where a shell runs the rest; nullptr: nothing.
  const EscapeRow* Escapes(std::string_view program) const;
  const VariableRow* Variable(std::string_view name) const;
  // The rules whose command, flags and argument globs match; places are left to the caller.
  // `sub` gets, for each, the number of operands its subcommand used up.
  struct Match {
    const Rule* rule;
    size_t sub;
  };
  std::vector<Match> Matching(const Invocation& invocation) const;
  // Those of the rules about any program ("*"): they take a command that nothing else describes at its word.
  std::vector<Match> MatchingAny(const Invocation& invocation) const;
  // The first option of the command that no row names, as far as its own options go; nullptr: none. `argv` are its words.
  const Flag* Undeclared(const Invocation& invocation, const std::vector<Field>& argv) const;
  const PlaceRule* Place(const Effect& effect) const;
  // Whether anything is said of a program of this name, by a glob too.
  bool Knows(std::string_view name) const;
  // The files that the command reads for what to run.
  std::vector<std::string_view> Loads(const Invocation& invocation) const;
  // Whether it surely only says what it would do ("--dry-run"), by an option that a row calls so.
  bool OnlyTells(const Invocation& invocation) const;
  // Whether a row says that this command is harmless but for what rules see, or that it runs the words after it.
  bool CallsKnown(const Invocation& invocation) const;
  // Whether a program can destroy, or run, what its words say: worth a look behind a program that is not known.
  bool IsDangerous(std::string_view name) const;
  // Names of the commands that some rule is about, for globs in command position.
  std::vector<std::string_view> NamesMatching(std::string_view glob) const;

 private:
  friend class TomlReader;
  size_t CommandBegin(const WrapperRow& wrapper, const SubRow& row, const Program& program,
                      const std::vector<Field>& argv) const;
  void AddMatches(const Program& program, const Invocation& invocation, std::vector<Match>& out) const;
  OptionReader::Source SourceOf(const Program* program) const {
    return {program, tables_.commands, tables_.options};
  }

  struct Storage;
  std::shared_ptr<const Storage> storage_;  // owns what a parsed set's views refer to
  RuleTables tables_;
  ProgramIndex index_;
};

}  // namespace heddle::shell
