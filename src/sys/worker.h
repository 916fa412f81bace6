// Workers: work in a forked child whose crash or endless loop costs one item, never the run.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace heddle::sys {

struct WorkerEnd {
  bool crashed = false, timed_out = false;
  int signal = 0;              // that ended it, when crashed
  int64_t peak_rss_bytes = 0;  // of the child
};

using SendLine = std::function<void(std::string_view)>;  // one line, without a newline inside

struct WorkerOptions {
  int quiet_ms = 10'000;        // a child that sends nothing for so long is killed
  std::vector<int> files = {};  // descriptors that `body` uses: they keep their numbers; all others are closed
};

// Runs `body` in a child; every line it sends is given to `receive` here. The caller must have no other threads at
// work.
Result<WorkerEnd> RunWorker(const std::function<void(const SendLine& send)>& body,
                            const std::function<void(std::string_view line)>& receive, const WorkerOptions& options);

// Zeroed memory that this process and workers forked later share. Never freed.
Result<void*> SharedMemory(size_t bytes);

}  // namespace heddle::sys
