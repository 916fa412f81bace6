// Interpreter: the walk behind Analyze. It owns the state of the shell under analysis and what has been found; programs
// and builtins (programs/) are free functions that are handed it. One per analysis.
#pragma once

#include <ctime>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shell/analyze.h"
#include "shell/ast.h"
#include "shell/expand.h"
#include "shell/frame.h"
#include "shell/line_files.h"

namespace heddle::shell {

constexpr size_t kMaxEffects = 200;  // and commands; what comes later is only counted in the rating
constexpr int kMaxSteps = 4000;
constexpr size_t kMaxWords = 1 << 15;  // of one command

// Inside find -exec, xargs or a loop over file names the targets are what was found, not what is written.
struct Sweep {
  bool on = false;
  bool filtered = false;             // only what some filter selected
  bool names = false;                // each of the names that a pattern selects, of which kName stands for one
  std::vector<std::string> tests{};  // the words of find's expression before the action
};

// The states in which break and continue leave a loop, and return a function.
struct Exits {
  std::optional<Frame> loop, function;
  bool outer = false;  // some leave more than one loop
  int count = 0;       // of all that there were, exit too
};

class Interpreter {
 public:
  Interpreter(const World& world, const AnalyzeOptions& options);

  Stream RunText(std::string_view text, Stream& input);
  Analysis Finish();

  // -- for programs/ --
  Stream RunArgv(std::vector<Field> argv, Stream& input);
  // Text that a shell is given to run. Says so when where it comes from is not known.
  Stream RunScript(const std::string& text, Stream& input);
  // In a copy of the state: sh -c, a subshell.
  Stream RunScriptApart(const std::string& text, Stream& input);
  // Looks at a text that may be a command, in a place where nothing says so: only what is high in it counts.
  void Probe(const std::string& text);
  // Likewise each line of settings, what stands behind its "=" or ":", and its literals.
  void ProbeLines(const std::string& text);
  void ProbeFile(const std::string& path);  // of a file that is known, or all that this line put into a folder
  // Runs a file as shell; false when its text is not known.
  bool RunFile(const Field& file, Stream& input);
  // The text of a file that this line made or that is there, or of a descriptor; nullptr when not known.
  const Stream* FileText(std::string_view path);
  Stream CallFunction(const Statement& definition, const std::vector<Field>& argv, Stream& input);
  // One command against all rows; the reading that the rows give its words.
  Invocation ApplyRules(const std::vector<Field>& argv, const Stream& input);
  void Assign(const Assignment& assignment);
  void AssignList(const std::string& name, std::string_view inside, bool append);
  void NoteVariable(std::string_view name, const std::string& value);
  void Report(std::string_view rule, Risk risk, std::string reason);
  void Touch(EffectKind kind, const Field& target, bool recursive);
  void Change(FileChange change);
  // What `word` names on disk, seen from the present directory and the find that runs the command.
  NamedPaths Named(const Field& word) const;
  // A bound was hit: what follows is not looked at, so the rating is at least high and the analysis incomplete.
  void Limit(std::string_view what);
  // What break, return and exit do: the state of now goes on elsewhere.
  void Leave(std::optional<Frame>& to);
  void RunTraps();
  void RunSignals();
  bool Spend();                                     // one step; false when there are no more
  bool Spent() const { return out_of_time_ || steps_ > kMaxSteps; }
  std::clock_t TicksLeft() const;
  std::string PathOf(std::string_view text) const;  // absolute and clean, in the present directory
  std::vector<Field> ExpandAll(const std::vector<Word>& words);
  Expander MakeExpander();

  const World& world() const { return world_; }
  const RuleSet& rules() const { return rules_; }
  const RuleSet* user_rules() const { return options_.user_rules; }
  Analysis& result() { return result_; }

  Frame frame;
  LineFiles files;
  Sweep sweep;
  Exits exits;
  std::string history;  // lines that history -s has kept

 private:
  Stream Run(const Statement& statement, Stream& input);
  Stream RunHere(const Statement& statement, Stream& input);
  Stream RunKind(const Statement& statement, Stream& input);
  Stream RunCommand(const Statement& statement, Stream& input);
  Stream RunCommandOnce(const Statement& statement, Stream& input);
  std::vector<Field> ExpandDeclaration(const Statement& statement);
  Stream RunPipeline(const Statement& statement, Stream& input);
  Stream RunSequence(const Statement& statement, Stream& input);
  Stream RunSubshell(const Statement& statement, Stream& input);
  Stream RunOr(const Statement& statement, Stream& input);
  Stream RunAnd(const Statement& statement, Stream& input);
  Stream RunChain(const Statement& statement, Stream& input, std::vector<Frame>& failed);
  Stream RunBranches(const Statement& statement, Stream& input);
  Stream RunCase(const Statement& statement, Stream& input);
  Stream RunFor(const Statement& statement, Stream& input);
  Stream RunLoop(const Statement& statement, Stream& input);
  Stream RunTest(const Statement& statement, Stream& input);
  std::vector<Field> ForValues(const Statement& statement);
  std::vector<Field> WithNames(std::vector<Field> values) const;
  std::optional<std::vector<Field>> NamesOf(const std::string& pattern) const;
  void EndLoop(Exits& outer);
  Stream Redirected(const Statement& statement, Stream out);
  void DefineFunction(const Statement& statement);
  void RunUnparsed(std::string_view text);
  int NamedDescriptor(std::string_view name);
  Stream ReadRedirects(const Statement& statement, const Stream& input);
  void WriteRedirects(const Statement& statement, const Stream& output, std::string_view command);
  void WriteTo(const Field& target, const Redirect& redirect, const Stream& output, std::string_view command);
  void ApplyRule(const Rule& rule, size_t sub, const Invocation& invocation, const Stream& input);
  struct Matched { bool any, allowed; };
  Matched ApplyMatching(Invocation& invocation, const Stream& input);
  void NoteUnknown(Invocation& invocation, const std::vector<Field>& argv, const UsedCommand& used,
                   const Stream& input);
  UsedCommand Used(const Invocation& invocation) const;
  bool MayBeCommand(std::string_view text) const;
  std::string Substitute(std::string_view command, bool process);
  std::string_view Keep(std::string text);

  const World& world_;
  const AnalyzeOptions& options_;
  const RuleSet& rules_;
  Analysis result_;
  std::deque<std::string> texts_;  // everything parsed stays alive
  std::deque<Script> scripts_;
  int depth_ = 0, steps_ = 0;
  int alongside_ = 0;  // constructs around this one that run something else at the same time
  std::clock_t started_;
  bool out_of_time_ = false;
  bool probing_ = false;
  bool allowed_ = false;  // a user rule allows the command being looked at
};

}  // namespace heddle::shell
