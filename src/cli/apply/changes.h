// Changes: what a tried command has changed in its overlay, against the directory it stands for.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/apply/extended.h"
#include "cli/apply/tree.h"

namespace heddle::cli {

struct Change {
  enum class Kind { kAdded, kModified, kDeleted };
  Kind kind = Kind::kModified;
  std::string path;                          // relative; empty: the directory itself
  FileState before, after;                   // in the tree, when it was collected; in the overlay
  Extended extended_before, extended_after;  // as they are there
  std::string fingerprint;                   // of what is replaced or deleted; empty: too much to read
  std::string same;                          // the unchanged file of the tree that it is another name of; empty: none
  // Of what is made: an unchanged file of the tree with several names, of which the overlay had made one a file of its
  // own, as the command may have seen when it made this; empty: none, or this is but another name of it.
  std::string apart;
  bool nested = false;    // in a directory that is added too
  bool replaces = false;  // the change before deletes what has this name
  // A directory that is as it was, but for its time, and that others may change as well: one on the way to a change.
  bool on_the_way = false;
};

// In the order in which they are to be applied: a directory before what lies in it, a deletion before what takes its
// place. kTooLarge for more than can be shown and applied; kUnavailable when some of it cannot be read.
Result<std::vector<Change>> CollectChanges(const std::string& upper, const Tree& tree);

// Whether nothing is changed, not even a time.
bool NothingChanged(const std::vector<Change>& changes);

// Whether two regular files have the same bytes. Links are not followed.
bool SameBytes(const std::string& a, int folder, const std::string& name);

}  // namespace heddle::cli
