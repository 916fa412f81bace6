// heddle bench judge: the stored answers of a run are extracted and judged again, without the model.
#include <algorithm>
#include <map>
#include <mutex>

#include "base/text.h"
#include "bench/extract.h"
#include "bench/judge_pool.h"
#include "bench/library.h"
#include "bench/pool.h"
#include "cli/bench_command.h"
#include "cli/progress.h"
#include "sys/interrupts.h"

namespace heddle::cli {
namespace {

struct Again {
  size_t judged = 0, changed = 0;
};

// The tasks of a suite that have records, in the suite's order.
std::vector<size_t> TasksOf(const std::vector<bench::Record>& records, const std::map<std::string, size_t>& places) {
  std::vector<size_t> out;
  for (const bench::Record& record : records)
    if (const auto place = places.find(record.task); place != places.end()) out.push_back(place->second);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

Result<Again> JudgeAgain(const App& app, const bench::Suite& suite, const BenchSetup& setup, bench::RunLog& log,
                         const std::stop_token& stop) {
  std::map<std::string, size_t> places;
  for (size_t i = 0; i < suite.tasks.size(); ++i) places[suite.tasks[i].id] = i;
  const std::vector<bench::Record>& records = log.earlier();
  auto judges = setup.Judges();
  const auto tasks = TasksOf(records, places);
  Progress checking(app, "references", "tasks");
  TRY_ASSIGN(const auto check, bench::CheckSuite(
                                   suite, tasks, judges, setup.cache.get(),
                                   [&](size_t done) { checking.Show(done, tasks.size(), 0); }, stop));
  checking.Clear();
  bench::JudgePool pool(judges);
  Progress progress(app, suite.name, "answers");
  Again out;
  std::mutex mutex;
  std::optional<Error> failed;
  size_t done = 0;
  bench::ForEach(records.size(), setup.jobs, stop, [&](size_t, size_t i) {
    bench::Record record = records[i];
    const auto place = places.find(record.task);
    const bool judged =
        record.kind == "answer" && place != places.end() && record.verdict.kind != bench::Kind::kModelError;
    if (judged) {
      const bench::Task& task = suite.tasks[place->second];
      if (!record.reused) {
        const bench::Extracted program = bench::Extract(task, record.answer);
        record.code = program.code, record.from = program.from;
      }
      record.verdict = pool.Run(task, check.facts[place->second], record.code);
    }
    const bool changed = judged && record.verdict.kind != records[i].verdict.kind;
    const bool anew = changed || record.verdict.forgeable != records[i].verdict.forgeable;
    const std::lock_guard lock(mutex);
    out.judged += judged ? 1 : 0, out.changed += changed ? 1 : 0;
    if (anew || record.code != records[i].code) {
      if (auto kept = log.Append(record); !kept) failed = kept.error();
    }
    progress.Show(++done, records.size(), 0);
  });
  if (failed) return *failed;
  if (check.interrupted || done < records.size()) return Error{Code::kCancelled, "interrupted"};
  return out;
}

Result<int> Judged(App& app, const Arguments& arguments) {
  if (arguments.words.size() != 2) return Error{Code::kInvalid, "expected: heddle bench judge RUN"};
  TRY_ASSIGN(const bench::StoredRun run, FindRun(arguments.words[1]));
  TRY_ASSIGN(const bench::Suite suite, bench::LoadSuite(arguments.Get("file", bench::ManifestText(run, "suite_source")),
                                                        bench::ManifestText(run, "suite").ends_with("(instruct)")));
  if (suite.digest != bench::ManifestText(run, "suite_sha256"))
    return Error{Code::kInvalid, Cat({suite.source, " is not the file that this run was made with"})};
  TRY_ASSIGN(const BenchSetup setup, SetUpBench(arguments, suite));
  TRY_ASSIGN(bench::RunLog log, bench::RunLog::Open(run.folder, run.manifest));
  const sys::Interrupts interrupts;
  TRY_ASSIGN(const Again again, JudgeAgain(app, suite, setup, log, interrupts.token()));
  TRY_ASSIGN(const LoadedRun now, LoadRun(run.folder));
  app.Out(arguments.Has("json") ? bench::ReportJson(now.report, now.prices) : ShortReport(now.report, now.prices));
  app.Err(Cat({"heddle: ", std::to_string(again.judged), " answers judged again, ", std::to_string(again.changed),
               " verdicts changed\n"}));
  return kBenchDone;
}

}  // namespace

int BenchJudge(App& app, const Arguments& arguments) {
  const auto code = Judged(app, arguments);
  return code ? *code : BenchFail(app, code.error());
}

}  // namespace heddle::cli
