#include "ask/touch.h"

#include <algorithm>
#include <optional>
#include <set>

#include "ask/find_filter.h"
#include "base/text.h"
#include "facts/git_index.h"
#include "shell/expand.h"
#include "sys/environment.h"

namespace heddle::ask {
namespace {

class Walk {
 public:
  Walk(const sys::Files& files, const TouchOptions& options)
      : files_(files), options_(options), start_(sys::SystemClock().MonotonicUs()) {}

  // `shown` is the path as the command names it: what find's own tests see.
  void Add(const std::string& path, const std::string& shown, bool recursive, const FindFilter* filter, Touched& out,
           int depth = 0) {
    if (Spent(out)) return;
    const sys::FileInfo info = files_.Look(path);
    if (info.kind == sys::FileKind::kNone) return;
    const bool directory = info.kind == sys::FileKind::kDirectory;
    std::vector<sys::DirectoryEntry> entries;
    if (directory && (recursive || filter != nullptr)) {
      auto listed = files_.List(path);
      if (listed)
        entries = *std::move(listed);
      else
        out.complete = false;
    }
    const FoundFile found{shown, sys::BaseName(path), info, directory ? entries.empty() : info.size == 0};
    const bool meant = filter == nullptr || (depth >= filter->min_depth() && filter->Matches(found));
    if (meant) Count(path, info, out);
    if (!directory && meant && filter != nullptr && paths != nullptr) paths->push_back(path);
    const auto meet = [&] {
      if (directory && meant && filter != nullptr && paths != nullptr) paths->push_back(path);
    };
    if (!directory || !recursive || (filter != nullptr && depth >= filter->max_depth())) return meet();
    if (depth > 64) {
      out.complete = false;
      return;
    }
    for (const auto& entry : entries) {
      Add(Cat({path, path.ends_with("/") ? "" : "/", entry.name}),
          Cat({shown, shown.ends_with("/") ? "" : "/", entry.name}), true, filter, out, depth + 1);
    }
    meet();
  }

  std::vector<std::string>* paths = nullptr;  // when set, gets what a filter selects

  // Every path that a shell's wildcards would name, one level of the path after the other.
  std::vector<std::string> Expand(const std::string& pattern) {
    std::vector<std::string> found{""};
    for (auto part : Split(std::string_view(pattern).substr(1), '/')) {
      std::vector<std::string> next;
      for (const auto& base : found) {
        if (part.find_first_of("*?[") == part.npos) {
          next.push_back(Cat({base, "/", part}));
          continue;
        }
        auto entries = files_.List(base.empty() ? "/" : base);
        if (!entries) continue;
        for (const auto& entry : *entries) {
          const bool dot = entry.name[0] == '.' && part[0] != '.';
          if (!dot && GlobMatch(part, entry.name)) next.push_back(Cat({base, "/", entry.name}));
          if (++seen_ > options_.max_entries) return next;
        }
      }
      found = std::move(next);
    }
    std::sort(found.begin(), found.end());
    return found;
  }

 private:
  void Count(const std::string& path, const sys::FileInfo& info, Touched& out) {
    if (info.kind == sys::FileKind::kDirectory) {
      ++out.directories;
      Note(path, out);
      return;
    }
    ++out.files;
    out.bytes += info.size;
    if (const facts::WorkTree* tree = TreeOf(path)) {
      out.versioned = true;
      if (!Contains(path, "/.git/") && !tree->index.Tracks(std::string_view(path).substr(tree->top.size() + 1)))
        ++out.untracked;
    }
  }

  // The repository that `path` lies in; looked for once, since targets of one command mostly share it.
  const facts::WorkTree* TreeOf(const std::string& path) {
    const bool inside = tree_ && path.starts_with(tree_->top + "/");
    if (!inside && searched_.insert(sys::DirName(path)).second && searched_.size() < 16) {
      if (auto found = facts::FindWorkTree(files_, sys::DirName(path))) tree_ = std::move(found);
    }
    return tree_ && path.starts_with(tree_->top + "/") ? &*tree_ : nullptr;
  }

  bool Spent(Touched& out) {
    const bool late = (++seen_ & 255) == 0 && sys::SystemClock().MonotonicUs() - start_ > options_.max_us;
    if (seen_ <= options_.max_entries && !late && out.complete) return false;
    out.complete = false;
    return true;
  }

  static void Note(const std::string& path, Touched& out) {
    for (std::string_view name : {".git", "node_modules", ".ssh", "venv", ".venv"}) {
      if (!path.ends_with(Cat({"/", name})) || out.notable.size() > 4) continue;
      const std::string note = Cat({"includes ", name});
      if (std::find(out.notable.begin(), out.notable.end(), note) == out.notable.end()) out.notable.push_back(note);
    }
  }

  const sys::Files& files_;
  const TouchOptions& options_;
  int64_t start_;
  uint64_t seen_ = 0;
  std::optional<facts::WorkTree> tree_;
  std::set<std::string> searched_;
};

bool Matters(shell::EffectKind kind) {
  using shell::EffectKind;
  return kind == EffectKind::kDelete || kind == EffectKind::kMove || kind == EffectKind::kOverwrite ||
         kind == EffectKind::kPermissions || kind == EffectKind::kOwnership;
}

std::string Thousands(uint64_t value) {
  std::string digits = std::to_string(value);
  for (size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
  return digits;
}

// What find hands to a command is everything its tests select below the root.
std::string TargetOf(const shell::Effect& effect) {
  std::string target = effect.target;
  if (!effect.tests.empty() && target.ends_with(Cat({"/", std::string(1, shell::kUnknown)})))
    target.resize(target.size() - (target.size() > 2 ? 2 : 1));
  return target;
}

}  // namespace

std::optional<std::vector<std::string>> PathsOf(const shell::Effect& effect, const sys::Files& files,
                                                const std::string& cwd, const TouchOptions& options) {
  const std::string target = TargetOf(effect);
  if (target.empty() || shell::HasUnknown(target)) return std::nullopt;
  const std::string path = sys::CleanPath(target[0] == '/' ? target : Cat({cwd, "/", target}));
  Walk walk(files, options);
  std::vector<std::string> out;
  if (effect.tests.empty()) {
    if (effect.filtered) return std::nullopt;
    const bool wild = effect.glob && path.find_first_of("*?[") != path.npos;
    out = wild ? walk.Expand(path) : std::vector<std::string>{path};
    if (out.size() >= options.max_entries) return std::nullopt;
    return out;
  }
  const auto filter = FindFilter::Parse(effect.tests, sys::SystemClock().UnixMs() * 1'000'000);
  if (!filter) return std::nullopt;
  walk.paths = &out;
  Touched touched;
  walk.Add(path, target, true, &*filter, touched);
  if (!touched.complete) return std::nullopt;
  return out;
}

std::vector<Touched> LookAtTargets(const std::vector<shell::Effect>& effects, const sys::Files& files,
                                   const std::string& cwd, const TouchOptions& options) {
  std::vector<Touched> out;
  Walk walk(files, options);
  for (const auto& effect : effects) {
    const std::string target = TargetOf(effect);
    if (!Matters(effect.kind) || target.empty() || shell::HasUnknown(target) || out.size() > 20) continue;
    const std::string path = sys::CleanPath(target[0] == '/' ? target : Cat({cwd, "/", target}));
    Touched touched{.kind = effect.kind, .target = target};
    const bool wild = effect.glob && path.find_first_of("*?[") != path.npos;
    const auto paths = wild ? walk.Expand(path) : std::vector<std::string>{path};
    std::optional<FindFilter> filter;
    if (!effect.tests.empty()) filter = FindFilter::Parse(effect.tests, sys::SystemClock().UnixMs() * 1'000'000);
    const bool recursive = effect.recursive || effect.filtered || effect.kind == shell::EffectKind::kMove;
    for (const auto& one : paths) walk.Add(one, wild ? one : target, recursive, filter ? &*filter : nullptr, touched);
    if (effect.filtered && !filter) touched.notable.push_back("of which a filter selects");
    if (touched.files + touched.directories > 0 || filter) out.push_back(std::move(touched));
  }
  return out;
}

std::string Describe(const Touched& touched) {
  std::string out = touched.complete ? "" : "at least ";
  if (touched.files > 0 || touched.directories == 0)
    out += Cat({Thousands(touched.files), touched.files == 1 ? " file" : " files"});
  if (touched.directories > 0)
    out += Cat({touched.files > 0 ? ", " : "", Thousands(touched.directories),
                touched.directories == 1 ? " directory" : " directories"});
  out += Cat({", ", HumanBytes(touched.bytes)});
  for (const auto& note : touched.notable) out += ", " + note;
  if (touched.versioned && touched.untracked > 0)
    out += Cat({"; ", Thousands(touched.untracked), " not in version control"});
  return out;
}

}  // namespace heddle::ask
