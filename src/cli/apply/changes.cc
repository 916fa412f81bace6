#include "cli/apply/changes.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "cli/apply/fingerprint.h"
#include "sys/files.h"

namespace heddle::cli {
namespace {

constexpr size_t kMaxChanges = 100'000;
constexpr uint64_t kMaxFingerprinted = uint64_t{1} << 30;  // a few seconds; times and identities have to do beyond

std::string Below(const std::string& folder, const std::string& name) {
  return folder.empty() ? name : Cat({folder, "/", name});
}

bool IsWhiteout(const std::string& path) {
  struct stat st = {};
  return ::lstat(path.c_str(), &st) == 0 && S_ISCHR(st.st_mode) && st.st_rdev == 0;
}

std::string LinkTarget(int folder, const std::string& name) {
  std::string out(4096, '\0');
  const ssize_t size = ::readlinkat(folder, name.c_str(), out.data(), out.size());
  out.resize(size < 0 ? 0 : static_cast<size_t>(size));
  return out;
}

Result<Extended> ExtendedOf(const std::string& path) {
  const sys::Fd entry(::open(path.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  if (!entry) return Error{Code::kUnavailable, Cat({ForTerminal(path), ": cannot be opened"})};
  return ReadExtended(entry.get(), Seen::kInOverlay);
}

bool SameAttributes(const FileState& a, const FileState& b) {
  return a.mode == b.mode && a.owner == b.owner && a.group == b.group;
}

class Collector {
 public:
  Collector(std::string upper, const Tree& tree) : upper_(std::move(upper)), tree_(tree) {}

  Result<std::vector<Change>> Collect() {
    TRY_ASSIGN(FileState before, tree_.State(""));
    FileState after = StateAt(AT_FDCWD, upper_);
    // The scratch folder is the user's own, whoever owns the directory that it stands for.
    if (::geteuid() != 0) after.owner = before.owner, after.group = before.group;
    // Nor may others write to it there where they may not here.
    const bool closed = ::access(tree_.path().c_str(), W_OK) != 0;
    if (closed && (before.mode & ~0222U) == after.mode) after.mode = before.mode;
    TRY(Directory({.path = "", .before = before, .after = after}, false));
    for (Change& change : out_) {
      const auto found = names_.find(change.after.inode);
      const bool made = change.kind != Change::Kind::kDeleted && !change.after.directory();
      if (made && found != names_.end())
        change.same = found->second;
      else if (made)
        change.apart = apart_;
    }
    return std::move(out_);
  }

 private:
  Result<> Add(Change change) {
    change.nested = new_folder_;
    if (change.before.exists && !change.on_the_way && !(change.before.directory() && change.after.directory())) {
      TRY_ASSIGN(const sys::Fd parent, tree_.Parent(change.path));
      TRY_ASSIGN(change.fingerprint, fingerprints_.Of(parent.get(), sys::BaseName(change.path)));
    }
    out_.push_back(std::move(change));
    return {};
  }

  // `opaque`: the tree's own entries of this directory are gone.
  Result<> Folder(const std::string& relative, bool opaque) {
    // The scratch's own copy, whose mode is known by now.
    if (::access(Below(upper_, relative).c_str(), R_OK | W_OK | X_OK) != 0)
      (void)::chmod(Below(upper_, relative).c_str(), 0700);
    auto entries = sys::SystemFiles().List(Below(upper_, relative));
    if (!entries) return entries.error();
    std::sort(entries->begin(), entries->end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    if (opaque) TRY(Missing(relative, *entries));
    for (const auto& entry : *entries) {
      if (out_.size() > kMaxChanges) return Error{Code::kTooLarge, "more than 100,000 changes; nothing can be applied"};
      TRY(Entry(Below(relative, entry.name)));
    }
    return {};
  }

  // Entries of the tree that an opaque directory does not show.
  Result<> Missing(const std::string& relative, const std::vector<sys::DirectoryEntry>& shown) {
    std::set<std::string> names;
    for (const auto& entry : shown) names.insert(entry.name);
    TRY_ASSIGN(auto entries, sys::SystemFiles().List(Below(tree_.path(), relative)));
    std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    for (const auto& entry : entries) {
      if (!names.contains(entry.name)) TRY(Deleted(Below(relative, entry.name)));
    }
    return {};
  }

  Result<> Deleted(const std::string& path) {
    TRY_ASSIGN(const FileState before, tree_.State(path));
    return Add({.kind = Change::Kind::kDeleted, .path = path, .before = before});
  }

  Result<> Entry(const std::string& path) {
    const std::string there = Below(upper_, path);
    const FileState after = StateAt(AT_FDCWD, there);
    if (!after.exists)
      return Error{Code::kUnavailable,
                   Cat({Clipped(ForTerminal(path), 200), ": cannot be looked at; nothing can be applied"})};
    FileState before;
    if (!new_folder_) { TRY_ASSIGN(before, tree_.State(path)); }
    if (IsWhiteout(there)) return Deleted(path);
    const bool same_type = before.exists && (before.mode & S_IFMT) == (after.mode & S_IFMT);
    if (before.exists && !same_type) {
      TRY(Deleted(path));
      before = {};
    }
    const size_t next = out_.size();
    Change change = {.path = path, .before = before, .after = after};
    bool opaque = opaque_;
    if (after.directory() && !opaque) { TRY_ASSIGN(opaque, IsOpaque(there)); }
    TRY(after.directory() ? Directory(std::move(change), opaque) : Other(std::move(change)));
    if (next > 0 && next < out_.size() && out_[next - 1].path == path) out_[next].replaces = true;
    return {};
  }

  // Reads both sides' extended attributes into `change`; whether they are the same.
  Result<bool> CompareExtended(Change& change) {
    TRY_ASSIGN(change.extended_after, ExtendedOf(Below(upper_, change.path)));
    if (!change.before.exists) return false;
    TRY_ASSIGN(const sys::Fd entry, tree_.Entry(change.path));
    TRY_ASSIGN(change.extended_before, ReadExtended(entry.get(), Seen::kPlain));
    return change.extended_before == change.extended_after;
  }

  Result<> Other(Change change) {
    TRY_ASSIGN(const bool same_extended, CompareExtended(change));
    if (!change.before.exists) {
      change.kind = Change::Kind::kAdded;
      return Add(std::move(change));
    }
    TRY_ASSIGN(const bool same, Unchanged(change.path, change.before, change.after));
    if (!same || !same_extended) return Add(std::move(change));
    if (change.after.links > 1) names_.emplace(change.after.inode, change.path);
    if (change.before.links > 1) apart_ = change.path;
    return {};
  }

  // An opaque directory stands for itself alone, so nothing else may have happened in the tree's.
  Result<> Directory(Change change, bool opaque) {
    TRY_ASSIGN(const bool same_extended, CompareExtended(change));
    const bool there = change.before.exists;
    change.on_the_way = there && !opaque && same_extended && SameAttributes(change.before, change.after);
    if (!there) change.kind = Change::Kind::kAdded;
    const std::string path = change.path;
    TRY(Add(std::move(change)));
    const bool outer = new_folder_, outer_opaque = opaque_;
    new_folder_ = outer || !there;
    opaque_ = opaque;
    const auto done = Folder(path, opaque && there);
    new_folder_ = outer;
    opaque_ = outer_opaque;
    return done;
  }

  // A file that was only opened to be written to, or is one of several names, has been copied up unchanged.
  Result<bool> Unchanged(const std::string& path, const FileState& before, const FileState& after) {
    if (!SameAttributes(before, after) || before.size != after.size || before.modified_ns != after.modified_ns)
      return false;
    TRY_ASSIGN(const sys::Fd parent, tree_.Parent(path));
    const std::string name = sys::BaseName(path), there = Below(upper_, path);
    if (S_ISLNK(after.mode)) return LinkTarget(parent.get(), name) == LinkTarget(AT_FDCWD, there);
    return !after.regular() || SameBytes(there, parent.get(), name);
  }

  std::string upper_;
  const Tree& tree_;
  std::vector<Change> out_;
  Fingerprints fingerprints_{kMaxFingerprinted};
  std::map<uint64_t, std::string> names_;  // inode in the overlay: an unchanged file of the tree
  std::string apart_;                      // an unchanged file that had other names, and has none here
  bool opaque_ = false;                    // in a directory that is, and with it all below
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

bool NothingChanged(const std::vector<Change>& changes) {
  return std::all_of(changes.begin(), changes.end(), [](const Change& change) {
    return change.on_the_way && change.before.modified_ns == change.after.modified_ns;
  });
}

}  // namespace heddle::cli
