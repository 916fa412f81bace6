// App: what every command of the CLI shares: settings, output, the engine, history. Made once in main.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "ask/engine.h"
#include "cli/config.h"
#include "cli/flags.h"
#include "trace/json_lines.h"

namespace heddle::cli {

// Documented in --help and docs/cli.md.
enum Exit {
  kDone = 0,
  kError = 1,
  kUsage = 2,
  kAbstained = 3,
  kBlocked = 4,
  kNeedsConfirmation = 5,
  kUnavailable = 6,
  kCancelled = 130,
  kHandOver = 201  // the command is in $HEDDLE_HAND_OVER, for the calling shell to run
};

class App {
 public:
  explicit App(Config config);

  const Config& config() const { return config_; }
  bool color(int fd) const;
  bool interactive() const;  // someone is there to answer: stdin and stdout are terminals

  // The engine for the flags --shell, --target and --candidates; built on first use. Errors: bad flag values, rules
  // files.
  Result<ask::Engine*> Engine(const Arguments& arguments);
  std::string shell_name() const;
  std::string target_name() const;
  const ask::EngineOptions& engine_options() const { return engine_options_; }

  // Prints "heddle: MESSAGE" and returns the exit code that belongs to the error.
  int Fail(const Error& error) const;
  void Out(std::string_view text) const;  // standard output; ends the process quietly when the reader is gone
  void Err(std::string_view text) const;

  // Appends to the history, if it is on. Failing to remember never fails the command.
  void Remember(const std::string& query, const std::string& command, int exit_code) const;

 private:
  Config config_;
  ask::EngineOptions engine_options_;
  std::optional<shell::RuleSet> user_rules_;
  std::unique_ptr<trace::JsonLines> trace_;
  std::unique_ptr<ask::Engine> engine_;
};

// Paints `text` when `on`: an SGR code such as "1;31".
std::string Paint(std::string_view text, std::string_view code, bool on);
std::string RiskColor(shell::Risk risk);

}  // namespace heddle::cli
