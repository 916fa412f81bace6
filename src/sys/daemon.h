// Daemons: programs that go on after the one that started them.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"

namespace heddle::sys {

struct DaemonOptions {
  std::vector<std::string> argv;
  std::vector<std::string> extra_environment;  // "NAME=value", beside this process's own
  std::string ready;                           // the line it prints when it is
  std::string log;                             // file that standard error goes to
  int timeout_ms = 120'000;                    // until it is ready
};

// Starts a program in a session of its own, with no input and no descriptors of this process, and waits until it is
// ready. Nothing of it is left behind when it ends, however late: while this process lives, it is waited for.
// Errors: what it wrote to standard error when it ended instead (kUnavailable; kInvalid for exit code 2), kTimeout (it
// is killed), kCancelled (killed as well).
Result<> StartDaemon(const DaemonOptions& options, const std::stop_token& stop);

}  // namespace heddle::sys
