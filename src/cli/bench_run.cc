// heddle bench run: a suite, a model, some modes; and what came of them.
#include <algorithm>
#include <boost/json.hpp>
#include <ctime>

#include "base/text.h"
#include "bench/library.h"
#include "bench/published.h"
#include "bench/report.h"
#include "bench/run.h"
#include "cli/backend_choice.h"
#include "cli/bench_command.h"
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

constexpr double kFarOff = 10;  // points from a published rate

Result<int64_t> Whole(const Arguments& arguments, std::string_view name, int64_t fallback, int64_t least,
                      int64_t most) {
  if (!arguments.Has(name)) return fallback;
  const auto number = ParseInt(arguments.Get(name));
  if (!number || *number < least || *number > most)
    return Error{Code::kInvalid,
                 Cat({"--", name, ": expected a number from ", std::to_string(least), " to ", std::to_string(most)})};
  return *number;
}

// --tasks, --shard, --limit, in this order.
Result<std::vector<size_t>> Chosen(const bench::Suite& suite, const Arguments& arguments) {
  std::vector<size_t> out;
  const auto patterns =
      Split(arguments.flags.contains("tasks") ? std::string_view(arguments.flags.at("tasks")) : "*", ',');
  for (size_t i = 0; i < suite.tasks.size(); ++i) {
    const auto fits = [&](std::string_view pattern) { return GlobMatch(Trim(pattern), suite.tasks[i].id); };
    if (std::any_of(patterns.begin(), patterns.end(), fits)) out.push_back(i);
  }
  if (out.empty()) return Error{Code::kInvalid, "--tasks: no task of the suite has such a name"};
  if (arguments.Has("shard")) {
    const std::string text = arguments.Get("shard");
    const size_t slash = text.find('/');
    const auto part = ParseInt(std::string_view(text).substr(0, slash));
    const auto parts = slash == text.npos ? std::nullopt : ParseInt(std::string_view(text).substr(slash + 1));
    if (!part || !parts || *part < 1 || *part > *parts)
      return Error{Code::kInvalid, "--shard: expected a part such as 1/4"};
    std::vector<size_t> mine;
    for (size_t i = 0; i < out.size(); ++i)
      if (static_cast<int64_t>(i) % *parts == *part - 1) mine.push_back(out[i]);
    out = std::move(mine);
  }
  TRY_ASSIGN(const int64_t limit, Whole(arguments, "limit", static_cast<int64_t>(out.size()), 1, 1'000'000));
  out.resize(std::min(out.size(), static_cast<size_t>(limit)));
  return out;
}

Result<double> MinPass(const Arguments& arguments) {
  if (!arguments.Has("min-pass")) return 0.0;
  const std::string text = arguments.Get("min-pass");
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (text.empty() || *end != '\0' || !(value >= 0 && value <= 100))
    return Error{Code::kInvalid, "--min-pass: expected a percentage"};
  return value;
}

std::string Now() {
  const std::time_t now = sys::SystemClock().UnixMs() / 1000;
  std::tm parts = {};
  ::gmtime_r(&now, &parts);
  char out[32];
  (void)std::strftime(out, sizeof out, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return out;
}

// What makes a run this one; a run goes on only where all of it is the same.
Result<json::object> Manifest(const bench::Suite& suite, const BenchSetup& setup, const bench::AskerOptions& asked,
                              const bench::CheckReport& check, bool confined_answers) {
  json::array excluded;
  json::object difficulty;
  for (size_t i = 0; i < suite.tasks.size(); ++i) {
    const auto& reference = check.facts[i].reference;
    if (reference && !reference->passed())
      excluded.push_back(json::object{{"task", suite.tasks[i].id},
                                      {"why", Cat({bench::KindName(reference->kind), ": ", reference->message})}});
    if (!check.facts[i].skipped.empty())
      excluded.push_back(json::object{{"task", suite.tasks[i].id}, {"why", check.facts[i].skipped}});
    if (!suite.tasks[i].difficulty.empty()) difficulty[suite.tasks[i].id] = suite.tasks[i].difficulty;
  }
  json::object out{{"heddle", HEDDLE_VERSION},
                   {"suite", suite.name},
                   {"suite_source", suite.source},
                   {"suite_sha256", suite.digest},
                   {"model", asked.model},
                   {"backend", asked.backend->name()},
                   {"adviser", asked.adviser == nullptr ? json::value() : json::value(asked.adviser_model)},
                   {"model_sha256", nullptr},
                   {"quantisation", nullptr},
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
                   {"excluded", excluded},
                   {"difficulty", difficulty}};
  if (confined_answers) {  // a file of this machine
    TRY_ASSIGN(const model::StoredModel stored, model::Store::OfUser().Find(asked.model));
    std::string digest = stored.sha256;
    if (digest.empty()) {
      TRY_ASSIGN(digest, sys::Sha256OfFile(stored.path, [](void*, uint64_t) { return true; }, nullptr));
    }
    out["model_sha256"] = digest;
    if (const auto info = model::InspectModel(stored.path)) out["quantisation"] = info->quantisation;
  }
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

Result<std::map<std::string, std::string>> Reused(const Arguments& arguments) {
  std::map<std::string, std::string> out;
  if (!arguments.Has("reuse-passed")) return out;
  TRY_ASSIGN(const bench::StoredRun run, bench::ReadRun(arguments.Get("reuse-passed")));
  for (const bench::Record& record : run.records) {
    if (record.kind == "answer" && record.verdict.passed()) out.emplace(record.task, record.code);
  }
  return out;
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

}  // namespace

int BenchRun(App& app, const Arguments& arguments) {
  const bool named = arguments.Has("file");
  if (arguments.words.size() + (named ? 1 : 0) != 2)
    return BenchFail(app, {Code::kInvalid, "expected: heddle bench run SUITE, or --file FILE"});
  const auto suite = bench::LoadSuite(named ? arguments.Get("file") : arguments.words[1], arguments.Has("instruct"));
  if (!suite) return BenchFail(app, suite.error());
  bench::RunPlan plan{.suite = &*suite};
  const auto chosen = Chosen(*suite, arguments);
  const auto modes = bench::ParseModes(arguments.Get("mode", "zero-shot"));
  auto preset = bench::FindPreset(arguments.Get("preset", "heddle"));
  const auto min_pass = MinPass(arguments);
  const auto seed = Whole(arguments, "seed", 1, 0, INT64_MAX / 2);
  const auto concurrency = Whole(arguments, "concurrency", 4, 1, 1024);
  auto reuse = Reused(arguments);
  const auto max_tokens = Whole(arguments, "max-tokens", 0, 1, 1'000'000);
  for (const Error* error : {chosen ? nullptr : &chosen.error(), modes ? nullptr : &modes.error(),
                             preset ? nullptr : &preset.error(), min_pass ? nullptr : &min_pass.error(),
                             seed ? nullptr : &seed.error(), concurrency ? nullptr : &concurrency.error(),
                             reuse ? nullptr : &reuse.error(), max_tokens ? nullptr : &max_tokens.error()}) {
    if (error != nullptr) return BenchFail(app, *error);
  }
  if (*max_tokens > 0) preset->max_tokens = *max_tokens;
  const auto setup = SetUpBench(arguments, *suite);
  if (!setup) return BenchFail(app, setup.error());
  auto backend = ChooseBackend(app, arguments);
  if (!backend) return BenchFail(app, backend.error());
  std::optional<ChosenBackend> adviser;
  if (arguments.Has("adviser")) {
    Arguments other = arguments;
    other.flags["model"] = arguments.Get("adviser");
    if (arguments.Has("adviser-backend")) other.flags["backend"] = arguments.Get("adviser-backend");
    auto found = ChooseBackend(app, other);
    if (!found) return BenchFail(app, found.error());
    adviser = *std::move(found);
  }

  const sys::Interrupts interrupts;
  auto judges = setup->Judges();
  Progress checking(app, "references", "tasks");
  const auto check = bench::CheckSuite(
      *suite, judges, setup->cache.get(), [&](size_t done) { checking.Show(done, suite->tasks.size(), 0); },
      interrupts.token());
  checking.Clear();
  if (!check) return BenchFail(app, check.error());
  if (check->interrupted) return BenchFail(app, {Code::kCancelled, "interrupted"});
  for (const size_t task : *chosen) {
    const auto& reference = check->facts[task].reference;
    if (!check->facts[task].skipped.empty())
      app.Err(
          Cat({"heddle: ", ForTerminal(suite->tasks[task].id), " is left out: ", check->facts[task].skipped, "\n"}));
    else if (!reference || reference->passed())
      plan.tasks.push_back(task);
    else
      app.Err(Cat({"heddle: ", ForTerminal(suite->tasks[task].id), " is left out: its reference fails here (",
                   bench::KindName(reference->kind), ": ", ForTerminal(reference->message), ")\n"}));
  }
  if (plan.tasks.empty()) return BenchFail(app, {Code::kUnavailable, "no task is left whose reference passes here"});

  bench::AskerOptions asked{.backend = backend->backend.get(),
                            .model = backend->model,
                            .adviser = adviser ? adviser->backend.get() : nullptr,
                            .adviser_model = adviser ? adviser->model : "",
                            .preset = *preset,
                            .seed = *seed,
                            .thinking = arguments.Get("think")};
  const bool local = arguments.Get("backend", app.config().Get("backend").value) == "runner";
  auto manifest = Manifest(*suite, *setup, asked, *check, local);
  if (!manifest) return BenchFail(app, manifest.error());
  const std::string folder = arguments.Get("out", FolderName(suite->name, asked.model, json::serialize(*manifest)));
  (*manifest)["started"] = Now();
  auto log = bench::RunLog::Open(folder, json::serialize(*manifest) + "\n");
  if (!log) return BenchFail(app, log.error());
  int64_t before_us = 0;
  for (const bench::Record& record : log->earlier())
    before_us = std::max({before_us, record.generate.end_us, record.judge.end_us});
  asked.run_start_us = sys::SystemClock().MonotonicUs() - before_us;
  if (!log->earlier().empty())
    app.Err(
        Cat({"heddle: going on with ", folder, "; ", std::to_string(log->earlier().size()), " answers are there\n"}));

  plan.facts = &check->facts, plan.modes = *modes, plan.concurrency = static_cast<size_t>(*concurrency),
  plan.reuse = *std::move(reuse);
  auto memory = OpenMemory(arguments);
  if (!memory) return BenchFail(app, memory.error());
  bench::Asker asker(asked);
  bench::JudgePool pool(judges);
  Progress progress(app, suite->name, "answers");
  const int64_t begun_us = sys::SystemClock().MonotonicUs();
  const double joules = sys::PackageJoules();
  const auto end = bench::RunBenchmark(
      plan, asker, pool, *log, memory->get(),
      [&](const bench::RunProgress& at) {
        progress.Note(Watched(at));
        progress.Show(at.done, at.total, at.begun_with);
      },
      interrupts.token());
  progress.Clear();
  if (!end) return BenchFail(app, end.error());
  const double joules_after = sys::PackageJoules();
  const auto noted = log->NoteSession({.started = Now(),
                                       .wall_us = sys::SystemClock().MonotonicUs() - begun_us,
                                       .peak_in_flight = end->peak_in_flight,
                                       .joules = joules < 0 || joules_after < joules ? -1 : joules_after - joules});
  if (!noted) return BenchFail(app, noted.error());
  if (*memory != nullptr) {
    if (const auto flushed = (*memory)->Flush(); !flushed)
      app.Err(Cat({"heddle: the memory is not complete: ", flushed.error().message, "\n"}));
  }
  auto stored = bench::ReadRun(folder);
  if (!stored) return BenchFail(app, stored.error());
  const auto prices = bench::LoadPrices();
  if (!prices) return BenchFail(app, prices.error());
  const bench::ReportedRun report = bench::ReportOf(*std::move(stored), *prices);
  app.Out(arguments.Has("json") ? bench::ReportJson(report, *prices) : ShortReport(report, *prices));
  app.Err(Cat({"heddle: ", folder, "; at most ", std::to_string(end->peak_in_flight), " calls at a time\n"}));
  if (end->interrupted) return BenchFail(app, {Code::kCancelled, "interrupted; the same command goes on"});
  WarnIfFarOff(app, report, asked, *suite);
  if (end->model_errors > 0) {
    app.Err(Cat({"heddle: ", std::to_string(end->model_errors),
                 " tasks got no answer from the model; the same command asks again\n"}));
    return kBenchModel;
  }
  return report.modes.empty() || 100 * report.modes[0].plus.value() >= *min_pass ? kBenchDone : kBenchBelow;
}

}  // namespace heddle::cli
