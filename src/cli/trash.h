// Trash: deletions that heddle runs itself become moves into a journal, so that `heddle undo` can take them back.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "shell/analyze.h"

namespace heddle::cli {

struct TrashEntry {
  int64_t id = 0, time_ms = 0;
  std::string original, kept;
};

// What becomes of the things that a command deletes.
struct DeletionPlan {
  enum class Kind {
    kNone,  // it deletes nothing, as far as is known
    kKept,  // one plain `rm` or `find ... -delete` whose targets are all known: `paths` go to the trash instead
    kLost,  // some of them would be gone for good; `reason` says why
  };
  Kind kind = Kind::kNone;
  std::vector<std::string> paths;
  std::string reason;
};

// Touches nothing but the trash's own folder. Relative paths are below `cwd`.
DeletionPlan PlanDeletion(const std::string& command, const shell::Analysis& analysis, const std::string& cwd);

// Moves all of them to the trash, or none and says why: the command must then not run unasked.
Result<> TrashInstead(const std::vector<std::string>& paths);

Result<std::vector<TrashEntry>> TrashEntries();  // newest first
// Moves an entry back, and with `whole` everything that the same command deleted; returns the paths. kInvalid when
// something is at a place by now.
Result<std::vector<std::string>> Restore(int64_t id, bool whole);

}  // namespace heddle::cli
