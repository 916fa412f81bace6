// Obstacle: why a try's changes cannot be applied. What they touch must be proved to be what it was when the command
// began, and there are things that an overlay does not hold as they would really be.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "cli/apply/changes.h"

namespace heddle::cli {

// kDenied, naming the path and the reason, for the first obstacle that there is. `mark_ns`: when the command began.
Result<> CheckObstacles(const std::vector<Change>& changes, const Tree& tree, int64_t mark_ns);

// kDenied unless what has been moved away for `change`, now `name` in the open directory `folder`, is what was seen.
Result<> CheckMovedAway(const Change& change, const Tree& tree, int folder, const std::string& name);

}  // namespace heddle::cli
