// Run: a suite, a model and some modes become records. Chains of attempts run beside each other; each waits for its own
// model call and its own verdict only.
#pragma once

#include <functional>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include "bench/asker.h"
#include "bench/judge_pool.h"
#include "bench/memory.h"
#include "bench/run_log.h"
#include "bench/suite.h"

namespace heddle::bench {

struct RunProgress {
  size_t done = 0, total = 0, passed = 0, begun_with = 0;  // chains
  size_t model_errors = 0;
  int64_t tokens = 0;  // written by the model since this process began
  int64_t since_us = 0;
};
using OnRunProgress = std::function<void(const RunProgress&)>;  // one at a time

struct RunPlan {
  const Suite* suite = nullptr;
  const std::vector<TaskFacts>* facts = nullptr;  // by task
  std::vector<size_t> tasks;                      // indices of those that are run
  std::vector<Mode> modes;
  size_t concurrency = 4;                    // chains at a time
  std::map<std::string, std::string> reuse;  // task to a program that passed before
};

struct RunEnd {
  bool interrupted = false;
  size_t model_errors = 0;
  int peak_in_flight = 0;
};

// `memory`: null: nothing is remembered. What the log holds already is not asked again; answers that failed for want of
// a model are. The error is one of the disk: whatever was kept before it is kept.
Result<RunEnd> RunBenchmark(const RunPlan& plan, Asker& asker, JudgePool& judges, RunLog& log, Memory* memory,
                            const OnRunProgress& on_progress, const std::stop_token& stop);

}  // namespace heddle::bench
