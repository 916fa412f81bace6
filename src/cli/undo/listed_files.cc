#include "cli/undo/listed_files.h"

#include <algorithm>
#include <string_view>

#include "base/text.h"
#include "shell/arguments.h"
#include "shell/value.h"
#include "sys/files.h"
#include "sys/processes.h"

namespace heddle::cli {
namespace {

using shell::FileChange;
using Kind = FileChange::Kind;
using Changes = std::vector<FileChange>;

// The paths that git prints, each ended by a NUL byte; nothing when it fails.
std::optional<Words> AskGit(const std::string& cwd, const Words& words) {
  Words argv = {"git", "-c", "core.fsmonitor=false", "--no-optional-locks"};
  argv.insert(argv.end(), words.begin(), words.end());
  const auto said = sys::Run(
      argv, {.workdir = cwd, .timeout_ms = 20'000, .output_limit = 64 << 20, .sandbox = sys::SandboxOptions{}});
  if (!said || said->exit_code != 0 || said->timed_out || said->cut || !said->exceeded.empty()) return std::nullopt;
  Words out;
  for (const auto path : Split(said->out, '\0')) {
    if (!path.empty()) out.emplace_back(path);
  }
  return out;
}

std::optional<std::string> AskGitLine(const std::string& cwd, const Words& words) {
  const auto said = AskGit(cwd, words);
  if (!said || said->size() != 1 || !said->front().ends_with('\n')) return std::nullopt;
  const std::string line = said->front().substr(0, said->front().size() - 1);
  if (line.empty() || Contains(line, "\n")) return std::nullopt;
  return line.starts_with("/") ? line : Cat({cwd, "/", line});
}

bool IsHook(const std::string& path) { return sys::SystemFiles().LookThrough(path).kind != sys::FileKind::kNone; }

// Hooks change what they like.
bool RunsHooks(const std::string& cwd) {
  for (const char* hook : {"hooks/post-checkout", "hooks/post-index-change"}) {
    const auto path = AskGitLine(cwd, {"rev-parse", "--git-path", hook});
    if (!path || IsHook(*path)) return true;
  }
  return false;
}

// A path below `top` on which something else than a directory lies now would have that taken away.
bool WayIsOpen(const std::string& top, const std::string& path) {
  for (size_t slash = path.find('/'); slash != path.npos; slash = path.find('/', slash + 1)) {
    const auto kind = sys::SystemFiles().Look(Cat({top, "/", path.substr(0, slash)})).kind;
    if (kind != sys::FileKind::kDirectory && kind != sys::FileKind::kNone) return false;
  }
  return true;
}

// git reset --hard forgets a merge that is going on, and what was added.
constexpr const char* kResetState[] = {"index",      "ORIG_HEAD",  "MERGE_HEAD",       "MERGE_MSG",  "MERGE_MODE",
                                       "SQUASH_MSG", "AUTO_MERGE", "CHERRY_PICK_HEAD", "REVERT_HEAD"};

// Files in the work tree that are not as they were added or, with `head`, as they were committed.
std::optional<Changes> ChangedInGit(const std::string& cwd, bool head) {
  const auto top = AskGitLine(cwd, {"rev-parse", "--show-toplevel"});
  if (!top || RunsHooks(cwd)) return std::nullopt;
  auto paths = AskGit(*top, {"diff-files", "--name-only", "-z", "--ignore-submodules=none"});
  if (!paths) return std::nullopt;
  Changes out;
  if (head) {
    const auto added = AskGit(*top, {"diff-index", "--cached", "--name-only", "-z", "HEAD"});
    if (!added) return std::nullopt;
    paths->insert(paths->end(), added->begin(), added->end());
    for (const char* name : kResetState) {
      const auto path = AskGitLine(cwd, {"rev-parse", "--git-path", name});
      if (!path) return std::nullopt;
      out.push_back({.kind = Kind::kWrite, .paths = {.text = *path}});
    }
  }
  for (const auto& path : *paths) {
    if (!WayIsOpen(*top, path)) return std::nullopt;
    out.push_back({.kind = Kind::kWrite,
                   .paths = {.text = Cat({*top, "/", path})},
                   .why = Cat({ForTerminal(path), " is a directory where git wants to put a file"})});
  }
  return out;
}

std::optional<Changes> UntrackedInGit(const std::string& cwd, const Words& options) {
  Words words = {"ls-files", "--others", "-z"};
  bool folders = false, ignored = false;
  for (const auto& option : options) {
    const bool letters = !option.starts_with("--");
    folders |= letters && Contains(option, "d");
    ignored |= letters && option.find_first_of("xX") != option.npos;
  }
  if (!ignored) words.emplace_back("--exclude-standard");
  if (folders) words.emplace_back("--directory");
  const auto paths = AskGit(cwd, words);
  if (!paths) return std::nullopt;
  Changes out;
  for (const auto& path : *paths)
    out.push_back({.kind = Kind::kRemove, .paths = {.text = Cat({cwd, "/", path})}, .recursive = path.ends_with('/')});
  return out;
}

// A command of git and its options that are known here. "-fd" is as good as "-f -d".
struct GitRow {
  std::string_view command, letters, longs, needed;
  bool paths;  // may be given; they must lie below the present directory
};
constexpr GitRow kGitRows[] = {
    {"clean", "fdqxX", "--force --quiet", "", true},
    {"checkout", "q", "--quiet", "", true},
    {"restore", "qW", "--quiet --worktree", "", true},
    {"reset", "q", "--hard --quiet", "--hard", false},
};

struct GitCall {
  const GitRow* row = nullptr;
  Words options, paths;
};

bool IsKnown(const GitRow& row, const std::string& option) {
  if (option.starts_with("--")) return shell::InList(row.longs, option);
  return option.size() > 1 && option.find_first_not_of(row.letters, 1) == option.npos;
}

std::optional<GitCall> ReadGit(const Words& words) {
  if (words.size() < 2 || words[0] != "git") return std::nullopt;
  const auto* row =
      std::find_if(std::begin(kGitRows), std::end(kGitRows), [&](const GitRow& it) { return it.command == words[1]; });
  if (row == std::end(kGitRows)) return std::nullopt;
  GitCall out{.row = row};
  bool only_paths = false;
  for (size_t i = 2; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (!only_paths && word == "--") {
      only_paths = true;
    } else if (!only_paths && word.starts_with("-")) {
      if (!IsKnown(*row, word)) return std::nullopt;
      out.options.push_back(word);
    } else {
      out.paths.push_back(word);
    }
  }
  const bool has =
      row->needed.empty() || std::find(out.options.begin(), out.options.end(), row->needed) != out.options.end();
  const bool branch = row->command == "checkout" && !only_paths && out.paths != Words{"."};
  const bool bare = row->command != "clean" && row->paths && out.paths.empty();
  return has && !branch && !bare ? std::optional(out) : std::nullopt;
}

bool LiesBelow(const std::string& path) {
  return !path.starts_with("/") && !path.starts_with(":") && !Contains(path, "..") && !shell::HasUnknown(path);
}

}  // namespace

bool CanBeListed(const Words& words) {
  const auto call = ReadGit(words);
  if (!call) return false;
  if (!call->row->paths) return call->paths.empty() || call->paths == Words{"HEAD"};
  return std::all_of(call->paths.begin(), call->paths.end(), LiesBelow);
}

std::optional<Changes> ListChanges(const Words& words, const std::string& cwd) {
  const auto call = ReadGit(words);
  if (!call || cwd.empty()) return std::nullopt;
  if (call->row->command == "clean") return UntrackedInGit(cwd, call->options);
  return ChangedInGit(cwd, call->row->command == "reset");
}

}  // namespace heddle::cli
