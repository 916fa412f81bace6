// What the flags of `heddle bench` ask for, checked before anything is started.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "bench/mode.h"
#include "bench/prompts.h"
#include "bench/suite.h"
#include "cli/flags.h"

namespace heddle::cli {

struct BenchPlan {
  bench::Suite suite;
  std::vector<size_t> tasks;  // indices of those that are meant
  std::vector<bench::Mode> modes;
  bench::Preset preset;
  std::map<std::string, std::string> reuse;  // task to a program that passed before
  double min_pass = 0;                       // percent
  int64_t seed = 1;
  int64_t rate = 0, adviser_rate = 0;  // calls a minute; 0: no limit
  int64_t concurrency = 0;             // 0: as many as the server works on, or four
};
Result<BenchPlan> PlanBench(const Arguments& arguments);

// The suite of `heddle bench COMMAND SUITE`, or of --file.
Result<bench::Suite> SuiteOf(const Arguments& arguments);
// --tasks, then --shard, then --limit.
Result<std::vector<size_t>> ChosenTasks(const bench::Suite& suite, const Arguments& arguments);

}  // namespace heddle::cli
