// Flags: the one table from which parsing, help, completions and the man page of every command come.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace heddle::cli {

struct FlagSpec {
  std::string_view name;  // without dashes
  char letter = 0;
  std::string_view value;  // name of its value; empty: it takes none
  std::string_view help;
};

struct Arguments {
  std::map<std::string, std::string, std::less<>> flags;
  std::vector<std::string> words;

  bool Has(std::string_view name) const { return flags.contains(name); }
  std::string Get(std::string_view name, const std::string& fallback = "") const;
};

class App;

struct CommandSpec {
  std::string_view name, summary, usage;
  std::span<const FlagSpec> flags;
  std::string_view examples;  // lines
  int (*run)(App& app, const Arguments& arguments);
  std::string_view verbs = {};  // what its first word may be, for completions; empty: anything
};

std::span<const CommandSpec> Commands();  // all; the first is `ask`
std::span<const FlagSpec> GlobalFlags();
const CommandSpec* FindCommand(std::string_view name);

// GNU conventions: --name, --name=value, -n value, clusters, `--`. Errors name the flag and the command.
Result<Arguments> ParseArguments(const CommandSpec& command, std::span<const std::string> argv);

std::string HelpText(const CommandSpec* command);  // null: the whole program
std::string ManPage();
std::string Completions(std::string_view shell);  // bash, zsh, fish; empty for others

}  // namespace heddle::cli
