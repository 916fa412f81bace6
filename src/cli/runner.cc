#include "cli/runner.h"

#include <editline/readline.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "base/text.h"
#include "cli/card.h"
#include "cli/confirmation.h"
#include "cli/critical_target.h"
#include "cli/undoable_run.h"
#include "shell/ast.h"
#include "sys/environment.h"
#include "sys/files.h"
#include "sys/processes.h"

namespace heddle::cli {
namespace {

// One key without Enter; 0 at the end of input.
char ReadKey() {
  termios before = {}, raw = {};
  if (::tcgetattr(0, &before) != 0) return 0;
  raw = before;
  raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
  ::tcsetattr(0, TCSADRAIN, &raw);
  char key = 0;
  const ssize_t got = ::read(0, &key, 1);
  ::tcsetattr(0, TCSADRAIN, &before);
  return got == 1 ? key : '\0';
}

std::string g_prefill;  // libedit's hook takes no argument
int Prefill() {
  rl_insert_text(g_prefill.c_str());
  return 0;
}

// A line edited on the terminal, beginning as `text`. Empty when the user gives up.
std::string ReadLine(const char* prompt, const std::string& text) {
  g_prefill = text;
  rl_startup_hook = text.empty() ? nullptr : reinterpret_cast<decltype(rl_startup_hook)>(Prefill);
  char* line = ::readline(prompt);
  rl_startup_hook = nullptr;
  if (line == nullptr) return "";
  std::string out(Trim(line));
  std::free(line);
  return out;
}

// A line as it is typed, with the terminal's own editing: no completion, and bytes stay what they are.
std::string ReadTyped() {
  std::string out;
  char c = 0;
  while (::read(0, &c, 1) == 1 && c != '\n') out += c;
  return std::string(Trim(out));
}

// Whether a command is about the shell that runs it: in a shell of its own it would do nothing.
bool ConcernsShell(const std::string& command) {
  static constexpr std::string_view kNames[] = {"cd",     "pushd", "popd",   "export",  "unset", "alias",  "unalias",
                                                "source", ".",     "set",    "shopt",   "umask", "ulimit", "fg",
                                                "bg",     "jobs",  "disown", "history", "fc",    "exec",   "setopt"};
  const auto script = shell::Parse(command);
  const bool repeats = command.starts_with("!!") || command.starts_with("sudo !!");
  if (repeats || !script || script->root.children.empty()) return repeats;
  const auto& last = script->root.children.back();
  if (last.kind != shell::Statement::Kind::kCommand) return false;
  if (last.words.empty()) return !last.assignments.empty();
  return std::find(std::begin(kNames), std::end(kNames), last.words[0].raw) != std::end(kNames);
}

// Leaves the command to the shell that called heddle, when its integration asked for that.
std::optional<int> HandOver(App& app, const std::string& query, const std::string& command) {
  const char* file = std::getenv("HEDDLE_HAND_OVER");
  if (file == nullptr || *file == 0) {
    app.Err("heddle: this only changes the shell that runs it; with `heddle init` in your shell's start file it can\n");
    return std::nullopt;
  }
  if (auto written = sys::SystemFiles().WriteAtomic(file, command + "\n", 0600); !written)
    return app.Fail(written.error());
  app.Remember(query, command, -1);
  return kHandOver;
}

bool IsHandedOver(const std::string& command) {
  return !sys::Env("HEDDLE_HAND_OVER").empty() && ConcernsShell(command);
}

int Execute(App& app, const Proposal& proposal, const Undoing& undoing) {
  const std::string& query = proposal.query;
  const std::string& command = proposal.command;
  if (ConcernsShell(command)) {
    if (proposal.cwd != sys::CurrentDirectory())
      return app.Fail({Code::kInvalid, "this is about the shell that runs it, which is not in --cwd; leave --cwd out"});
    if (auto code = HandOver(app, query, command)) return *code;
  }
  return RunKept(app, undoing, {.command = command, .cwd = proposal.cwd, .run = [&] {
                                  auto code = sys::RunOnTerminal({ShellPath(app), "-c", command}, proposal.cwd);
                                  if (!code) return app.Fail(code.error());
                                  app.Remember(query, command, *code);
                                  return *code;
                                }});
}

// Why a person must agree first, as what follows "this ..."; empty: nobody need be asked.
std::string WhyToAsk(const App& app, const shell::Analysis& analysis, const Undoing& undoing,
                     const Proposal& proposal) {
  const std::string& policy = app.config().Get("policy").value;
  const std::string why = WhyConfirm(analysis, {.policy = policy, .cwd = proposal.cwd});
  const bool may_lose = !undoing.plan.lost.empty() || (!undoing.plan.unknown.empty() && policy != "permissive");
  return why.empty() && may_lose ? "cannot be taken back" : why;
}

// What is critical needs its target typed, the rest one key.
bool Agreed(App& app, const shell::Analysis& analysis, const Undoing& undoing) {
  if (undoing.on && undoing.plan.whole() && !undoing.plan.wishes.empty())
    app.Err("  `heddle undo` will be able to take this back.\n");
  if (analysis.risk == shell::Risk::kCritical) {
    const std::string target = CriticalTarget(analysis);
    app.Err(Cat({"  This may do great damage. Type ", Paint(target, "1;31", app.color(2)), " to run it.\n  > "}));
    return ReadTyped() == target;
  }
  app.Err("  run it? [y/N] ");
  const char key = ReadKey();
  app.Err("\n");
  return key == 'y' || key == 'Y';
}

}  // namespace

std::string ShellPath(const App& app) {
  const std::string name = app.shell_name() == "posix" ? "sh" : app.shell_name();
  const std::string found = sys::FindExecutable(name);
  return found.empty() ? "/bin/sh" : found;
}

std::string Choose(App& app, const ask::Answer& answer) {
  app.Err(Cat({"  ", ForTerminal(answer.question), "\n"}));
  for (size_t i = 0; i < answer.choices.size(); ++i)
    app.Err(Cat({"  ", std::to_string(i + 1), "  ", ForTerminal(answer.choices[i]), "\n"}));
  app.Err("  number, or any other key for none: ");
  const char key = ReadKey();
  app.Err("\n");
  const size_t index = static_cast<size_t>(key - '1');
  return index < answer.choices.size() ? answer.choices[index] : "";
}

int ConfirmAndRun(App& app, ask::Engine& engine, const Proposal& proposal) {
  const std::string& command = proposal.command;
  for (const auto& name : proposal.answer != nullptr ? proposal.answer->placeholders : std::vector<std::string>()) {
    if (Contains(command, Cat({"<", name, ">"})))
      return app.Fail({Code::kInvalid, Cat({"the command still has a placeholder <", name, ">; fill it in first"})});
  }
  auto analysis = engine.Check(command);
  if (!analysis) return app.Fail(analysis.error());
  if (analysis->denied) return app.Fail({Code::kDenied, "your rules deny this command"});
  auto undoing = PlanRun(app, command, engine.world(), *analysis);
  if (!undoing) return app.Fail(undoing.error());
  if (IsHandedOver(command) && !undoing->plan.wishes.empty())
    undoing->plan.lost = "the shell that called heddle runs it";
  const std::string why = WhyToAsk(app, *analysis, *undoing, proposal);
  if (const std::string lost = CannotUndo(*undoing); !lost.empty()) app.Err(Cat({"heddle: ", lost, "\n"}));
  if (!why.empty()) {
    if (!app.interactive()) {
      app.Err(Cat({"heddle: this ", why, " and needs a confirmation, but there is no terminal to ask on:\n  ",
                   ForTerminal(command), "\n"}));
      return kNeedsConfirmation;
    }
    app.Err(AnalysisCard(command, *analysis, engine.Touches(*analysis),
                         {.color = app.color(2), .width = sys::TerminalWidth()}));
    if (!Agreed(app, *analysis, *undoing)) return kCancelled;
  }
  return Execute(app, proposal, *undoing);
}

int Interact(App& app, ask::Engine& engine, const Proposal& proposal, std::string* revision) {
  std::string command = proposal.command;
  const bool color = app.color(1);
  if (proposal.answer != nullptr)
    app.Out(AnswerCard(*proposal.answer, {.color = color, .width = sys::TerminalWidth()}));
  else
    app.Out(Cat({"  ", Paint(ForTerminal(command), "1", color), "\n"}));
  for (;;) {
    app.Out(Cat({Paint("  r", "1", color), "un  ", Paint("e", "1", color), "dit  ", Paint("c", "1", color), "opy  ",
                 Paint("t", "1", color), "ry  re", Paint("v", "1", color), "ise  ", Paint("q", "1", color), "uit "}));
    const char key = ReadKey();
    app.Out("\n");
    switch (key) {
      case 'r':
        return ConfirmAndRun(
            app, engine, {.query = proposal.query, .command = command, .cwd = proposal.cwd, .answer = proposal.answer});
      case 'e': {
        const std::string edited = ReadLine("  $ ", command);
        if (edited.empty()) continue;
        command = edited;
        if (auto analysis = engine.Check(command))
          app.Out(AnalysisCard(command, *analysis, engine.Touches(*analysis),
                               {.color = color, .width = sys::TerminalWidth()}));
        continue;
      }
      case 'c':
        app.Out(Cat({"\x1b]52;c;", EncodeBase64(command), "\x07", "  copied\n"}));  // OSC 52: the terminal's clipboard
        app.Remember(proposal.query, command, -1);
        return kDone;
      case 't': {
        const int code = TryCommand(app, engine, command, {.cwd = proposal.cwd});
        if (code != kDone) app.Out(Cat({"  ended with ", std::to_string(code), "\n"}));
        continue;
      }
      case 'v':
        if (revision == nullptr) continue;
        *revision = ReadLine("  and: ", "");
        if (!revision->empty()) return kDone;
        continue;
      case 'q':
      case '\x04':
      case '\x1b':
      case '\0': return kCancelled;
      default: continue;
    }
  }
}

}  // namespace heddle::cli
