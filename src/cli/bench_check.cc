// heddle bench check: do the references of a suite pass here, before any model is asked?
#include <boost/json.hpp>

#include "base/text.h"
#include "cli/bench_command.h"
#include "cli/bench_plan.h"
#include "cli/progress.h"
#include "sys/environment.h"
#include "sys/interrupts.h"

namespace heddle::cli {
namespace json = boost::json;
namespace {

json::object ToJson(const bench::Suite& suite, size_t tasks, const bench::CheckReport& report,
                    const BenchSetup& setup) {
  json::array failed, skipped, forgeable;
  for (size_t i = 0; i < suite.tasks.size(); ++i) {
    const auto& reference = report.facts[i].reference;
    if (report.facts[i].reference && bench::CanBeForged(suite.tasks[i], report.facts[i]))
      forgeable.push_back(json::value(suite.tasks[i].id));
    if (!report.facts[i].skipped.empty())
      skipped.push_back(json::object{{"task", suite.tasks[i].id}, {"why", report.facts[i].skipped}});
    if (!reference || reference->passed()) continue;
    failed.push_back({{"task", suite.tasks[i].id},
                      {"kind", bench::KindName(reference->kind)},
                      {"message", reference->message},
                      {"test", reference->test},
                      {"of", reference->of},
                      {"input", reference->input}});
  }
  return {{"suite", suite.name},
          {"format", suite.format},
          {"sha256", suite.digest},
          {"tasks", tasks},
          {"passed", report.passed},
          {"failed", failed},
          {"skipped", skipped},
          {"can_be_forged", forgeable},
          {"without_reference", report.without_reference},
          {"seconds", static_cast<double>(report.wall_us) / 1e6},
          {"sandbox", setup.sandbox},
          {"python", setup.options.python.version},
          {"limits",
           {{"cpu_seconds", setup.options.cpu_seconds},
            {"reference_factor", setup.options.reference_factor},
            {"memory_bytes", setup.options.memory_bytes},
            {"output_bytes", setup.options.output_bytes}}}};
}

size_t Forgeable(const bench::Suite& suite, const bench::CheckReport& report) {
  size_t out = 0;
  for (size_t i = 0; i < suite.tasks.size(); ++i)
    out += report.facts[i].reference && bench::CanBeForged(suite.tasks[i], report.facts[i]) ? 1 : 0;
  return out;
}

std::string Seconds(int64_t us) {
  char out[32];
  (void)std::snprintf(out, sizeof out, "%.1f s", static_cast<double>(us) / 1e6);
  return out;
}

}  // namespace

int BenchCheck(App& app, const Arguments& arguments) {
  const auto suite = SuiteOf(arguments);
  if (!suite) return BenchFail(app, suite.error());
  const auto tasks = ChosenTasks(*suite, arguments);
  if (!tasks) return BenchFail(app, tasks.error());
  const auto setup = SetUpBench(arguments, *suite);
  if (!setup) return BenchFail(app, setup.error());
  const sys::Interrupts interrupts;
  auto judges = setup->Judges();
  Progress progress(app, suite->name, "references");
  const auto report = bench::CheckSuite(
      *suite, *tasks, judges, setup->cache.get(), [&](size_t done) { progress.Show(done, tasks->size(), 0); },
      interrupts.token());
  progress.Clear();
  if (!report) return BenchFail(app, report.error());
  if (report->interrupted) return BenchFail(app, {Code::kCancelled, "interrupted"});
  const bool good = report->failed == 0;
  if (arguments.Has("json")) {
    app.Out(json::serialize(ToJson(*suite, tasks->size(), *report, *setup)) + "\n");
    return good ? kBenchDone : kBenchBelow;
  }
  for (size_t i = 0; i < suite->tasks.size(); ++i) {
    const auto& reference = report->facts[i].reference;
    if (!report->facts[i].skipped.empty())
      app.Out(Cat({"  ", ForTerminal(suite->tasks[i].id), "  skipped: ", ForTerminal(report->facts[i].skipped), "\n"}));
    if (reference && !reference->passed())
      app.Out(Cat({"  ", ForTerminal(suite->tasks[i].id), "  ", bench::KindName(reference->kind), ": ",
                   ForTerminal(reference->message), "\n"}));
  }
  app.Out(Cat({ForTerminal(suite->name), ": ", std::to_string(report->passed), " of ", std::to_string(tasks->size()),
               " references pass",
               report->without_reference > 0 ? ", " + std::to_string(report->without_reference) + " have none" : "",
               report->skipped > 0 ? ", " + std::to_string(report->skipped) + " skipped" : "", ", in ",
               Seconds(report->wall_us), "\n"}));
  if (const size_t count = Forgeable(*suite, *report); count > 0)
    app.Out(Cat({"can be forged: the tests of ", std::to_string(count), " tasks run in the program's own process\n"}));
  app.Out(Cat({"python ", ForTerminal(setup->options.python.version), "; sandbox: ", setup->sandbox, "; sha256 ",
               suite->digest.substr(0, 12), "\n"}));
  return good ? kBenchDone : kBenchBelow;
}

}  // namespace heddle::cli
