// Critical target: what a person must type before a critical command runs, so that the hand cannot be faster than the
// eye.
#pragma once

#include <string>

#include "shell/analyze.h"

namespace heddle::cli {

// The target of the worst effect, as one line of visible characters, at most its last 60; "critical" where the danger
// is not about a target.
std::string CriticalTarget(const shell::Analysis& analysis);

}  // namespace heddle::cli
