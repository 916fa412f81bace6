#include "cli/apply/obstacle.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"
#include "cli/apply/fingerprint.h"
#include "sys/environment.h"
#include "sys/files.h"

namespace heddle::cli {
namespace {

using Kind = Change::Kind;

Error Refused(const Tree& tree, const std::string& path, std::string_view why) {
  return {Code::kDenied, Cat({"nothing was applied: ", ForTerminal(Cat({tree.path(), "/", path})), " ", why})};
}

bool CanBeMade(const FileState& state) {
  return state.regular() || state.directory() || S_ISLNK(state.mode) || S_ISFIFO(state.mode);
}

bool LiesIn(const std::string& path, const std::string& folder) {
  return path == folder || path.starts_with(folder + "/");
}

// What heddle itself trusts is never changed by what it tries: rules, settings, journals, the trash.
bool BelongsToHeddle(const std::string& path, bool with_all_below) {
  const std::array<std::string, 2> own = {sys::ConfigDirectory(), sys::DataDirectory()};
  return std::any_of(own.begin(), own.end(), [&](const std::string& folder) {
    const std::string real = sys::SystemFiles().Resolve(folder);
    if (LiesIn(path, folder)) return true;
    return !real.empty() && (LiesIn(path, real) || (with_all_below && LiesIn(real, path)));
  });
}

// Of directories that others may change as well, only what is going to be written must be what it was.
bool SameFolder(const FileState& a, const FileState& b) {
  return a.inode == b.inode && a.device == b.device && a.mode == b.mode && a.owner == b.owner && a.group == b.group;
}

// A sandbox takes from root the right to write such a file as it is.
bool LosesSetId(const Change& change) {
  const uint32_t lost = change.before.mode & ~change.after.mode & (S_ISUID | S_ISGID);
  const bool written = change.before.modified_ns != change.after.modified_ns || change.before.size != change.after.size;
  return ::geteuid() == 0 && lost != 0 && written;
}

class Check {
 public:
  Check(const Tree& tree, int64_t mark_ns) : tree_(tree), mark_ns_(mark_ns) {}

  // Empty: nothing stands in the way.
  Result<std::string> Of(const Change& change) {
    const bool gone = change.kind == Kind::kDeleted;
    if (!change.on_the_way && BelongsToHeddle(Cat({tree_.path(), "/", change.path}), gone))
      return std::string("belongs to heddle itself");
    if (change.kind != Kind::kDeleted && !CanBeMade(change.after))
      return std::string("is a socket or a device, which cannot be applied");
    if (HasNotesOfOverlay(change.extended_before))
      return std::string("has attributes that an overlay keeps for itself");
    if (!change.apart.empty())
      return Cat({"may be a copy of ", ForTerminal(change.apart),
                  ", which has other names (hard links) that an overlay takes apart"});
    if (change.nested || change.replaces) return std::string();  // what it stands in or for has been looked at
    TRY_ASSIGN(const FileState now, tree_.State(change.path));
    if (change.on_the_way)
      return std::string(now.directory() && SameFolder(now, change.before) ? "" : "has changed meanwhile");
    if (change.kind == Kind::kDeleted && !now.exists) return std::string("has gone meanwhile");
    if (!(now == change.before) || now.changed_ns >= mark_ns_) return std::string("has changed meanwhile");
    if (!change.same.empty()) {
      TRY_ASSIGN(const FileState same, tree_.State(change.same));
      if (same.changed_ns >= mark_ns_) return std::string("is another name of a file that has changed meanwhile");
    }
    if (change.kind == Kind::kAdded) return OfAdded(change);
    return OfReplaced(change, now);
  }

  // A name of a file that had several is gone.
  const std::string& loses_name() const { return loses_name_; }

 private:
  Result<std::string> OfAdded(const Change& change) {
    // Something may have had this name when the command began.
    TRY_ASSIGN(const sys::Fd parent, tree_.Parent(change.path));
    if (StateAt(parent.get(), "").changed_ns >= mark_ns_)
      return std::string("lies in a directory that has changed meanwhile");
    return std::string();
  }

  Result<std::string> OfReplaced(const Change& change, const FileState& now) {
    if (now.directory()) {
      if (change.kind == Kind::kModified) return std::string();
      TRY_ASSIGN(const Tree::Contents inside, tree_.Look(change.path, mark_ns_));
      if (!inside.changed.empty()) return Cat({"has changed meanwhile, in ", ForTerminal(inside.changed)});
      if (!inside.linked.empty()) loses_name_ = inside.linked;
      return std::string();
    }
    if (change.kind == Kind::kModified && LosesSetId(change))
      return std::string("has lost its set-user-ID or set-group-ID bit, which a write by root would leave");
    if (now.links == 1) return std::string();
    // The overlay has split what is one file under several names; some of them may lie outside the tree.
    if (change.kind == Kind::kModified)
      return std::string("has other names (hard links), which an overlay does not change along with it");
    loses_name_ = change.path;
    return std::string();
  }

  const Tree& tree_;
  int64_t mark_ns_;
  std::string loses_name_;
};

bool MakesFile(const Change& change) { return change.kind != Kind::kDeleted && !change.after.directory(); }

}  // namespace

Result<> CheckObstacles(const std::vector<Change>& changes, const Tree& tree, int64_t mark_ns) {
  if (!tree.InPlace()) return Refused(tree, "", "is another directory meanwhile");
  Check check(tree, mark_ns);
  for (const Change& change : changes) {
    TRY_ASSIGN(const std::string why, check.Of(change));
    if (!why.empty()) return Refused(tree, change.path, why);
  }
  // One that was moved is a copy in an overlay: nothing tells it from a new file, and its other names from its own.
  if (!check.loses_name().empty() && std::any_of(changes.begin(), changes.end(), MakesFile))
    return Refused(tree, check.loses_name(),
                   "has other names (hard links), and it may have been moved, which an overlay does by a copy");
  return {};
}

Result<> CheckMovedAway(const Change& change, const Tree& tree, int folder, const std::string& name) {
  FileState now = StateAt(folder, name);
  now.changed_ns = change.before.changed_ns;  // which moves with a rename
  if (!(now == change.before)) return Refused(tree, change.path, "has changed meanwhile");
  if (change.fingerprint.empty()) return {};
  TRY_ASSIGN(const std::string fingerprint, Fingerprints(kNoBudget).Of(folder, name));
  return fingerprint == change.fingerprint ? Result<>() : Refused(tree, change.path, "has changed meanwhile");
}

}  // namespace heddle::cli
