// Interpreter: the walk behind Analyze. One per analysis.
#pragma once

#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "shell/analyze.h"
#include "shell/ast.h"
#include "shell/expand.h"

namespace heddle::shell {

constexpr size_t kMaxEffects = 200;  // and commands; what comes later is only counted in the rating

// What flows through a pipe, as far as it is known.
struct Stream {
  std::string text;       // with marks where unknown
  bool filtered = false;  // names that some filter selected
  bool secret = false;    // holds the contents of a credential file
  bool decoded = false;   // came out of a decoder, even if what came out is known
};

class Interpreter {
 public:
  Interpreter(const World& world, const AnalyzeOptions& options);

  // Runs a whole text as a script; `input` is its standard input.
  Stream RunText(std::string_view text, const Stream& input = {});
  Analysis Finish();

  // -- for the command handlers (commands.cc, code.cc, outputs.cc) --
  Stream RunArgv(std::vector<Field> argv, const Stream& input);
  void Report(std::string_view rule, Risk risk, std::string reason);
  void Touch(EffectKind kind, const Field& target, bool recursive);

 private:
  friend class CommandRunner;
  struct Function {
    std::string body;
  };

  Stream Run(const Statement& statement, const Stream& input);
  Stream RunCommand(const Statement& statement, const Stream& input);
  Stream RunPipeline(const Statement& statement, const Stream& input);
  Stream RunLoop(const Statement& statement, const Stream& input);
  void DefineFunction(const Statement& statement);
  void RunUnparsed(std::string_view text);
  Stream ReadRedirects(const Statement& statement, const Stream& input);
  void WriteRedirects(const Statement& statement, const Stream& output, std::string_view command);
  void ApplyRules(const std::vector<Field>& argv, const RuleSet& rules, const Stream& input);
  void ApplyRule(const Rule& rule, size_t sub, const Invocation& invocation, const Stream& input);
  Expander MakeExpander();
  std::string Substitute(std::string_view command);
  std::string_view Keep(std::string text);
  bool Spend();

  const World& world_;
  const AnalyzeOptions& options_;
  const RuleSet& rules_;
  Analysis result_;
  Variables variables_;
  std::map<std::string, const Statement*, std::less<>> functions_;
  std::map<std::string, std::string, std::less<>> aliases_;
  std::map<std::string, std::string, std::less<>> written_;  // files this line writes, with their text
  std::set<std::string, std::less<>> downloaded_;            // files this line downloads
  std::deque<std::string> texts_;                            // everything parsed stays alive
  std::deque<Script> scripts_;
  std::string cwd_;
  int depth_ = 0, steps_ = 0;
  bool sweeping_ = false, sweep_filtered_ = false;  // inside find -exec or xargs: targets are what was found
  std::vector<std::string> sweep_tests_;            // the words of find's expression before the action
  bool allowed_ = false;                            // a user rule allows the command being looked at
};

// Runs one resolved command: builtins, commands that run commands, interpreters, then the rules.
class CommandRunner {
 public:
  CommandRunner(Interpreter& interpreter, const Stream& input) : in_(interpreter), input_(input) {}
  Stream Run(std::vector<Field> argv);

 private:
  bool Builtin(const std::vector<Field>& argv, Stream& out);
  bool Wrapped(const std::vector<Field>& argv, Stream& out);
  bool Shell(const std::vector<Field>& argv, Stream& out);
  bool Inline(const std::vector<Field>& argv);
  void Find(const std::vector<Field>& argv);
  size_t RunFound(const std::vector<Field>& argv, size_t at, const std::vector<Field>& roots);
  void Xargs(const std::vector<Field>& argv, size_t from, std::string_view replace);
  void Special(const std::vector<Field>& argv);
  void RunScript(const std::string& text);
  void RunFile(const std::string& path);
  Stream CallFunction(const Statement& body, const std::vector<Field>& argv);

  Interpreter& in_;
  const Stream& input_;
};

// What `argv` prints, as far as that follows from its arguments and input.
Stream OutputOf(const std::vector<Field>& argv, const Stream& input, const std::string& cwd);

// Rates code given to an interpreter on its command line (python -c, perl -e, awk). Strings in it that reach a process
// call are run as shell text.
void ScanCode(Interpreter& interpreter, const RuleSet& rules, std::string_view language, std::string_view code);

}  // namespace heddle::shell
