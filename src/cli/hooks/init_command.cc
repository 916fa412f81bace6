// heddle init: prints what a shell's start file takes in, and prints, writes or removes what makes heddle the guard of
// a coding agent. Nothing is written before the change was shown and confirmed.
#include <algorithm>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/hooks/agent_setup.h"
#include "cli/question.h"
#include "sys/environment.h"
#include "sys/files.h"
#include "sys/processes.h"

namespace heddle::cli {
namespace {

struct Embedded {
  std::string_view path, text;
};
constexpr Embedded kInitScripts[] = {
#include "init.inc"
};

constexpr uint64_t kMaxSettings = 1 << 20;

// Lines from the first that differs to the last, and one before and after them.
std::string Difference(std::string_view before, std::string_view after, bool color) {
  const auto old_lines = Split(before, '\n'), new_lines = Split(after, '\n');
  const size_t most = std::min(old_lines.size(), new_lines.size());
  size_t head = 0, tail = 0;
  while (head < most && old_lines[head] == new_lines[head]) ++head;
  while (tail < most - head && old_lines[old_lines.size() - 1 - tail] == new_lines[new_lines.size() - 1 - tail]) ++tail;
  std::string out;
  const auto show = [&](std::string_view sign, std::string_view code, std::string_view line) {
    out += Cat({"  ", Paint(Cat({sign, " ", ForTerminal(line)}), code, color), "\n"});
  };
  if (head > 0) show(" ", "2", old_lines[head - 1]);
  for (size_t i = head; i + tail < old_lines.size(); ++i) show("-", "31", old_lines[i]);
  for (size_t i = head; i + tail < new_lines.size(); ++i) show("+", "32", new_lines[i]);
  if (tail > 0 && !old_lines[old_lines.size() - tail].empty()) show(" ", "2", old_lines[old_lines.size() - tail]);
  return out;
}

// A name beside `path` that nothing has.
std::string FreeBackup(const std::string& path) {
  std::string out = Cat({path, ".before-heddle"});
  for (int i = 2; sys::SystemFiles().Look(out).kind != sys::FileKind::kNone; ++i)
    out = Cat({path, ".before-heddle.", std::to_string(i)});
  return out;
}

// One file of an agent and what is to become of it.
struct Change {
  std::string path;  // the file itself, where a link leads to it
  bool exists = false;
  uint32_t mode = 0600;
  std::string before, after;
};

Result<Change> Plan(const AgentSetup& agent, const SetupScope& scope, bool remove) {
  const auto& files = sys::SystemFiles();
  Change out;
  out.path = SettingsPath(agent, scope);
  const auto info = files.LookThrough(out.path);
  out.exists = files.Look(out.path).kind != sys::FileKind::kNone;
  if (out.exists && info.kind != sys::FileKind::kFile)
    return Error{Code::kInvalid, Cat({out.path, ": no regular file; heddle leaves it alone"})};
  if (out.exists) {
    out.path = files.Resolve(out.path);
    out.mode = info.mode & 07777U;
    TRY_ASSIGN(out.before, files.Read(out.path, kMaxSettings));
  }
  auto after = remove ? WithoutGuard(agent, out.before) : WithGuard(agent, out.before, scope);
  if (!after) return std::move(after).error().Context(out.path);
  out.after = *std::move(after);
  return out;
}

// Errors: kInvalid when the file is another than the one that was shown.
Result<> Write(const Change& change) {
  const auto& files = sys::SystemFiles();
  if (change.exists) {
    const auto now = files.Read(change.path, kMaxSettings);
    if (!now || *now != change.before) return Error{Code::kInvalid, Cat({change.path, ": has changed meanwhile"})};
    TRY(files.WriteAtomic(FreeBackup(change.path), change.before, change.mode));
  } else {
    TRY(files.MakeDirectories(sys::DirName(change.path), 0700));
  }
  if (change.after.empty()) return files.RemoveTree(change.path);
  return files.WriteAtomic(change.path, change.after, change.mode);
}

int Apply(App& app, const Change& change, const Arguments& arguments) {
  const bool remove = arguments.Has("remove");
  if (change.before == change.after) {
    app.Out(Cat({ForTerminal(change.path), remove ? ": heddle is not in it\n" : ": heddle is in it already\n"}));
    return kDone;
  }
  app.Out(Cat({ForTerminal(change.path), "\n", Difference(change.before, change.after, app.color(1))}));
  if (!arguments.Has("yes")) {
    if (!app.interactive()) {
      app.Err("heddle: this needs a confirmation, but there is no terminal to ask on; --yes confirms it\n");
      return kNeedsConfirmation;
    }
    if (!Confirmed(app, "  write it?")) return kCancelled;
  }
  const auto written = Write(change);
  return written ? kDone : app.Fail(written.error());
}

int SetUp(App& app, const AgentSetup& agent, const Arguments& arguments) {
  if (arguments.Has("project") && arguments.Has("user"))
    return app.Fail({Code::kInvalid, "--project and --user exclude each other"});
  SetupScope scope{.project = arguments.Has("project"), .program = "heddle"};
  // A project's file is for every machine that has the project; the user's is safer with a name that nothing shadows.
  if (!scope.project) scope.program = sys::SystemFiles().Resolve("/proc/self/exe");
  if (scope.program.empty()) scope.program = "heddle";
  if (!arguments.Has("write") && !arguments.Has("remove")) {
    const auto text = WithGuard(agent, "", scope);
    if (!text) return app.Fail(text.error());
    app.Err(Cat({"heddle: this goes into ", ForTerminal(SettingsPath(agent, scope)),
                 "; --write puts it there, beside what is in it\n"}));
    app.Out(*text);
    return kDone;
  }
  const auto change = Plan(agent, scope, arguments.Has("remove"));
  if (!change) return app.Fail(change.error());
  const int code = Apply(app, *change, arguments);
  if (code == kDone && !arguments.Has("remove") && !NoteOf(agent).empty())
    app.Err(Cat({"heddle: ", NoteOf(agent), "\n"}));
  return code;
}

}  // namespace

int RunInit(App& app, const Arguments& arguments) {
  const std::string name = arguments.words.size() == 1 ? arguments.words[0] : "";
  if (const AgentSetup* agent = FindAgent(name)) return SetUp(app, *agent, arguments);
  for (const auto& script : kInitScripts) {
    if (name.empty() || !script.path.ends_with(Cat({"/init.", name}))) continue;
    if (!arguments.flags.empty()) return app.Fail({Code::kInvalid, "flags of init are for agents"});
    app.Out(script.text);
    return kDone;
  }
  return app.Fail({Code::kInvalid, Cat({"say for what: bash, zsh, fish, ", AgentNames()})});
}

}  // namespace heddle::cli
