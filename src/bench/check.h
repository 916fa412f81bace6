// Check: the references of a suite, run before any model is asked. What fails here is the suite's or this machine's
// fault, and is left out of a run instead of being counted against a model.
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "bench/facts_cache.h"
#include "bench/judge.h"
#include "bench/suite.h"

namespace heddle::bench {

struct CheckReport {
  std::vector<TaskFacts> facts;  // by task of the suite; empty of those that were not asked for
  size_t passed = 0, failed = 0, without_reference = 0, skipped = 0;
  int64_t wall_us = 0;
  bool interrupted = false;
};

using OnDone = std::function<void(size_t done)>;  // from any thread, one at a time

// Judges have one thread each. `tasks`: indices of those that are checked. `cache`: null: nothing is remembered.
// kUnavailable: no cell can be made here.
Result<CheckReport> CheckSuite(const Suite& suite, std::vector<size_t> tasks, std::vector<Judge>& judges,
                               const FactsCache* cache, const OnDone& on_done, const std::stop_token& stop);

}  // namespace heddle::bench
