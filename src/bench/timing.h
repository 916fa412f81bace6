// Timing: where the time of a run went, as spans that are made from its records. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bench/record.h"

namespace heddle::bench {

struct Span {
  std::string_view name;  // a row of kPhases
  std::string task;
  int worker = 0;
  int parent = -1;  // index of the span around it; -1: none
  int64_t start_us = 0, end_us = 0;
};

struct PhaseTime {
  std::string_view name;
  int64_t count = 0;
  int64_t total_us = 0, exclusive_us = 0;  // exclusive: without what lies in spans inside
  int64_t p50_us = 0, p95_us = 0;
};

struct Timing {
  std::vector<Span> spans;
  std::vector<PhaseTime> phases;
  int64_t wall_us = 0;     // from the first beginning to the last end
  int64_t covered_us = 0;  // of it, in which at least one span was open
  int workers = 0;
  double utilisation = 0;  // time in spans over workers times wall
};

Timing TimingOf(const std::vector<Record>& records);

std::string TimingText(const Timing& timing);
std::string TimingJson(const Timing& timing);
std::string TimingCsv(const Timing& timing);
// For chrome://tracing and Perfetto.
std::string TimingChrome(const Timing& timing);

}  // namespace heddle::bench
