// Trash: deletions that heddle runs itself become moves into a journal, so that `heddle undo` can take them back.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "shell/analyze.h"

namespace heddle::cli {

struct TrashEntry {
  int64_t id = 0, time_ms = 0;
  std::string original, kept;
};

// When `command`, run in `cwd`, is one plain `rm` or `find ... -delete` whose targets are all known and lie on the trash's own file
// system, moves them there and returns how many; nothing when it is any other command or any part is not possible: the
// command then runs as it is.
std::optional<int> TrashInstead(const std::string& command, const shell::Analysis& analysis, const std::string& cwd);

Result<std::vector<TrashEntry>> TrashEntries();  // newest first
// Moves an entry back, and with `whole` everything that the same command deleted; returns the paths. kInvalid when
// something is at a place by now.
Result<std::vector<std::string>> Restore(int64_t id, bool whole);

}  // namespace heddle::cli
