#include "cli/changes.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "sys/files.h"

namespace heddle::cli {
namespace {

constexpr size_t kMaxChanges = 100'000;

std::string Below(const std::string& folder, const std::string& name) {
  return folder.empty() ? name : Cat({folder, "/", name});
}

bool IsWhiteout(const std::string& path) {
  struct stat st = {};
  return ::lstat(path.c_str(), &st) == 0 && S_ISCHR(st.st_mode) && st.st_rdev == 0;
}

// A directory that stands for itself alone: what lies below it in the tree is gone.
bool IsOpaque(const std::string& path) {
  char value = 0;
  return ::lgetxattr(path.c_str(), "user.overlay.opaque", &value, 1) == 1 && value == 'y';
}

std::string LinkTarget(int folder, const std::string& name) {
  std::string out(4096, '\0');
  const ssize_t size = ::readlinkat(folder, name.c_str(), out.data(), out.size());
  out.resize(size < 0 ? 0 : static_cast<size_t>(size));
  return out;
}

class Collector {
 public:
  Collector(std::string upper, const Tree& tree) : upper_(std::move(upper)), tree_(tree) {}

  Result<std::vector<Change>> Collect() {
    const FileState before = *tree_.State(""), after = StateAt(AT_FDCWD, upper_);
    if (before.mode != after.mode && (before.mode & ~0222U) != after.mode)
      Add(Change::Kind::kModified, "", before, after);
    TRY(Folder("", false));
    for (Change& change : out_) {
      const auto found = names_.find(change.after.inode);
      if (change.kind == Change::Kind::kAdded && found != names_.end()) change.same = found->second;
    }
    return std::move(out_);
  }

 private:
  void Add(Change::Kind kind, const std::string& path, const FileState& before, const FileState& after) {
    out_.push_back({.kind = kind, .path = path, .before = before, .after = after, .same = {}, .nested = new_folder_});
  }

  // `opaque`: the tree's own entries of this directory are gone.
  Result<> Folder(const std::string& relative, bool opaque) {
    auto entries = sys::SystemFiles().List(Below(upper_, relative));
    if (!entries) return entries.error();
    std::sort(entries->begin(), entries->end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    if (opaque) TRY(Missing(relative, *entries));
    for (const auto& entry : *entries) {
      if (out_.size() > kMaxChanges) return Error{Code::kTooLarge, "more than 100,000 changes; nothing can be applied"};
      TRY(Entry(Below(relative, entry.name), opaque));
    }
    return {};
  }

  // Entries of the tree that an opaque directory does not show.
  Result<> Missing(const std::string& relative, const std::vector<sys::DirectoryEntry>& shown) {
    std::set<std::string> names;
    for (const auto& entry : shown) names.insert(entry.name);
    TRY_ASSIGN(const auto entries, sys::SystemFiles().List(Below(tree_.path(), relative)));
    for (const auto& entry : entries) {
      if (names.contains(entry.name)) continue;
      const std::string path = Below(relative, entry.name);
      TRY_ASSIGN(const FileState before, tree_.State(path));
      Add(Change::Kind::kDeleted, path, before, {});
    }
    return {};
  }

  Result<> Entry(const std::string& path, bool opaque) {
    const std::string there = Below(upper_, path);
    const FileState after = StateAt(AT_FDCWD, there);
    if (!after.exists)
      return Error{Code::kUnavailable,
                   Cat({Clipped(ForTerminal(path), 200), ": cannot be looked at; nothing can be applied"})};
    FileState before;
    if (!new_folder_) { TRY_ASSIGN(before, tree_.State(path)); }
    if (IsWhiteout(there)) {
      Add(Change::Kind::kDeleted, path, before, {});
      return {};
    }
    const bool same_type = before.exists && (before.mode & S_IFMT) == (after.mode & S_IFMT);
    if (before.exists && !same_type) {
      Add(Change::Kind::kDeleted, path, before, {});
      before = {};
    }
    const size_t next = out_.size();
    TRY(Compare(path, before, after, opaque || IsOpaque(there)));
    if (next > 0 && next < out_.size() && out_[next - 1].path == path) out_[next].replaces = true;
    return {};
  }

  Result<> Compare(const std::string& path, const FileState& before, const FileState& after, bool opaque) {
    if (after.directory()) return Directory(path, before, after, opaque);
    if (!before.exists) {
      Add(Change::Kind::kAdded, path, before, after);
    } else {
      TRY_ASSIGN(const bool same, Unchanged(path, before, after));
      if (!same) Add(Change::Kind::kModified, path, before, after);
      if (same && after.links > 1) names_.emplace(after.inode, path);
    }
    return {};
  }

  Result<> Directory(const std::string& path, const FileState& before, const FileState& after, bool opaque) {
    const bool attributes = before.mode != after.mode || before.owner != after.owner || before.group != after.group;
    if (!before.exists)
      Add(Change::Kind::kAdded, path, before, after);
    else if (attributes)
      Add(Change::Kind::kModified, path, before, after);
    const bool outer = new_folder_;
    new_folder_ = outer || !before.exists;
    const auto done = Folder(path, opaque && before.exists);
    new_folder_ = outer;
    return done;
  }

  // A file that was only opened to be written to, or is one of several names, has been copied up unchanged.
  Result<bool> Unchanged(const std::string& path, const FileState& before, const FileState& after) {
    const bool attributes = before.mode == after.mode && before.owner == after.owner && before.group == after.group;
    if (!attributes || before.size != after.size || before.modified_ns != after.modified_ns) return false;
    TRY_ASSIGN(const sys::Fd parent, tree_.Parent(path));
    const std::string name = sys::BaseName(path), there = Below(upper_, path);
    if (S_ISLNK(after.mode)) return LinkTarget(parent.get(), name) == LinkTarget(AT_FDCWD, there);
    return !after.regular() || SameBytes(there, parent.get(), name);
  }

  std::string upper_;
  const Tree& tree_;
  std::vector<Change> out_;
  std::map<uint64_t, std::string> names_;  // inode in the overlay: an unchanged file of the tree
  bool new_folder_ = false;                // in a directory that the tree does not have
};

}  // namespace

bool SameBytes(const std::string& a, int folder, const std::string& name) {
  const sys::Fd one(::open(a.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  const sys::Fd two(::openat(folder, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!one || !two) return false;
  std::string left(65536, '\0'), right(65536, '\0');
  for (off_t at = 0;;) {
    const ssize_t got = ::pread(one.get(), left.data(), left.size(), at);
    if (got < 0 || got != ::pread(two.get(), right.data(), right.size(), at)) return false;
    if (left.compare(0, static_cast<size_t>(got), right, 0, static_cast<size_t>(got)) != 0) return false;
    if (got == 0) return true;
    at += got;
  }
}

Result<std::vector<Change>> CollectChanges(const std::string& upper, const Tree& tree) {
  return Collector(upper, tree).Collect();
}

Result<std::string> Obstacle(const Change& change, const Tree& tree, int64_t mark_ns) {
  using Kind = Change::Kind;
  const bool plain =
      change.after.regular() || change.after.directory() || S_ISLNK(change.after.mode) || S_ISFIFO(change.after.mode);
  if (change.kind != Kind::kDeleted && !plain) return std::string("is a socket or a device, which cannot be applied");
  if (change.nested || change.replaces) return std::string();  // what it stands in or for has been looked at
  TRY_ASSIGN(const FileState now, tree.State(change.path));
  if (!(now == change.before) || now.changed_ns >= mark_ns) return std::string("has changed meanwhile");
  if (change.kind == Kind::kAdded) {
    // Something may have had this name when the command began.
    TRY_ASSIGN(const sys::Fd parent, tree.Parent(change.path));
    if (StateAt(parent.get(), ".").changed_ns >= mark_ns)
      return std::string("lies in a directory that has changed meanwhile");
  }
  if (change.kind == Kind::kDeleted && !now.exists) return std::string("has gone meanwhile");
  if (change.kind == Kind::kDeleted && now.directory()) {
    TRY_ASSIGN(const std::string changed, tree.FirstChange(change.path, mark_ns));
    if (!changed.empty()) return Cat({"has changed meanwhile, in ", ForTerminal(changed)});
  }
  // The overlay has split what is one file under several names; some of them may lie outside the tree.
  if (change.kind == Kind::kModified && now.regular() && now.links > 1)
    return std::string("has other names (hard links), which an overlay does not change along with it");
  return std::string();
}

}  // namespace heddle::cli
