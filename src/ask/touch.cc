#include "ask/touch.h"

#include <algorithm>

#include "base/text.h"
#include "shell/expand.h"
#include "sys/environment.h"

namespace heddle::ask {
namespace {

class Walk {
 public:
  Walk(const sys::Files& files, const TouchOptions& options)
      : files_(files), options_(options), start_(sys::SystemClock().MonotonicUs()) {}

  void Add(const std::string& path, bool recursive, Touched& out, int depth = 0) {
    if (Spent(out)) return;
    const sys::FileInfo info = files_.Look(path);
    if (info.kind == sys::FileKind::kNone) return;
    if (info.kind != sys::FileKind::kDirectory) {
      ++out.files;
      out.bytes += info.size;
      return;
    }
    ++out.directories;
    Note(path, out);
    if (!recursive || depth > 64) return;
    auto entries = files_.List(path);
    if (!entries) {
      out.complete = false;
      return;
    }
    for (const auto& entry : *entries)
      Add(Cat({path, path.ends_with("/") ? "" : "/", entry.name}), true, out, depth + 1);
  }

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

}  // namespace

std::vector<Touched> LookAtTargets(const std::vector<shell::Effect>& effects, const sys::Files& files,
                                   const std::string& cwd, const TouchOptions& options) {
  std::vector<Touched> out;
  Walk walk(files, options);
  for (const auto& effect : effects) {
    if (!Matters(effect.kind) || effect.target.empty() || shell::HasUnknown(effect.target) || out.size() > 20) continue;
    const std::string path = sys::CleanPath(effect.target[0] == '/' ? effect.target : Cat({cwd, "/", effect.target}));
    Touched touched{.kind = effect.kind, .target = effect.target};
    const bool wild = path.find_first_of("*?[") != path.npos && files.Look(path).kind == sys::FileKind::kNone;
    const auto paths = wild ? walk.Expand(path) : std::vector<std::string>{path};
    for (const auto& one : paths) walk.Add(one, effect.recursive || effect.kind == shell::EffectKind::kMove, touched);
    if (effect.filtered) touched.notable.push_back("of which a filter selects");
    if (touched.files + touched.directories > 0) out.push_back(std::move(touched));
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
  return out;
}

}  // namespace heddle::ask
