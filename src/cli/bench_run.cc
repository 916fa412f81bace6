// heddle bench run: a suite, a model, some modes; and what came of them.
#include <algorithm>
#include <boost/json.hpp>
#include <ctime>

#include "base/text.h"
#include "bench/published.h"
#include "bench/report.h"
#include "bench/run.h"
#include "cli/backend_choice.h"
#include "cli/bench_command.h"
#include "cli/bench_plan.h"
#include "cli/progress.h"
#include "model/gguf.h"
#include "model/store.h"
#include "sys/environment.h"
#include "sys/files.h"
#include "sys/interrupts.h"
#include "sys/part_file.h"

namespace heddle::cli {
namespace json = boost::json;
namespace {

constexpr double kFarOff = 10;       // points from a published rate
constexpr int64_t kConcurrency = 4;  // where neither the user nor the server says

std::string Now() {
  const std::time_t now = sys::SystemClock().UnixMs() / 1000;
  std::tm parts = {};
  ::gmtime_r(&now, &parts);
  char out[32];
  (void)std::strftime(out, sizeof out, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return out;
}

// What makes a run this one; a run goes on only where all of it is the same.
Result<json::object> Manifest(const BenchPlan& plan, const BenchSetup& setup, const bench::AskerOptions& asked,
                              bool of_this_machine) {
  json::object difficulty;
  for (const bench::Task& task : plan.suite.tasks)
    if (!task.difficulty.empty()) difficulty[task.id] = task.difficulty;
  json::object out{{"heddle", HEDDLE_VERSION},
                   {"suite", plan.suite.name},
                   {"suite_source", plan.suite.source},
                   {"suite_sha256", plan.suite.digest},
                   {"model", asked.model},
                   {"backend", asked.backend->name()},
                   {"adviser", asked.adviser == nullptr ? json::value() : json::value(asked.adviser_model)},
                   {"model_sha256", nullptr},
                   {"quantisation", nullptr},
                   {"template_sha256", nullptr},
                   {"preset", asked.preset.name},
                   {"max_tokens", asked.preset.max_tokens},
                   {"prompts_sha256", bench::PromptsDigest()},
                   {"seed", asked.seed},
                   {"thinking", asked.thinking},
                   {"python", setup.options.python.version},
                   {"sandbox", setup.sandbox},
                   {"cpu_seconds", setup.options.cpu_seconds},
                   {"reference_factor", setup.options.reference_factor},
                   {"memory_bytes", setup.options.memory_bytes},
                   {"difficulty", difficulty}};
  if (!of_this_machine) return out;
  TRY_ASSIGN(const model::StoredModel stored, model::Store::OfUser().Find(asked.model));
  std::string digest = stored.sha256;
  if (digest.empty()) {
    TRY_ASSIGN(digest, sys::Sha256OfFile(stored.path, [](void*, uint64_t) { return true; }, nullptr));
  }
  out["model_sha256"] = digest;
  TRY_ASSIGN(const model::GgufInfo info, model::InspectModel(stored.path));
  out["quantisation"] = info.quantisation;
  if (!info.chat_template.empty()) out["template_sha256"] = sys::Sha256(info.chat_template);
  return out;
}

std::string FolderName(const std::string& suite, const std::string& model, const std::string& manifest) {
  std::string name = Cat({suite, "-", model});
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '.' && c != '+' && c != '-') c = '_';
  }
  return Cat({sys::DataDirectory(), "/bench/", name.substr(0, 100), "-", sys::Sha256(manifest).substr(0, 8)});
}

// --memory-store: "builtin" (default), "off", or a file of MCP servers.
Result<std::unique_ptr<bench::Memory>> OpenMemory(const Arguments& arguments) {
  const std::string where = arguments.Get("memory-store", "builtin");
  if (where == "off") return std::unique_ptr<bench::Memory>();
  if (where == "builtin") {
    TRY_ASSIGN(auto store, bench::OpenFileMemory(sys::DataDirectory() + "/bench/memory.db"));
    return std::make_unique<bench::Memory>(std::move(store));
  }
  TRY_ASSIGN(const std::string config, sys::SystemFiles().Read(where, 1 << 20));
  auto store = bench::OpenMcpMemory(config);
  if (!store) return std::move(store).error().Context(where);
  return std::make_unique<bench::Memory>(*std::move(store));
}

void WarnIfFarOff(const App& app, const bench::ReportedRun& run, const bench::AskerOptions& asked,
                  const bench::Suite& suite) {
  const auto published = bench::FindPublished(asked.model, suite.name);
  if (!published || asked.preset.name != "evalplus") return;
  for (const bench::ModeSummary& mode : run.modes) {
    const double here = 100 * mode.plus.value();
    if (mode.mode != "zero-shot" || mode.plus.total < static_cast<int64_t>(suite.tasks.size()) * 9 / 10) continue;
    if (std::abs(here - published->percent) <= kFarOff) continue;
    char text[200];
    (void)std::snprintf(text, sizeof text,
                        "heddle: %.1f %% here, %.1f %% published (%s): look at the template, the quantisation and the "
                        "errors before you trust it\n",
                        here, published->percent, published->source.c_str());
    app.Err(text);
  }
}

std::string Watched(const bench::RunProgress& at) {
  const double seconds = static_cast<double>(sys::SystemClock().MonotonicUs() - at.since_us) / 1e6;
  char rate[48] = "";
  if (at.tokens > 0 && seconds > 0.2)
    (void)std::snprintf(rate, sizeof rate, ", %.0f tokens/s", static_cast<double>(at.tokens) / seconds);
  return Cat({std::to_string(at.passed), " passed, ", std::to_string(at.done - at.passed), " failed", rate});
}

struct Models {
  ChosenBackend model;
  std::optional<ChosenBackend> adviser;
};
Result<Models> ChooseModels(const App& app, const Arguments& arguments) {
  Models out;
  TRY_ASSIGN(out.model, ChooseBackend(app, arguments));
  if (!arguments.Has("adviser")) return out;
  Arguments other = arguments;
  other.flags["model"] = arguments.Get("adviser");
  if (arguments.Has("adviser-backend")) other.flags["backend"] = arguments.Get("adviser-backend");
  TRY_ASSIGN(out.adviser, ChooseBackend(app, other));
  return out;
}

Result<bench::CheckReport> CheckReferences(const App& app, const BenchPlan& plan, std::vector<bench::Judge>& judges,
                                           const bench::FactsCache* cache, const std::stop_token& stop) {
  Progress progress(app, "references", "tasks");
  auto out = bench::CheckSuite(
      plan.suite, plan.tasks, judges, cache, [&](size_t done) { progress.Show(done, plan.tasks.size(), 0); }, stop);
  if (out && out->interrupted) return Error{Code::kCancelled, "interrupted"};
  return out;
}

// Takes what cannot be judged here out of the plan, and says so.
Result<std::vector<bench::LeftOut>> LeaveOut(const App& app, const bench::CheckReport& check, BenchPlan& plan) {
  std::vector<bench::LeftOut> out;
  std::vector<size_t> left;
  for (const size_t task : plan.tasks) {
    const auto& [reference, skipped] = std::tie(check.facts[task].reference, check.facts[task].skipped);
    std::string why = skipped;
    if (reference && !reference->passed())
      why = Cat({"its reference fails here (", bench::KindName(reference->kind), ": ", reference->message, ")"});
    if (why.empty()) {
      left.push_back(task);
      continue;
    }
    app.Err(Cat({"heddle: ", ForTerminal(plan.suite.tasks[task].id), " is left out: ", ForTerminal(why), "\n"}));
    out.push_back({plan.suite.tasks[task].id, why});
  }
  plan.tasks = std::move(left);
  if (plan.tasks.empty()) return Error{Code::kUnavailable, "no task is left whose reference passes here"};
  return out;
}

// As many calls as asked for, but no more than the server works on at a time: what waits there is timed as if it were
// worked on.
Result<size_t> Concurrency(const App& app, const BenchPlan& plan, model::Backend& backend,
                           const std::stop_token& stop) {
  TRY_ASSIGN(const int64_t slots, backend.Slots(stop));
  const int64_t asked = plan.concurrency > 0 ? plan.concurrency : slots > 0 ? slots : kConcurrency;
  if (slots <= 0 || asked <= slots) return static_cast<size_t>(asked);
  app.Err(Cat({"heddle: ", std::to_string(slots), " calls at a time, as many as ", ForTerminal(backend.name()),
               " works on\n"}));
  return static_cast<size_t>(slots);
}

Result<bench::RunEnd> Work(const App& app, const bench::RunPlan& plan, bench::Asker& asker,
                           std::vector<bench::Judge>& judges, bench::RunLog& log, bench::Memory* memory,
                           bench::Session session, const std::stop_token& stop) {
  TRY(log.NoteBegin(session));
  bench::JudgePool pool(judges);
  Progress progress(app, plan.suite->name, "answers");
  const int64_t begun_us = sys::SystemClock().MonotonicUs();
  const double joules = sys::PackageJoules();
  TRY_ASSIGN(const bench::RunEnd end, bench::RunBenchmark(
                                          plan, asker, pool, log, memory,
                                          [&](const bench::RunProgress& at) {
                                            progress.Note(Watched(at));
                                            progress.Show(at.done, at.total, at.begun_with);
                                          },
                                          stop));
  progress.Clear();
  const double after = sys::PackageJoules();
  session.wall_us = sys::SystemClock().MonotonicUs() - begun_us;
  session.peak_in_flight = end.peak_in_flight;
  session.joules = joules < 0 || after < joules ? -1 : after - joules;
  TRY(log.NoteEnd(session));
  if (memory != nullptr) {
    if (const auto flushed = memory->Flush(); !flushed)
      app.Err(Cat({"heddle: the memory is not complete: ", ForTerminal(flushed.error().message), "\n"}));
  }
  return end;
}

// The exit code of a run that has come to its end.
int Conclude(const App& app, const bench::ReportedRun& report, const BenchPlan& plan, const bench::AskerOptions& asked,
             const bench::RunEnd& end) {
  WarnIfFarOff(app, report, asked, plan.suite);
  if (end.model_errors > 0) {
    app.Err(Cat({"heddle: ", std::to_string(end.model_errors),
                 " tasks got no answer from the model; the same command asks again\n"}));
    return kBenchModel;
  }
  for (const bench::ModeSummary& mode : report.modes) {
    const auto meant = [&](const bench::Mode& each) { return each.name == mode.mode; };
    if (std::any_of(plan.modes.begin(), plan.modes.end(), meant) && 100 * mode.plus.value() < plan.min_pass)
      return kBenchBelow;
  }
  return kBenchDone;
}

Result<int> Ran(App& app, const Arguments& arguments) {
  TRY_ASSIGN(BenchPlan plan, PlanBench(arguments));
  TRY_ASSIGN(const BenchSetup setup, SetUpBench(arguments, plan.suite));
  TRY_ASSIGN(const Models models, ChooseModels(app, arguments));
  const sys::Interrupts interrupts;
  const std::stop_token stop = interrupts.token();
  auto judges = setup.Judges();
  TRY_ASSIGN(const bench::CheckReport check, CheckReferences(app, plan, judges, setup.cache.get(), stop));
  TRY_ASSIGN(const std::vector<bench::LeftOut> left_out, LeaveOut(app, check, plan));
  const auto concurrency = Concurrency(app, plan, *models.model.backend, stop);
  if (!concurrency) return app.Fail(concurrency.error()), kBenchModel;

  bench::AskerOptions asked{.backend = models.model.backend.get(),
                            .model = models.model.model,
                            .adviser = models.adviser ? models.adviser->backend.get() : nullptr,
                            .adviser_model = models.adviser ? models.adviser->model : "",
                            .preset = plan.preset,
                            .seed = plan.seed,
                            .thinking = arguments.Get("think"),
                            .calls_per_minute = static_cast<double>(plan.rate),
                            .adviser_calls_per_minute = static_cast<double>(plan.adviser_rate)};
  const bool local = arguments.Get("backend", app.config().Get("backend").value) == "runner";
  TRY_ASSIGN(json::object manifest, Manifest(plan, setup, asked, local));
  const std::string folder = arguments.Get("out", FolderName(plan.suite.name, asked.model, json::serialize(manifest)));
  manifest["started"] = Now();
  TRY_ASSIGN(bench::RunLog log, bench::RunLog::Open(folder, json::serialize(manifest) + "\n"));
  int64_t before_us = 0;
  for (const bench::Record& record : log.earlier())
    before_us = std::max({before_us, record.generate.end_us, record.judge.end_us});
  asked.run_start_us = sys::SystemClock().MonotonicUs() - before_us;
  if (const size_t there = log.earlier().size(); there > 0)
    app.Err(Cat({"heddle: going on with ", ForTerminal(folder), "; ", std::to_string(there), " answers are there\n"}));

  TRY_ASSIGN(const std::unique_ptr<bench::Memory> memory, OpenMemory(arguments));
  bench::Asker asker(asked);
  bench::Session session{.started = Now(), .left_out = left_out};
  for (const bench::Mode& mode : plan.modes) session.modes.push_back(mode.name);
  const bench::RunPlan work{.suite = &plan.suite,
                            .facts = &check.facts,
                            .tasks = plan.tasks,
                            .modes = plan.modes,
                            .concurrency = *concurrency,
                            .reuse = plan.reuse};
  TRY_ASSIGN(const bench::RunEnd end, Work(app, work, asker, judges, log, memory.get(), session, stop));
  TRY_ASSIGN(bench::StoredRun stored, bench::ReadRun(folder));
  TRY_ASSIGN(const bench::PriceTable prices, bench::LoadPrices());
  const bench::ReportedRun report = bench::ReportOf(std::move(stored), prices);
  app.Out(arguments.Has("json") ? bench::ReportJson(report, prices) : ShortReport(report, prices));
  app.Err(
      Cat({"heddle: ", ForTerminal(folder), "; at most ", std::to_string(end.peak_in_flight), " calls at a time\n"}));
  if (end.interrupted) return Error{Code::kCancelled, "interrupted; the same command goes on"};
  return Conclude(app, report, plan, asked, end);
}

}  // namespace

int BenchRun(App& app, const Arguments& arguments) {
  const auto code = Ran(app, arguments);
  return code ? *code : BenchFail(app, code.error());
}

}  // namespace heddle::cli
