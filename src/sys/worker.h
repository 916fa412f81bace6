// Workers: work in a forked child whose crash or endless loop costs one item, never the run.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "base/result.h"

namespace heddle::sys {

struct WorkerEnd {
  bool crashed = false, timed_out = false;
  int signal = 0;              // that ended it, when crashed
  int64_t peak_rss_bytes = 0;  // of the child
};

using SendLine = std::function<void(std::string_view)>;  // one line, without a newline inside

// Runs `body` in a child; every line it sends is given to `receive` here. A child that sends nothing for `quiet_ms` is
// killed. The caller must have no other threads at work.
Result<WorkerEnd> RunWorker(const std::function<void(const SendLine& send)>& body,
                            const std::function<void(std::string_view line)>& receive, int quiet_ms);

// Zeroed memory that this process and workers forked later share. Never freed.
Result<void*> SharedMemory(size_t bytes);

}  // namespace heddle::sys
