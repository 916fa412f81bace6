// Daemons: programs that go on after the one that started them.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"

namespace heddle::sys {

// Starts argv[0] in a session of its own, with standard error in `log`, and waits until it prints the line `ready`.
// Errors: what it wrote to standard error when it ended instead (kUnavailable; kInvalid for exit code 2), kTimeout (it
// is killed), kCancelled (killed as well).
Result<> StartDaemon(const std::vector<std::string>& argv, const std::string& ready, const std::string& log,
                     int timeout_ms, const std::stop_token& stop);

}  // namespace heddle::sys
