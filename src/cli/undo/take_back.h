// Taking back: the files of a recorded command as they were before it. What has changed since is left and said. Taking
// back is a recorded command itself, so that it can be taken back too.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/undo/record.h"

namespace heddle::cli {

struct TakeBackOptions {
  std::vector<std::string> only;  // these paths, absolute; empty: all
  bool force = false;             // also what has changed since; that is kept first
  UndoLimits limits;
  std::string cwd;
};

struct TakenBack {
  std::vector<std::string> done;   // "restored PATH", "removed PATH", "moved PATH back"
  std::vector<std::string> left;   // "PATH: why"
  std::vector<std::string> notes;  // "PATH: owner", which could not be kept
  int64_t record = 0;              // takes this back in turn; 0: nothing was done
};

Result<TakenBack> TakeBack(int64_t id, const TakeBackOptions& options);

}  // namespace heddle::cli
