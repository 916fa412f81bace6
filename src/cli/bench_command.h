// What the commands of `heddle bench` share: exit codes, the choice of interpreter and sandbox, the table of commands.
#pragma once

#include "bench/check.h"
#include "bench/judge.h"
#include "bench/report.h"
#include "cli/app.h"
#include "cli/flags.h"

namespace heddle::cli {

// Of `heddle bench` (docs/bench.md); 130: interrupted.
enum BenchExit { kBenchDone = 0, kBenchBelow = 1, kBenchUsage = 2, kBenchEnvironment = 3, kBenchModel = 4 };

// Prints the error and says which code it is.
int BenchFail(const App& app, const Error& error);

struct BenchSetup {
  bench::JudgeOptions options;
  std::string sandbox;  // what confines candidates, as shown and stored
  size_t jobs = 1;
  std::unique_ptr<bench::FactsCache> cache;
  std::vector<bench::Judge> Judges() const;
};
// From --python, --sandbox, --jobs, --timeout, --memory. Fails rather than going on with less confinement than asked
// for.
// The interpreter is looked for where the suite needs one.
Result<BenchSetup> SetUpBench(const Arguments& arguments, const bench::Suite& suite);

// A run by its folder, or by the name that `heddle bench list runs` shows.
Result<bench::StoredRun> FindRun(const std::string& name);

struct LoadedRun {
  bench::ReportedRun report;
  bench::PriceTable prices;
};
Result<LoadedRun> LoadRun(const std::string& name);

// A few lines for the terminal.
std::string ShortReport(const bench::ReportedRun& run, const bench::PriceTable& prices);

int BenchRun(App& app, const Arguments& arguments);
int BenchJudge(App& app, const Arguments& arguments);
int BenchShow(App& app, const Arguments& arguments);
int BenchReport(App& app, const Arguments& arguments);
int BenchCompare(App& app, const Arguments& arguments);
int BenchSpeed(App& app, const Arguments& arguments);
int BenchPrices(App& app, const Arguments& arguments);
int BenchCheck(App& app, const Arguments& arguments);
int BenchList(App& app, const Arguments& arguments);
int BenchListRuns(App& app, const Arguments& arguments);
int BenchPull(App& app, const Arguments& arguments);

}  // namespace heddle::cli
