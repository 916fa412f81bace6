// Try: a command in a throw-away overlay, what it changed, and applying that.
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "base/text.h"
#include "cli/apply/apply.h"
#include "cli/apply/changes.h"
#include "cli/question.h"
#include "cli/runner.h"
#include "cli/try_report.h"
#include "sys/environment.h"
#include "sys/files.h"
#include "sys/processes.h"
#include "sys/scratch.h"
#include "sys/witness.h"

namespace heddle::cli {
namespace {

constexpr int kTimeoutMs = 120'000;

// What would happen outside any overlay, or could not happen in one and so would look harmless.
struct Unheld {
  shell::EffectKind kind;
  std::string_view reason;
};
constexpr Unheld kUnheldKinds[] = {
    {shell::EffectKind::kPrivilege, "acts with another user's rights"},
    {shell::EffectKind::kUpload, "sends to another machine"},
    {shell::EffectKind::kRemote, "acts on another machine"},
    {shell::EffectKind::kService, "acts on services"},
    {shell::EffectKind::kAccounts, "acts on accounts"},
};

struct UnheldPlace {
  shell::Place place;
  std::string_view reason;
};
constexpr UnheldPlace kUnheldPlaces[] = {
    {shell::Place::kDevice, "changes a device"},
    {shell::Place::kKernel, "changes the kernel's settings"},
};

// Programs whose whole work is done elsewhere, whatever their effects are known to be.
constexpr std::string_view kElsewhere[] = {"ssh", "scp", "sftp", "mosh", "rsh", "docker", "podman", "kubectl"};

std::string WhyNotHeld(const shell::Analysis& analysis) {
  for (const auto& command : analysis.commands) {
    if (std::find(std::begin(kElsewhere), std::end(kElsewhere), command.name) != std::end(kElsewhere))
      return Cat({"acts on another machine or a service (", command.name, ")"});
  }
  for (const auto& effect : analysis.effects) {
    const std::string at = effect.target.empty() ? "" : Cat({" (", ForTerminal(effect.target), ")"});
    for (const auto& [kind, reason] : kUnheldKinds)
      if (effect.kind == kind) return Cat({reason, at});
    if (effect.kind == shell::EffectKind::kRead) continue;
    for (const auto& [place, reason] : kUnheldPlaces)
      if (effect.place == place) return Cat({reason, at});
  }
  return "";
}

// A file system that is mounted below `cwd`, which an overlay would hide; empty: none.
std::string MountBelow(const std::string& cwd) {
  const auto text = sys::SystemFiles().Read("/proc/self/mountinfo");
  if (!text) return cwd;
  for (const auto line : Split(*text, '\n')) {
    const auto words = SplitWords(line);
    if (words.size() < 5) continue;
    std::string point(words[4]);
    for (const auto& [escaped, plain] : {std::pair{"\\040", " "}, {"\\011", "\t"}, {"\\012", "\n"}, {"\\134", "\\"}})
      point = ReplaceAll(std::move(point), escaped, plain);
    if (point.starts_with(cwd + "/")) return point;
  }
  return "";
}

// Signals that ask heddle to end, kept back while it has something to clear up.
class HeldSignals {
 public:
  HeldSignals() {
    sigset_t held;
    sigemptyset(&held);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) sigaddset(&held, signal);
    ::pthread_sigmask(SIG_BLOCK, &held, &before_);
    file_ = sys::Fd(::signalfd(-1, &held, SFD_CLOEXEC | SFD_NONBLOCK));
  }
  ~HeldSignals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;
  int fd() const { return file_.get(); }

  // Takes the signal that came, so that it does not end the process later.
  void Take() const {
    signalfd_siginfo info;
    while (::read(file_.get(), &info, sizeof info) > 0) {}
  }

 private:
  sigset_t before_ = {};
  sys::Fd file_;
};

Result<> CheckTryable(ask::Engine& engine, const std::string& command, const std::string& cwd) {
  TRY_ASSIGN(const auto analysis, engine.Check(command));
  if (analysis.denied) return Error{Code::kDenied, "your rules deny this command"};
  if (const std::string why = WhyNotHeld(analysis); !why.empty())
    return Error{Code::kDenied, Cat({"this ", why, ", which an overlay cannot hold; it was not tried"})};
  if (const std::string mount = MountBelow(cwd); !mount.empty())
    return Error{Code::kUnavailable, Cat({ForTerminal(mount),
                                          " is another file system, which an overlay over this directory would hide; "
                                          "try from a narrower directory"})};
  return {};
}

// Rows are for a terminal; a file or a pipe gets lines as they are.
int RowWidth(int fd) { return sys::IsTerminal(fd) ? sys::TerminalWidth() : 0; }

void ShowOutput(const App& app, const sys::RunResult& result) {
  app.Out(PrintedByCommand(result.out, RowWidth(1)));
  app.Err(PrintedByCommand(result.err, RowWidth(2)));
  if (result.cut) app.Err("heddle: there was more output than is kept\n");
  if (result.timed_out) app.Err("heddle: stopped after 2 minutes\n");
  if (!result.exceeded.empty()) app.Err(Cat({"heddle: stopped: it used ", result.exceeded, "\n"}));
}

struct Hindered {
  sys::Hindrance what;
  std::string_view says;
};
constexpr Hindered kHindered[] = {
    {sys::Hindrance::kRights, "the sandbox refused something that you may do"},
    {sys::Hindrance::kOutside, "the command also wanted to write outside of this directory"},
    {sys::Hindrance::kMove, "the command wanted to rename a directory, or to link a file, which an overlay cannot do"},
    {sys::Hindrance::kNetwork, "the command wanted to reach something over the network (see --network)"},
    {sys::Hindrance::kTemporary, "the command leaves something behind that goes with the sandbox"},
};

std::string Where(const sys::WitnessNotes& notes, sys::Hindrance what) {
  const std::string where = ReplaceAll(ForTerminal(notes.notes[static_cast<size_t>(what)].where), "\n", "\\n");
  return where.empty() ? "" : ": " + where;
}

// Whether anything is changed but that files have names more, and directories for them.
bool DoesMoreThanLink(const std::vector<Change>& changes) {
  return !std::all_of(changes.begin(), changes.end(), [](const Change& change) {
    const bool folder = change.kind == Change::Kind::kAdded && change.after.directory();
    return change.on_the_way || folder || !change.same.empty();
  });
}

// Why really running the command would do something else: it was ended early, or the sandbox stood in its way. Empty:
// nothing is known that speaks against it.
std::string WhyNotTheSame(const sys::RunResult& result, const sys::WitnessNotes& notes,
                          const std::vector<Change>& changes) {
  if (result.timed_out) return "it was stopped before its end";
  if (result.killed && result.exceeded.empty()) return "it was killed before its end";
  if (!result.exceeded.empty()) return Cat({"it was stopped, as it used ", result.exceeded});
  for (const auto& [what, says] : kHindered) {
    if (notes.notes[static_cast<size_t>(what)].seen) return Cat({says, Where(notes, what)});
  }
  if (notes.notes[static_cast<size_t>(sys::Hindrance::kLink)].seen && DoesMoreThanLink(changes))
    return Cat(
        {"the command gave a file another name (hard link), which looks like another file in an overlay, and "
         "changed more",
         Where(notes, sys::Hindrance::kLink)});
  return "";
}

// A command is tried in the shell that it was rated for, or not at all.
Result<> CheckShell(const App& app) {
  const std::string name = app.shell_name() == "posix" ? "sh" : app.shell_name();
  if (!sys::FindExecutable(name).empty()) return {};
  return Error{Code::kUnavailable, Cat({name, " is not installed; say which shell it is for with --shell"})};
}

Result<sys::RunResult> RunTried(const App& app, const std::string& command, const TryOptions& options,
                                const sys::SandboxOptions& sandbox, const HeldSignals& signals) {
  return sys::Run({ShellPath(app), "-c", command},
                  {.workdir = options.cwd, .timeout_ms = kTimeoutMs, .sandbox = sandbox, .stop_fd = signals.fd()});
}

}  // namespace

int TryCommand(App& app, ask::Engine& engine, const std::string& command, const TryOptions& options) {
  if (auto shell = CheckShell(app); !shell) return app.Fail(shell.error());
  if (auto tryable = CheckTryable(engine, command, options.cwd); !tryable) return app.Fail(tryable.error());
  auto tree = Tree::Open(options.cwd);
  if (!tree) return app.Fail(tree.error());
  const auto taken_back = TakeBackCutOff(*tree);
  if (!taken_back) return app.Fail(taken_back.error());
  if (*taken_back > 0) app.Err("heddle: changes that were cut off while they were applied here are taken back\n");
  std::optional<HeldSignals> signals(std::in_place);
  auto scratch = sys::Scratch::Make(options.cwd);
  if (!scratch) return app.Fail(scratch.error());
  const std::string upper = scratch->path() + "/upper";
  const auto notes = sys::MakeSharedNotes();
  if (!notes) return app.Fail(notes.error());
  const int64_t mark_ns = NextTickNs();
  auto result =
      RunTried(app, command, options,
               {.overlay = options.cwd, .scratch = scratch->path(), .network = options.network, .notes = notes->get()},
               *signals);
  if (!result) return app.Fail(result.error());
  signals->Take();
  if (result->stopped) return kCancelled;
  ShowOutput(app, *result);
  const auto changes = CollectChanges(upper, *tree);
  if (!changes) return app.Fail(changes.error());
  app.Out(TryReport(*changes, *tree, upper, {.color = app.color(1), .width = RowWidth(1)}));
  signals.reset();
  if (const std::string why = WhyNotTheSame(*result, **notes, *changes); !why.empty())
    return app.Fail(
        {Code::kDenied, Cat({"nothing can be applied, as really running it would do something else: ", why})});
  if (NothingChanged(*changes) || !Confirmed(app, "  apply these changes?")) return result->exit_code;
  signals.emplace();
  if (auto applied = ApplyChanges(*changes, upper, *tree, mark_ns); !applied) return app.Fail(applied.error());
  return result->exit_code;
}

}  // namespace heddle::cli
