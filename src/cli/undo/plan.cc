#include "cli/undo/plan.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "base/text.h"
#include "cli/undo/journal.h"
#include "cli/undo/kept_files.h"
#include "cli/undo/named_files.h"
#include "shell/value.h"
#include "sys/files.h"

namespace heddle::cli {
namespace {

using shell::FileChange;
using Kind = FileChange::Kind;
using Landing = FileChange::Landing;

constexpr size_t kMaxWishes = 500'000;
constexpr int kMaxDepth = 300;

// Nothing is lost by writing to these.
bool IsSink(const std::string& path) {
  static constexpr std::string_view kSinks[] = {"/dev/null", "/dev/zero",   "/dev/full",
                                                "/dev/tty",  "/dev/random", "/dev/urandom"};
  return std::find(std::begin(kSinks), std::end(kSinks), path) != std::end(kSinks) || path.starts_with("/dev/pts/") ||
         path.starts_with("/proc/self/fd/");
}

class Planner {
 public:
  explicit Planner(UndoPlan& plan) : plan_(plan) {}

  void Take(const FileChange& change) {
    ++change_;
    switch (change.kind) {
      case Kind::kUnknown: return DoNotKnow(change.why);
      case Kind::kEnter: return Enter(change);
      case Kind::kRemove: return Each(change, [&](const std::string& path) { Remove(path, change.recursive); });
      case Kind::kWrite: return Each(change, [&](const std::string& path) { Write(path, change); });
      case Kind::kAttributes:
        return Each(change, [&](const std::string& path) { Attributes(path, change.recursive, 0); });
      case Kind::kMake: return Each(change, [&](const std::string& path) { Make(path); });
      case Kind::kLand:
      case Kind::kMove: return Land(change);
    }
  }

  void Close() {
    for (auto& [path, wish] : wishes_) {
      if (!wish.moved_to.empty() && Disturbed(path, wish)) {
        wish.moved_to.clear();
        wish.written = true;
        wish.tree = wish.before.directory();
      }
    }
    for (auto& [path, wish] : wishes_) {
      if (CoveredByTree(path, wish)) continue;
      if (wish.tree && AnyBelow(path, [](const Wish& below) { return below.written; })) wish.written = true;
      plan_.wishes.push_back(wish);
    }
  }

 private:
  void DoNotKnow(const std::string& why) {
    if (plan_.unknown.empty()) plan_.unknown = why;
  }

  void Each(const FileChange& change, const std::function<void(const std::string&)>& take) {
    const auto paths = Expand(change.paths);
    const bool anywhere_below = change.kind == Kind::kRemove && !shell::HasUnknown(change.paths.text);
    if (!paths && anywhere_below && !change.paths.tests.empty()) return Remove(change.paths.text, true);
    if (!paths) return DoNotKnow("it is not known which files it is about until it runs");
    for (const auto& path : *paths) take(path);
    const bool makes = change.kind != Kind::kRemove && HasWildcards(change.paths);
    if (makes) plan_.later.push_back(change.paths);
  }

  void Enter(const FileChange& change) {
    const Place place = LocateThrough(change.paths.text);
    const bool there = place.exists && sys::SystemFiles().LookThrough(place.path).kind == sys::FileKind::kDirectory;
    const bool made = !place.exists && wishes_.contains(place.path);
    if (!there && !made) DoNotKnow("what follows a cd happens elsewhere when that fails");
  }

  Wish* Note(const std::string& path) {
    if (wishes_.size() >= kMaxWishes) {
      plan_.lost = "it is about more files than can be kept";
      return nullptr;
    }
    auto [found, fresh] = wishes_.try_emplace(path);
    Wish& wish = found->second;
    if (fresh) wish = {.path = path, .before = StateAt(AT_FDCWD, path)};
    auto& by = changed_by_[path];
    if (by.empty() || by.back() != change_) by.push_back(change_);
    return &wish;
  }

  void Remove(const std::string& path, bool recursive) {
    const Place place = Locate(path);
    if (!place.possible || !place.exists) return MayComeAndGo(place);
    if (place.path == "/") return;
    if (Wish* wish = Note(place.path)) {
      wish->removed = true;
      wish->tree |= recursive && wish->before.directory();
    }
  }

  // What is not there yet may be made by this line first.
  void MayComeAndGo(const Place& place) {
    if (place.possible && wishes_.contains(place.path)) (void)Note(place.path);
  }

  void Write(const std::string& path, const FileChange& change) {
    const Place place = Locate(path);
    if (!place.possible || IsSink(place.path)) return;
    Wish* wish = Note(place.path);
    if (wish == nullptr || !wish->before.exists) return;
    if (wish->before.directory()) return WriteFolder(place.path, change);
    if (S_ISLNK(wish->before.mode)) {
      wish->removed = true;
      const Place target = LocateThrough(path);
      if (target.possible && target.path != place.path) Write(target.path, change);
      return;
    }
    if (!wish->before.regular()) plan_.lost = Cat({ForTerminal(place.path), " is a device, pipe or socket"});
    wish->written = true;
  }

  void WriteFolder(const std::string& path, const FileChange& change) {
    if (change.recursive) return Below(path, [&](const std::string& each) { Write(each, change); });
    if (!change.why.empty()) DoNotKnow(change.why);
    wishes_.erase(path);
  }

  void Below(const std::string& folder, const std::function<void(const std::string&)>& take) {
    const auto entries = sys::SystemFiles().List(folder);
    if (!entries) plan_.lost = Cat({ForTerminal(folder), " cannot be listed"});
    for (const auto& entry : entries ? *entries : std::vector<sys::DirectoryEntry>())
      take(Cat({folder == "/" ? "" : folder, "/", entry.name}));
  }

  void Attributes(const std::string& path, bool recursive, int depth) {
    const Place place = recursive ? Locate(path) : LocateThrough(path);
    if (!place.possible || IsSink(place.path) || depth > kMaxDepth) return;
    const Wish* wish = Note(place.path);
    if (wish == nullptr || !recursive || !wish->before.directory()) return;
    Below(place.path, [&](const std::string& each) { Attributes(each, true, depth + 1); });
  }

  void Make(const std::string& path) {
    const Place place = Locate(path);
    if (place.possible && !place.exists) (void)Note(place.path);
  }

  void Land(const FileChange& change) {
    const auto sources = Expand(change.paths);
    if (!sources) return DoNotKnow("it is not known which files it is about until it runs");
    const auto targets = Expand(change.to);
    if (!targets) return DoNotKnow("it is not known where files are put until it runs");
    const bool pattern = HasWildcards(change.to);
    if (pattern) plan_.later.push_back(change.to);
    for (const auto& source : *sources) {
      for (const auto& target : *targets) LandOne(change, source, target, !pattern && targets->size() == 1);
    }
  }

  void LandOne(const FileChange& change, const std::string& source, const std::string& target, bool certain) {
    const Place from = Locate(source);
    std::string to = target;
    const bool folder = sys::SystemFiles().LookThrough(target).kind == sys::FileKind::kDirectory;
    if (change.landing == Landing::kInside || (change.landing == Landing::kEither && folder))
      to = Cat({target, "/", NameIn(source)});
    // Nothing is put over itself, unless it is another file by then.
    if (certain && from.exists && Locate(to).path == from.path && !wishes_.contains(from.path)) return;
    // Into a folder that this line makes first.
    const Place whole = Locate(target);
    if (!folder && change.landing != Landing::kExactly && whole.possible && !whole.exists &&
        wishes_.contains(whole.path))
      certain = false;
    if (from.possible && from.exists && sys::SystemFiles().Look(from.path).kind == sys::FileKind::kDirectory) {
      if (change.recursive) LandFolder(change, from.path, to, 0);
    } else {
      Write(to, change);
    }
    if (change.kind == Kind::kMove) MoveFrom(from, Locate(to), certain);
  }

  // "a/b/" is put at "b", "a/." at ".".
  static std::string NameIn(std::string path) {
    while (path.size() > 1 && path.ends_with('/')) path.pop_back();
    return path.substr(path.rfind('/') + 1);
  }

  void LandFolder(const FileChange& change, const std::string& source, const std::string& target, int depth) {
    const Place place = Locate(target);
    if (!place.possible || depth > kMaxDepth) return;
    const auto there = sys::SystemFiles().LookThrough(place.path).kind;
    if (!place.exists || there != sys::FileKind::kDirectory) {
      (void)Note(place.path);
      return;
    }
    if (Wish* wish = change.kind == Kind::kMove ? Note(place.path) : nullptr) wish->removed = true;  // when it is empty
    Below(source, [&](const std::string& each) {
      const std::string to = Cat({target, "/", sys::BaseName(each)});
      const bool folder = sys::SystemFiles().Look(each).kind == sys::FileKind::kDirectory;
      if (folder)
        LandFolder(change, each, to, depth + 1);
      else
        Write(to, change);
    });
  }

  void MoveFrom(const Place& from, const Place& to, bool certain) {
    if (!from.possible || !from.exists) return MayComeAndGo(from);
    Wish* wish = Note(from.path);
    if (wish == nullptr) return;
    wish->removed = true;
    wish->tree = wish->before.directory();
    const FileState folder = StateAt(AT_FDCWD, sys::DirName(to.path));
    if (certain && to.possible && folder.device == wish->before.device && wish->moved_to.empty())
      wish->moved_to = to.path;
    else
      wish->moved_to.clear();
  }

  // Whether anything else of the line is about what is moved, or about where it goes.
  bool Disturbed(const std::string& path, const Wish& wish) const {
    const auto more_than_once = [&](const std::string& at) {
      const auto found = changed_by_.find(at);
      return found != changed_by_.end() && found->second.size() > 1;
    };
    const auto any = [](const Wish&) { return true; };
    return more_than_once(path) || more_than_once(wish.moved_to) || AnyBelow(path, any) || AnyBelow(wish.moved_to, any);
  }

  bool AnyBelow(const std::string& path, const std::function<bool(const Wish&)>& fits) const {
    const std::string prefix = path + "/";
    for (auto at = wishes_.lower_bound(prefix); at != wishes_.end() && at->first.starts_with(prefix); ++at) {
      if (fits(at->second)) return true;
    }
    return false;
  }

  bool CoveredByTree(const std::string& path, const Wish& wish) const {
    if (wish.written || !wish.moved_to.empty()) return false;
    for (size_t slash = path.rfind('/'); slash != 0 && slash != path.npos; slash = path.rfind('/', slash - 1)) {
      const auto above = wishes_.find(path.substr(0, slash));
      if (above == wishes_.end()) continue;
      const bool made = !above->second.before.exists && !wish.before.exists;
      if ((above->second.tree && above->second.moved_to.empty() && wish.before.exists) || made) return true;
    }
    return false;
  }

  UndoPlan& plan_;
  std::map<std::string, Wish> wishes_;
  std::map<std::string, std::vector<int>> changed_by_;
  int change_ = 0;
};

// Bytes of regular files below, for what must be copied.
uint64_t BytesOf(const std::string& path, const FileState& state, int depth) {
  if (!state.directory()) return state.regular() ? state.size : 0;
  uint64_t out = 0;
  const auto entries = sys::SystemFiles().List(path);
  for (const auto& entry : entries&& depth < kMaxDepth ? *entries : std::vector<sys::DirectoryEntry>()) {
    const std::string below = Cat({path, "/", entry.name});
    out += BytesOf(below, StateAt(AT_FDCWD, below), depth + 1);
  }
  return out;
}

uint64_t FreeBytes(const std::string& folder) {
  struct statvfs info = {};
  if (::statvfs(folder.c_str(), &info) != 0) return 0;
  return uint64_t{info.f_bavail} * info.f_frsize;
}

}  // namespace

void Finish(UndoPlan& plan, const UndoLimits& limits) {
  if (plan.wishes.empty() && plan.later.empty()) return;
  const bool loses =
      std::any_of(plan.wishes.begin(), plan.wishes.end(), [](const Wish& wish) { return wish.before.exists; });
  if (const auto journal = Journal::Open(); !journal) {
    if (!loses) plan.wishes.clear();
    if (!loses) plan.later.clear();
    if (loses) plan.lost = Cat({"there is no trash: ", journal.error().message});
    return;
  }
  const std::string folder = sys::SystemFiles().Resolve(Journal::Folder());
  const FileState trash = StateAt(AT_FDCWD, folder);
  std::string example;
  for (const auto& wish : plan.wishes) {
    if (wish.before.directory() && wish.tree && (folder + "/").starts_with(wish.path + "/"))
      plan.lost = Cat({ForTerminal(wish.path), " holds the trash itself"});
    const bool other = wish.before.device != trash.device;
    if (!wish.before.exists || !wish.moved_to.empty() || (!wish.written && !(wish.removed && other))) continue;
    if (wish.before.directory() && !wish.tree) continue;
    if (wish.before.regular() && ::access(wish.path.c_str(), R_OK) != 0)
      plan.lost = Cat({ForTerminal(wish.path), " cannot be read"});
    plan.bytes += BytesOf(wish.path, wish.before, 0);
    if (wish.before.regular()) example = wish.path;
  }
  const uint64_t room = std::min(limits.copied, FreeBytes(folder));
  if (plan.bytes <= room || (!example.empty() && CanClone(example, folder))) return;
  plan.lost = Cat({HumanBytes(plan.bytes), " would have to be copied first, ",
                   plan.bytes > limits.copied ? "more than the setting trash_copy_mb allows"
                                              : "and there is not so much space where the trash is"});
}

UndoPlan PlanUndo(const shell::Analysis& analysis, const UndoLimits& limits) {
  UndoPlan plan;
  Planner planner(plan);
  const bool some = std::any_of(analysis.changes.begin(), analysis.changes.end(),
                                [](const FileChange& change) { return change.kind != Kind::kEnter; });
  for (const auto& change : some ? analysis.changes : std::vector<FileChange>()) planner.Take(change);
  planner.Close();
  Finish(plan, limits);
  return plan;
}

}  // namespace heddle::cli
