#include "shell/places.h"

#include <vector>

#include "base/text.h"
#include "shell/expand.h"

namespace heddle::shell {
namespace {

struct Row {
  std::string_view pattern;  // glob over the absolute path; "~" stands for any home directory
  Place place;
};

// First match wins. '*' crosses '/'.
constexpr Row kRows[] = {
    {"/dev/null", Place::kInert},
    {"/dev/stdout", Place::kInert},
    {"/dev/stderr", Place::kInert},
    {"/dev/stdin", Place::kInert},
    {"/dev/tty*", Place::kInert},
    {"/dev/fd/*", Place::kInert},
    {"/dev/zero", Place::kInert},
    {"/dev/full", Place::kInert},
    {"/dev/pts/*", Place::kInert},
    {"/dev/*random", Place::kInert},
    {"/dev/shm/*", Place::kTemporary},
    {"/dev/tcp/*", Place::kOrdinary},
    {"/dev/udp/*", Place::kOrdinary},
    {"/dev", Place::kSystem},
    {"/dev/*", Place::kDevice},
    {"/proc/self/fd/*", Place::kInert},
    {"/proc", Place::kKernel},
    {"/proc/*", Place::kKernel},
    {"/sys", Place::kKernel},
    {"/sys/*", Place::kKernel},
    {"/etc/passwd*", Place::kCredential},
    {"/etc/shadow*", Place::kCredential},
    {"/etc/group*", Place::kCredential},
    {"/etc/gshadow*", Place::kCredential},
    {"/etc/sudoers*", Place::kCredential},
    {"/etc/pam.d*", Place::kCredential},
    {"/etc/ssh/*", Place::kCredential},
    {"~/.ssh/known_hosts", Place::kOrdinary},
    {"~/.config/fish/completions/*", Place::kOrdinary},
    {"~/.ssh*", Place::kCredential},
    {"~/.gnupg*", Place::kCredential},
    {"~/.aws*", Place::kCredential},
    {"~/.kube*", Place::kCredential},
    {"~/.netrc", Place::kCredential},
    {"~/.docker/config.json", Place::kCredential},
    {"~/.config/gcloud*", Place::kCredential},
    {"~/.password-store*", Place::kCredential},
    {"~/.git-credentials", Place::kCredential},
    {"~/.npmrc", Place::kCredential},
    {"~/.pypirc", Place::kCredential},
    {"~/.pgpass", Place::kCredential},
    {"~/.my.cnf", Place::kCredential},
    {"~/.vault-token", Place::kCredential},
    {"~/.config/gh/hosts.yml", Place::kCredential},
    {"~/.azure*", Place::kCredential},
    {"~/.config/op*", Place::kCredential},
    {"~/.local/share/keyrings*", Place::kCredential},
    {"~/.electrum*", Place::kCredential},
    {"~/.bitcoin*", Place::kCredential},
    {"~/.mozilla*", Place::kCredential},
    {"~/.config/google-chrome*", Place::kCredential},
    {"~/.config/chromium*", Place::kCredential},
    {"~/.local/share", Place::kHomeEntry},
    {"~/.config", Place::kHomeEntry},
    {"~/.bash_history", Place::kShellHistory},
    {"~/.zsh_history", Place::kShellHistory},
    {"~/.*_history", Place::kShellHistory},
    {"~/.local/share/fish/fish_history", Place::kShellHistory},
    {"~/.bashrc", Place::kStartup},
    {"~/.bash_profile", Place::kStartup},
    {"~/.bash_login", Place::kStartup},
    {"~/.bash_aliases", Place::kStartup},
    {"~/.profile", Place::kStartup},
    {"~/.zshrc", Place::kStartup},
    {"~/.zshenv", Place::kStartup},
    {"~/.zprofile", Place::kStartup},
    {"~/.config/fish/*", Place::kStartup},
    {"~/.config/autostart*", Place::kStartup},
    {"~/.config/systemd/*", Place::kStartup},
    {"~/.xinitrc", Place::kStartup},
    {"~/.xprofile", Place::kStartup},
    {"~/.xsession*", Place::kStartup},
    {"~/.bash_logout", Place::kStartup},
    {"~/.zlogin", Place::kStartup},
    {"~/.zlogout", Place::kStartup},
    {"~/.inputrc", Place::kStartup},
    {"~/.vimrc", Place::kStartup},
    {"~/.emacs", Place::kStartup},
    {"~/.emacs.d/init.el", Place::kStartup},
    {"~/.config/nvim/init.*", Place::kStartup},
    {"~/.tmux.conf", Place::kStartup},
    {"~/.gitconfig", Place::kStartup},
    {"~/.config/git/config", Place::kStartup},
    {"~/.cargo/config*", Place::kStartup},
    {"~/.local/bin/*", Place::kStartup},
    {"~/.gdbinit", Place::kStartup},
    {"~/.claude/settings*.json", Place::kStartup},
    {"~/.codex/*.json", Place::kStartup},
    {"~/.codex/config.toml", Place::kStartup},
    {"~/.gemini/settings.json", Place::kStartup},
    {"~/.cursor/hooks.json", Place::kStartup},
    {"/etc/profile*", Place::kStartup},
    {"/etc/bash.bashrc", Place::kStartup},
    {"/etc/rc.local", Place::kStartup},
    {"/etc/init.d/*", Place::kStartup},
    {"/etc/systemd/*", Place::kStartup},
    {"/lib/systemd/*", Place::kStartup},
    {"/usr/lib/systemd/*", Place::kStartup},
    {"/etc/ld.so.preload", Place::kStartup},
    {"/etc/environment", Place::kStartup},
    {"/etc/cron*", Place::kSchedule},
    {"/var/spool/cron*", Place::kSchedule},
    {"/var/log", Place::kLog},
    {"/var/log/*", Place::kLog},
    {"/tmp", Place::kTemporary},
    {"/tmp/*", Place::kTemporary},
    {"/var/tmp", Place::kTemporary},
    {"/var/tmp/*", Place::kTemporary},
    {"/var/cache/*", Place::kTemporary},
    {"/usr/local/src/*", Place::kOrdinary},
    {"/etc", Place::kSystem},
    {"/etc/*", Place::kSystem},
    {"/usr", Place::kSystem},
    {"/usr/*", Place::kSystem},
    {"/boot", Place::kSystem},
    {"/boot/*", Place::kSystem},
    {"/bin", Place::kSystem},
    {"/bin/*", Place::kSystem},
    {"/sbin", Place::kSystem},
    {"/sbin/*", Place::kSystem},
    {"/lib", Place::kSystem},
    {"/lib/*", Place::kSystem},
    {"/lib32*", Place::kSystem},
    {"/lib64*", Place::kSystem},
    {"/var", Place::kSystem},
    {"/var/lib*", Place::kSystem},
    {"/var/*", Place::kTopLevel},
    {"/run", Place::kSystem},
    {"/opt", Place::kSystem},
    {"/srv", Place::kSystem},
    {"/mnt", Place::kSystem},
    {"/media", Place::kSystem},
    {"/System*", Place::kSystem},
    {"/Library*", Place::kSystem},
    {"/Applications*", Place::kSystem},
    {"/private/etc*", Place::kSystem},
    {"/snap*", Place::kSystem},
    {"/efi*", Place::kSystem},
};

constexpr std::string_view kBuildNames[] = {"node_modules",
                                            "target",
                                            "dist",
                                            "build",
                                            "out",
                                            "__pycache__",
                                            ".venv",
                                            "venv",
                                            ".tox",
                                            ".mypy_cache",
                                            ".pytest_cache",
                                            ".next",
                                            ".nuxt",
                                            ".cache",
                                            ".gradle",
                                            ".parcel-cache",
                                            "coverage",
                                            ".ruff_cache",
                                            ".eggs",
                                            "CMakeFiles",
                                            "bin",
                                            "obj",
                                            ".terraform",
                                            "cmake-build-debug",
                                            "cmake-build-release",
                                            "tmp",
                                            "temp",
                                            "logs",
                                            ".angular",
                                            ".turbo",
                                            "bazel-out"};

// The part of `path` below a home directory ("" for the home itself), or nothing.
bool BelowHome(std::string_view path, std::string_view home, std::string_view& below) {
  if (!home.empty() && home != "/" && (path == home || path.starts_with(Cat({home, "/"})))) {
    below = path.substr(home.size());
    return true;
  }
  for (std::string_view base : {"/home/", "/Users/", "/mnt/c/Users/"}) {
    if (!path.starts_with(base)) continue;
    const size_t slash = path.find('/', base.size());
    below = slash == path.npos ? "" : path.substr(slash);
    return true;
  }
  if (path == "/root" || path.starts_with("/root/")) {
    below = path.substr(5);
    return true;
  }
  return false;
}

std::string Clean(std::string_view path) {
  std::vector<std::string_view> kept;
  for (auto part : Split(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      if (!kept.empty()) kept.pop_back();
    } else {
      kept.push_back(part);
    }
  }
  std::string out;
  for (auto part : kept) out += Cat({"/", part});
  return out.empty() ? "/" : out;
}

Place PlaceOfAbsolute(std::string_view path, bool glob, std::string_view cwd, const World& world) {
  size_t slash = path.rfind('/');
  while (glob && path.size() > 1 && MatchesAll(path.substr(slash + 1))) {  // "/x/*" is as much as "/x"
    path = slash == 0 ? "/" : path.substr(0, slash);
    slash = path.rfind('/');
  }
  const std::string_view last = path.substr(slash + 1);
  if (path == "/") return Place::kRoot;
  if (glob && slash == 0 && last.find('*') != last.npos && last.size() <= 2) return Place::kRoot;
  std::string_view below;
  if (BelowHome(path, world.home, below)) {
    if (below.empty()) return Place::kHome;
    const std::string tilde = Cat({"~", below});
    for (const Row& row : kRows) {
      if (row.pattern[0] == '~' && GlobMatch(row.pattern, tilde)) return row.place;
    }
    if (Contains(below, "/.git/hooks/")) return Place::kStartup;
    for (auto part : Split(below, '/')) {
      if (part == ".git") return Place::kRepository;
    }
    for (auto build : kBuildNames) {
      if (last == build) return Place::kBuild;
    }
    if (path == cwd) return Place::kHere;
    if (cwd.starts_with(Cat({path, "/"}))) return Place::kAbove;
    return below.find('/', 1) == below.npos ? Place::kHomeEntry : Place::kOrdinary;
  }
  if (path == "/home" || path == "/Users") return Place::kHome;
  const bool wild = glob && path.find_first_of("*?[") != path.npos;
  // The repository and the directory that the user works in are that, wherever they lie.
  if (last == ".git" && path.substr(0, slash) == world.cwd) return Place::kRepository;
  for (const Row& row : kRows) {
    if (row.pattern[0] != '/') continue;
    if (GlobMatch(row.pattern, path))
      return row.place == Place::kTemporary && path == world.cwd ? Place::kHere : row.place;
    // "/et*", "/[e]tc": a glob that could name the place is that place
    if (wild && row.place != Place::kInert && row.pattern.find('*') == row.pattern.npos && GlobMatch(path, row.pattern))
      return row.place;
  }
  if (path == cwd) return Place::kHere;
  if (Contains(path, "/.git/hooks/")) return Place::kStartup;
  for (auto part : Split(path, '/')) {
    if (part == ".git") return Place::kRepository;
  }
  if (cwd.starts_with(Cat({path, "/"}))) return Place::kAbove;
  for (auto build : kBuildNames) {
    if (last == build && slash != 0) return Place::kBuild;
  }
  return slash == 0 ? Place::kTopLevel : Place::kOrdinary;
}

constexpr std::string_view kSomewhere = "/unknown/directory/here";

}  // namespace

std::string CleanPath(std::string_view path, std::string_view cwd) {
  if (path.starts_with("/")) return Clean(path);
  return Clean(Cat({cwd.empty() ? kSomewhere : cwd, "/", path}));
}

Location Locate(std::string_view target, bool glob, std::string_view cwd, const World& world) {
  if (target.empty()) return {Place::kOrdinary, ""};
  if (target.find(kName) != target.npos) {  // some name is as good as any
    const std::string named = ReplaceAll(std::string(target), std::string(1, kName), "_");
    return {Locate(named, glob, cwd, world).place, std::string(target)};
  }
  if (HasUnknown(target)) {
    const std::string known = WithoutUnknown(target);
    if (IsMark(target[0]) && (known == "/" || known == "/*" || known == "/." || known == "//" || known == "/**")) {
      return {Place::kUnknownRoot, std::string(target)};
    }
    if (IsMark(target[0]) || known.empty()) return {Place::kUnknown, std::string(target)};
    const Location parent = Locate(known, glob, cwd, world);  // "/etc/$X": at worst the folder itself
    return {parent.place, std::string(target)};
  }
  // Without a known directory a made-up one keeps "." apart from "..".
  const std::string base(cwd.empty() ? kSomewhere : cwd);
  std::string path = CleanPath(target, base);
  const bool wild = glob && target.find_first_of("*?[") != target.npos;
  if (world.resolve && !wild) {
    const bool through = target.back() == '/' || target.ends_with("/.");
    const size_t slash = path.rfind('/');
    const std::string parent = slash == 0 ? "/" : path.substr(0, slash);
    // A final link is itself the target, unless a trailing slash follows it.
    if (through) {
      if (auto real = world.resolve(path); !real.empty()) path = real;
    } else if (auto real = world.resolve(parent); !real.empty() && path != "/") {
      path = Cat({real == "/" ? "" : real, path.substr(slash)});
    }
  }
  return {PlaceOfAbsolute(path, wild, base, world), path};
}

bool MatchesAll(std::string_view name) {
  return name == "*" || name == ".*" || name == "{*,.*}" || name == ".[!.]*" || name == ".??*" || name == "?*" ||
         name == "**";
}

}  // namespace heddle::shell
