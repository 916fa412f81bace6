// The rows of data/rules/*.toml: what is known of commands, their options and places, as data. docs/rules.md says what
// each key means. All views refer to tables that the build compiled, or to the storage of the RuleSet that was read.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "shell/risk.h"

namespace heddle::shell {

using Words = std::span<const std::string_view>;

// How a command's arguments are read. One row serves several names.
struct CommandRow {
  Words names;
  Words values;              // flags that take the next argument as their value
  bool long_single = false;  // "-delete" is one flag, not a cluster of letters
};

// A command whose operands are another command: "sudo", "docker exec". After the words of its own name it takes `skip`
// operands of its own; what follows is run.
struct WrapperRow {
  Words commands;
  int skip = 0;
  std::string_view runs = "argv";  // argv: a program and its words; text: one text; shell: a shell's words
  bool assignments = false;        // NAME=value may stand before the command
  bool elsewhere = false;          // in another place (a container, a machine), whose directory is not known
};

// Options whose value is more than data. "-o=ProxyCommand=*" is about values that begin so; what follows is the value.
struct OptionRow {
  Words commands, options;
  // shell: text that a shell runs; program: likewise, where one would not expect it; split: words that go before the
  // other operands; code: inline code; load: a file of code; write, append, read: a file.
  std::string_view role;
};

// Environment variables that run something or load code.
struct VariableRow {
  Words names;
  std::string_view role;  // shell, load
  Risk risk = Risk::kModerate;
  std::string_view reason;
  Words examples;
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
  Words languages;  // programs whose code this is about; empty: all
  Risk risk = Risk::kSafe;
  std::string_view effect;
  std::string_view reason;
  Words examples;
};

}  // namespace heddle::shell
