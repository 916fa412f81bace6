// How a sandbox is made of a cell, and what it may use altogether. For sys/processes.cc, which runs it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sys/cell.h"

namespace heddle::sys {

// A cell with the view of `options`, argv[0] found on PATH, its environment the caller's own unless given.
CellOptions SandboxCell(const SandboxOptions& options, const std::vector<std::string>& argv,
                        const std::optional<std::vector<std::string>>& environment);

// What no limit of a single process holds: the number of processes (root has no such limit), memory and disk of all of
// them. Measured from outside, now and then: what grows faster is ended a little late.
class SandboxWatch {
 public:
  explicit SandboxWatch(std::string scratch);  // whose file system the changes are written to; empty: none
  // Which limit the sandbox of process `pid` is above, in words; empty: none.
  std::string Look(pid_t pid) const;

 private:
  std::string scratch_;
  int64_t memory_limit_ = 0, free_memory_ = 0;
  uint64_t free_bytes_ = 0, free_files_ = 0;  // when it began
};

}  // namespace heddle::sys
