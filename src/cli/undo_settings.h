// Undo settings: how much may be copied for one command, and how long what was kept stays.
#pragma once

#include "base/result.h"
#include "cli/config.h"
#include "cli/undo/expiry.h"
#include "cli/undo/plan.h"

namespace heddle::cli {

struct UndoSettings {
  UndoLimits limits;
  ExpiryLimits expiry;
};

// Errors: a value that is no whole number.
Result<UndoSettings> ReadUndoSettings(const Config& config);

}  // namespace heddle::cli
