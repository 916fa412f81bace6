// The rows of data/rules/*.toml: what is known of commands, their options and places, as data. docs/rules.md says what
// each key means. All views refer to tables that the build compiled, or to the storage of the RuleSet that was read.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "shell/risk.h"

namespace heddle::shell {

using Words = std::span<const std::string_view>;

// How a command's arguments are read. One row serves several names: "rsync", "docker compose rm".
struct CommandRow {
  Words names;
  Words values;              // flags that take the next argument as their value
  Words switches;            // flags that take none here, although the command above them has one that does
  bool long_single = false;  // "-delete" is one flag, not a cluster of letters
  Words loads;               // files that it reads for commands to run, where they are there
  Words tells;               // flags with which it only says what it would do
  bool known = false;        // harmless whatever it is given, but for what other rows say
  // What of it is run as code: file (its first operand names one), input, words (every operand is code); shell: it is
  // one, with -c, a file or its input.
  Words runs;
  std::string_view language;  // of that code; empty: it is called as the program is
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
  // other operands; code: inline code; load: a file of code; module: a program of that name; write, append, read: a file.
  std::string_view role;
};

// What a program's own commands (its input, operands, values of its options) look like where they leave it for a shell:
// "\\!" of psql. The rest of the line is run.
struct EscapeRow {
  Words names;
  Words prefixes;
  Words examples;
};

// Environment variables that run something or load code.
struct VariableRow {
  Words names;
  std::string_view role;  // shell, load, git (settings as git reads them)
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
  // What it prints is secret: "secrets" many keys or passwords; "token" one, which may be meant for the other machine
  // when it stands in a command's words, not when it is piped into one.
  std::string_view prints;
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

// Words that inline code of a language may be made of and still be harmless. All lists are sorted.
struct VocabularyRow {
  Words languages;
  std::string_view comment;  // what begins one that ends with the line
  std::string_view sigils;   // what stands before a variable's name
  bool backquotes_run = false, interpolates = false;
  bool patterns = false;  // /../ is a pattern
  Words unreadable;       // what makes it impossible to say where texts end
  bool any = false;       // every word is harmless
  Words words;
  Words loads, modules;  // words that load a module; names that may follow them
  Words opens;           // words that open a file
  std::string_view texts;  // what opens a text, where that is not each of the three quotes
  Words text_code;         // what makes a text more than data
  Words never;             // names that stay unknown whatever the code binds
  Words guarded;           // objects whose members must be spelled as words
};

}  // namespace heddle::shell
