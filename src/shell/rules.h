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

namespace heddle::shell {

using Words = std::span<const std::string_view>;

// How a command's arguments are read. One row serves several names.
struct CommandRow {
  Words names;
  Words values;              // flags that take the next argument as their value
  bool long_single = false;  // "-delete" is one flag, not a cluster of letters
};

enum class Action : uint8_t { kRate, kAllow, kDeny };

struct Rule {
  std::string_view id;
  Words commands;  // "git push", "mkfs*"; the first word matches the command's base name, the rest its operands
  Words flags, all_flags, not_flags;  // any of, every one of, none of; "--x=glob" also matches the value
  Words args, not_args;               // globs: some operand matches one / no operand matches any
  Words places;                       // some operand lies in one of these places
  int min_operands = 0;
  Action action = Action::kRate;
  Risk risk = Risk::kSafe;
  bool rated = false;         // false: the risk comes from the place rules
  std::string_view effect;    // an EffectKind's name, or empty
  std::string_view operands;  // which operands the effect touches: all first last butlast rest value:-o prefix:of= none
  Words recursive;            // flags that make the effect recursive; "always" for those that always are
  std::string_view reason;
  Words examples, quiet;  // lines that must / must not match: run as tests
};

// How bad an effect is, by place.
struct PlaceRule {
  std::string_view id;
  Words effects, places;
  int recursive = -1, filtered = -1;  // 1 yes, 0 no, -1 either
  Risk risk = Risk::kSafe;
  std::string_view reason;
  Words examples, quiet;
};

// Words that, inside the inline code of an interpreter, do something worth a rating.
struct CodeRule {
  std::string_view id;
  Words words;
  Risk risk = Risk::kSafe;
  std::string_view effect;
  std::string_view reason;
  Words examples;
};

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

class RuleSet {
 public:
  // The built-in rules; never changes.
  static const RuleSet& BuiltIn();

  RuleSet() = default;
  RuleSet(std::span<const CommandRow> commands, std::span<const Rule> rules, std::span<const PlaceRule> places,
          std::span<const CodeRule> code);

  // Errors name file and line: unknown keys, wrong types, unknown names. `file` is used in messages only.
  static Result<RuleSet> FromToml(std::string_view text, std::string_view file);

  std::span<const CommandRow> commands() const { return commands_; }
  std::span<const Rule> rules() const { return rules_; }
  std::span<const PlaceRule> places() const { return places_; }
  std::span<const CodeRule> code() const { return code_; }

  // Tells flags, their values and operands apart.
  Invocation Read(const std::vector<Field>& argv) const;
  // The rules whose command, flags and argument globs match; places are left to the caller.
  // `sub` gets, for each, the number of operands its subcommand used up.
  struct Match {
    const Rule* rule;
    size_t sub;
  };
  std::vector<Match> Find(const Invocation& invocation) const;
  const PlaceRule* Place(const Effect& effect) const;
  bool Knows(std::string_view name) const;
  // Names of the commands that some rule is about, for globs in command position.
  std::vector<std::string_view> NamesMatching(std::string_view glob) const;

 private:
  friend class TomlReader;
  void Index();

  struct Storage;
  std::shared_ptr<const Storage> storage_;  // owns what a parsed set's views refer to
  std::span<const CommandRow> commands_;
  std::span<const Rule> rules_;
  std::span<const PlaceRule> places_;
  std::span<const CodeRule> code_;
  std::unordered_multimap<std::string_view, const Rule*> by_name_;
  std::unordered_map<std::string_view, const CommandRow*> rows_;
  std::vector<const Rule*> wild_;  // rules whose command name is a glob
};

}  // namespace heddle::shell
