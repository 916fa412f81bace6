// ProgramCell: one program run to its end in a cell, within limits of processor time, memory and output.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "bench/python.h"
#include "sys/cell.h"

namespace heddle::bench {

struct ProgramEnd {
  PairEnd::Stopped stopped = PairEnd::Stopped::kNo;
  int status = 0;  // as of waitpid(2)
  int64_t cpu_us = 0, wall_us = 0, peak_bytes = 0;
  std::string out, results;  // its last 64 kB of stdout and stderr; what it wrote to descriptor 3
};

// `options`: all but descriptors, which are this function's. `told`: a few bytes that can be read once, from
// descriptor 4. kUnavailable: no cell can be made.
Result<ProgramEnd> RunProgram(sys::CellOptions options, const WorkLimits& limits, std::string_view told = {});

}  // namespace heddle::bench
