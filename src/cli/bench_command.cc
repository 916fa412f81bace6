#include "cli/bench_command.h"

#include <algorithm>
#include <cmath>
#include <thread>

#include "base/text.h"
#include "bench/library.h"
#include "cli/commands.h"
#include "sys/cell.h"
#include "sys/environment.h"

namespace heddle::cli {
namespace {

struct Row {
  std::string_view name;
  int (*run)(App& app, const Arguments& arguments);
};
constexpr Row kRows[] = {{"run", BenchRun},         {"check", BenchCheck},   {"judge", BenchJudge},
                         {"compare", BenchCompare}, {"list", BenchList},     {"pull", BenchPull},
                         {"show", BenchShow},       {"report", BenchReport}, {"speed", BenchSpeed},
                         {"prices", BenchPrices}};

Result<double> Positive(const Arguments& arguments, std::string_view name, const char* fallback) {
  const std::string text = arguments.Get(name, fallback);
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (end == text.c_str() || *end != '\0' || !std::isfinite(value) || value <= 0)
    return Error{Code::kInvalid, Cat({"--", name, ": expected a number above 0"})};
  return value;
}

}  // namespace

int BenchFail(const App& app, const Error& error) {
  (void)app.Fail(error);
  switch (error.code) {
    case Code::kInvalid:
    case Code::kNotFound:
    case Code::kTooLarge: return kBenchUsage;
    case Code::kCancelled: return kCancelled;
    default: return kBenchEnvironment;
  }
}

std::vector<bench::Judge> BenchSetup::Judges() const {
  std::vector<bench::Judge> out;
  for (size_t i = 0; i < jobs; ++i) out.emplace_back(options);
  return out;
}

Result<BenchSetup> SetUpBench(const Arguments& arguments, const bench::Suite& suite) {
  BenchSetup out;
  const std::string sandbox = arguments.Get("sandbox", "on");
  if (sandbox != "on" && sandbox != "none")
    return Error{Code::kInvalid, Cat({"--sandbox ", sandbox, ": expected on or none"})};
  TRY_ASSIGN(const double jobs,
             Positive(arguments, "jobs", std::to_string(std::thread::hardware_concurrency()).c_str()));
  out.jobs = static_cast<size_t>(std::clamp(jobs, 1.0, 256.0));
  TRY_ASSIGN(out.options.cpu_seconds, Positive(arguments, "timeout", "5"));
  TRY_ASSIGN(const double memory_mb, Positive(arguments, "memory", "1024"));
  out.options.memory_bytes = static_cast<int64_t>(std::min(memory_mb, 1e6) * 1e6);
  out.options.confined = sandbox == "on";
  out.sandbox = "none";
  if (out.options.confined) { TRY_ASSIGN(out.sandbox, sys::CellLevel()); }
  const auto python = [](const bench::Task& task) { return task.language == "python"; };
  if (std::any_of(suite.tasks.begin(), suite.tasks.end(), python)) {
    TRY_ASSIGN(out.options.python, bench::FindPython(arguments.Get("python", "python3")));
  }
  out.cache = std::make_unique<bench::FactsCache>(sys::CacheDirectory() + "/bench", out.options.python);
  return out;
}

int RunBench(App& app, const Arguments& arguments) {
  const std::string name = arguments.words.empty() ? "" : arguments.words[0];
  for (const Row& row : kRows) {
    if (row.name == name) return row.run(app, arguments);
  }
  std::string names;
  for (const Row& row : kRows) names += Cat({names.empty() ? "" : ", ", row.name});
  return BenchFail(
      app,
      {Code::kInvalid, Cat({name.empty() ? "expected" : "no such command of bench: " + ForTerminal(name) + "; expected",
                            " one of ", names})});
}

}  // namespace heddle::cli
