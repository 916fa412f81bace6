// Changes: what a tried command has changed in its overlay, against the directory it stands for.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/tree.h"

namespace heddle::cli {

struct Change {
  enum class Kind { kAdded, kModified, kDeleted };
  Kind kind = Kind::kModified;
  std::string path;       // relative; empty: the directory itself
  FileState before;       // in the tree, when it was collected
  FileState after;        // in the overlay
  std::string same;       // added: the unchanged file of the tree that it is another name of; empty: none
  bool nested = false;    // in a directory that is added too
  bool replaces = false;  // the change before deletes what has this name
};

// In the order in which they are to be applied: a directory before what lies in it, a deletion before what takes its
// place. kTooLarge for more than can be shown and applied; kUnavailable when some of it cannot be read.
Result<std::vector<Change>> CollectChanges(const std::string& upper, const Tree& tree);

// Why a change cannot be applied, although nothing else has happened in the tree since `mark_ns`; empty: it can.
Result<std::string> Obstacle(const Change& change, const Tree& tree, int64_t mark_ns);

// Whether two regular files have the same bytes. Links are not followed.
bool SameBytes(const std::string& a, int folder, const std::string& name);

}  // namespace heddle::cli
