// Rules: what is known of commands, as data. data/rules/*.toml is compiled into tables at build time; user files are
// parsed by the same code at run time. A rule matches one resolved command by name, subcommand, flags and operand
// positions, never by a substring of the line.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "shell/expand.h"
#include "shell/risk.h"
#include "shell/rule_rows.h"

namespace heddle::shell {

struct Flag {
  std::string name;  // "--force", or a cluster "-rf"
  std::string value;
};

// One command with its arguments told apart.
struct Invocation {
  std::string name;  // base name of the command
  std::vector<Flag> flags;
  std::vector<Field> operands;
  bool clusters = true;
};

bool HasFlag(const Invocation& invocation, std::string_view spec);
// The values that the options named by `spec` have, in order: "-o", "--output", "-o=ProxyCommand=*".
std::vector<std::string> ValuesOf(const Invocation& invocation, std::string_view spec);

class RuleSet {
 public:
  // The built-in rules; never changes.
  static const RuleSet& BuiltIn();

  RuleSet() = default;
  struct Tables {
    std::span<const CommandRow> commands{};
    std::span<const WrapperRow> wrappers{};
    std::span<const OptionRow> options{};
    std::span<const VariableRow> variables{};
    std::span<const Rule> rules{};
    std::span<const PlaceRule> places{};
    std::span<const CodeRule> code{};
  };
  explicit RuleSet(const Tables& tables);

  // Errors name file and line: unknown keys, wrong types, unknown names. `file` is used in messages only.
  static Result<RuleSet> FromToml(std::string_view text, std::string_view file);

  const Tables& tables() const { return tables_; }

  // Tells flags, their values and operands apart.
  Invocation Read(const std::vector<Field>& argv) const;
  // The wrapper that `argv` is, and where its command begins; nullptr when it is none or names no command.
  const WrapperRow* Wrapper(const std::vector<Field>& argv, size_t& command_at) const;
  // The options of the command that mean more than data.
  std::vector<const OptionRow*> Options(const Invocation& invocation) const;
  const VariableRow* Variable(std::string_view name) const;
  // The rules whose command, flags and argument globs match; places are left to the caller.
  // `sub` gets, for each, the number of operands its subcommand used up.
  struct Match {
    const Rule* rule;
    size_t sub;
  };
  std::vector<Match> Find(const Invocation& invocation) const;
  const PlaceRule* Place(const Effect& effect) const;
  bool Knows(std::string_view name) const;
  // Whether a program can destroy, or run, what its words say: worth a look behind a program that is not known.
  bool IsDangerous(std::string_view name) const;
  // Names of the commands that some rule is about, for globs in command position.
  std::vector<std::string_view> NamesMatching(std::string_view glob) const;

 private:
  friend class TomlReader;
  class OptionReader;
  void Index();
  size_t CommandBegin(const WrapperRow& wrapper, std::string_view command, const std::vector<Field>& argv) const;

  struct Storage;
  std::shared_ptr<const Storage> storage_;  // owns what a parsed set's views refer to
  Tables tables_;
  std::unordered_multimap<std::string_view, const Rule*> by_name_;
  std::unordered_map<std::string_view, const CommandRow*> rows_;
  std::unordered_map<std::string, std::vector<std::string_view>> values_;  // options with a value, by command
  std::unordered_multimap<std::string_view, const WrapperRow*> wrappers_;
  std::unordered_multimap<std::string_view, const OptionRow*> options_;
  struct WildCommand {
    const Rule* rule;
    std::string_view command;  // whose name is a glob
  };
  std::vector<WildCommand> wild_;
  std::vector<WildCommand> any_;  // "*": about programs that nothing else is about
};

}  // namespace heddle::shell
