// Try: a command in a throw-away overlay, what it changed, and applying that.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "base/text.h"
#include "cli/runner.h"
#include "sys/environment.h"
#include "sys/files.h"
#include "sys/processes.h"

namespace heddle::cli {
namespace {

namespace fs = std::filesystem;

struct Change {
  char kind = 'M';   // A created, M changed, D deleted
  std::string path;  // relative
};

bool IsWhiteout(const std::string& path) {
  struct stat st;
  return ::lstat(path.c_str(), &st) == 0 && S_ISCHR(st.st_mode) && st.st_rdev == 0;
}

void Collect(const std::string& upper, const std::string& lower, const std::string& relative,
             std::vector<Change>& out) {
  auto entries = sys::SystemFiles().List(upper + "/" + relative);
  if (!entries || out.size() > 5000) return;
  std::sort(entries->begin(), entries->end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  for (const auto& entry : *entries) {
    const std::string path = relative.empty() ? entry.name : Cat({relative, "/", entry.name});
    const bool existed = sys::SystemFiles().Look(Cat({lower, "/", path})).kind != sys::FileKind::kNone;
    if (IsWhiteout(Cat({upper, "/", path}))) {
      out.push_back({'D', path});
    } else if (sys::SystemFiles().Look(Cat({upper, "/", path})).kind == sys::FileKind::kDirectory) {
      if (!existed) out.push_back({'A', path + "/"});
      Collect(upper, lower, path, out);
    } else {
      out.push_back({existed ? 'M' : 'A', path});
    }
  }
}

Result<> Apply(const std::vector<Change>& changes, const std::string& upper, const std::string& lower) {
  for (const Change& change : changes) {
    const std::string from = Cat({upper, "/", change.path}), to = Cat({lower, "/", change.path});
    std::error_code error;
    if (change.kind == 'D')
      fs::remove_all(to, error);
    else if (change.path.ends_with("/"))
      fs::create_directories(to, error);
    else
      fs::copy(from, to, fs::copy_options::overwrite_existing | fs::copy_options::copy_symlinks, error);
    if (error) return Error{Code::kUnavailable, Cat({to, ": ", error.message()})};
  }
  return {};
}

std::string Diff(const std::string& before, const std::string& after) {
  auto text = sys::SystemFiles().Read(after, 256 << 10);
  if (!text || !IsUtf8(*text) || Contains(*text, std::string_view("\0", 1))) return "";
  const auto diff = sys::Run({"diff", "-u", before, after}, {.timeout_ms = 2000, .output_limit = 8 << 10});
  if (!diff || diff->exit_code > 1) return "";
  std::string out;
  int lines = 0;
  for (auto line : Split(diff->out, '\n')) {
    if (line.starts_with("---") || line.starts_with("+++")) continue;
    if (++lines > 20) return out + "      ...\n";
    if (!line.empty()) out += Cat({"      ", ForTerminal(line), "\n"});
  }
  return out;
}

// A directory for the overlay's changes: it must not lie below the directory that is tried on.
Result<std::string> MakeScratch(const std::string& cwd) {
  (void)sys::SystemFiles().MakeDirectories(sys::CacheDirectory(), 0700);
  for (const std::string& base : {sys::CacheDirectory(), std::string("/var/tmp"), std::string("/tmp")}) {
    const std::string real = sys::SystemFiles().Resolve(base);
    if (real.empty() || (real + "/").starts_with(cwd == "/" ? cwd : cwd + "/")) continue;
    std::string scratch = real + "/heddle-try-XXXXXX";
    if (::mkdtemp(scratch.data()) != nullptr) return scratch;
  }
  return Error{Code::kUnavailable, "no directory outside this one for the changes; try from a narrower directory"};
}

}  // namespace

int TryCommand(App& app, const Trial& trial) {
  const std::string& cwd = trial.cwd;
  auto made = MakeScratch(cwd);
  if (!made) return app.Fail(made.error());
  const std::string& scratch = *made;
  struct Cleanup {
    std::string path;
    ~Cleanup() {
      std::error_code ignored;
      fs::permissions(path + "/work/work", fs::perms::owner_all, ignored);
      fs::remove_all(path, ignored);
    }
  } cleanup{scratch};
  auto result = sys::Run({"/bin/sh", "-c", trial.command},
                         {.workdir = cwd,
                          .timeout_ms = 120'000,
                          .sandbox = sys::SandboxOptions{.overlay = cwd, .scratch = scratch, .network = trial.network}});
  if (!result) return app.Fail(result.error());
  app.Out(ForTerminal(result->out));
  app.Err(ForTerminal(result->err));
  if (result->timed_out) app.Err("heddle: stopped after 2 minutes\n");
  std::vector<Change> changes;
  Collect(scratch + "/upper", cwd, "", changes);
  std::string report = changes.empty() ? "  nothing would change here\n" : "";
  for (const Change& change : changes) {
    report += Cat({"  ",
                   Paint(std::string(1, change.kind),
                         change.kind == 'D'   ? "31"
                         : change.kind == 'A' ? "32"
                                              : "33",
                         app.color(1)),
                   " ", ForTerminal(change.path), "\n"});
    if (change.kind == 'M') report += Diff(Cat({cwd, "/", change.path}), Cat({scratch, "/upper/", change.path}));
  }
  app.Out(report);
  if (changes.empty() || !app.interactive()) return result->exit_code;
  app.Out("  apply these changes? [y/N] ");
  char key = 'n';
  if (::read(0, &key, 1) != 1 || (key != 'y' && key != 'Y')) return result->exit_code;
  if (auto applied = Apply(changes, scratch + "/upper", cwd); !applied) return app.Fail(applied.error());
  return result->exit_code;
}

}  // namespace heddle::cli
