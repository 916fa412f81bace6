// Analyze: what a command line would do, without running any of it. An abstract interpreter walks the AST: variables
// and substitutions are evaluated as far as they are known, commands that run other commands are followed, and every
// command reached is held against the rules. What cannot be resolved is rated by its worst plausible reading.
// Pure but for World's callbacks; thread-safe; bounded in steps, depth and text.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "shell/file_change.h"
#include "shell/places.h"
#include "shell/risk.h"
#include "shell/rules.h"

namespace heddle::shell {

struct Field;

// A command as it would be started: what facts are checked against.
struct UsedCommand {
  std::string name;                     // base name
  std::string subcommand;               // "commit" of git commit; empty for commands without any
  std::vector<std::string> flags;       // as typed, without values; those of the command itself
  std::vector<std::string> operands{};  // what is no flag and no flag's value; may hold unresolved marks
};

struct Analysis {
  Risk risk = Risk::kSafe;
  std::vector<Effect> effects;    // in order, at most 200
  std::vector<Finding> findings;  // worst first, each rule once
  std::vector<UsedCommand> commands;
  std::vector<FileChange> changes;  // all of them, unless one is kUnknown
  bool complete = true;  // false: some text did not parse or a limit was hit
  bool denied = false;   // a user rule denies it
};

struct AnalyzeOptions {
  const RuleSet* user_rules = nullptr;  // matched besides the built-in ones; their verdict comes first
  // Told the words of every command that is reached, once for each reading of it; may be empty. They are valid during
  // the call only.
  std::function<void(const std::vector<Field>&)> on_command{};
};

// Errors: kInvalid (NUL byte), kTooLarge (over 1 MB), kTimeout.
Result<Analysis> Analyze(std::string_view command, const World& world, const AnalyzeOptions& options = {});

}  // namespace heddle::shell
