// heddle bench show, report, compare, speed, prices, list runs: what stored runs say.
#include <algorithm>
#include <boost/json.hpp>
#include <cmath>

#include "base/text.h"
#include "bench/report.h"
#include "cli/bench_command.h"
#include "sys/environment.h"
#include "sys/files.h"

namespace heddle::cli {
namespace {

std::string Percent(double value) {
  char out[32];
  (void)std::snprintf(out, sizeof out, "%5.1f %%", 100 * value);
  return out;
}

Result<LoadedRun> LoadWord(const Arguments& arguments, size_t at, std::string_view usage) {
  if (arguments.words.size() <= at) return Error{Code::kInvalid, Cat({"expected: heddle bench ", usage})};
  return LoadRun(arguments.words[at]);
}

// The run that the first is held against, where one is named: of the same suite.
Result<std::optional<LoadedRun>> LoadOther(const Arguments& arguments, const LoadedRun& first) {
  if (arguments.words.size() < 3) return std::optional<LoadedRun>();
  TRY_ASSIGN(LoadedRun other, LoadRun(arguments.words[2]));
  const auto suite = [](const LoadedRun& run) { return bench::ManifestText(run.report.run, "suite_sha256"); };
  if (suite(first) != suite(other))
    return Error{Code::kInvalid, "the runs are of different suites; they cannot be compared"};
  return std::optional<LoadedRun>(std::move(other));
}

// The text to a file, or where none is named to standard output.
int Write(App& app, const Arguments& arguments, const std::string& text) {
  if (!arguments.Has("out")) return app.Out(text), kBenchDone;
  if (auto written = sys::SystemFiles().WriteAtomic(arguments.Get("out"), text); !written)
    return BenchFail(app, written.error());
  return kBenchDone;
}

// The runs of the data folder, the newest first.
Result<std::vector<std::string>> StoredRuns() {
  const std::string folder = sys::DataDirectory() + "/bench";
  std::vector<std::pair<std::string, std::string>> found;
  if (sys::SystemFiles().LookThrough(folder).kind == sys::FileKind::kNone) return std::vector<std::string>();
  TRY_ASSIGN(const auto entries, sys::SystemFiles().List(folder));
  for (const sys::DirectoryEntry& entry : entries) {
    const std::string path = Cat({folder, "/", entry.name});
    const auto manifest = sys::SystemFiles().Read(path + "/run.json");
    if (manifest)
      found.emplace_back(bench::ManifestText({.folder = path, .manifest = *manifest}, "started"), entry.name);
  }
  std::sort(found.rbegin(), found.rend());
  std::vector<std::string> out;
  for (auto& [started, name] : found) out.push_back(std::move(name));
  return out;
}

}  // namespace

Result<bench::StoredRun> FindRun(const std::string& name) {
  const bool here = sys::SystemFiles().LookThrough(name + "/run.json").kind != sys::FileKind::kNone;
  return bench::ReadRun(here ? name : Cat({sys::DataDirectory(), "/bench/", name}));
}

Result<LoadedRun> LoadRun(const std::string& name) {
  TRY_ASSIGN(bench::StoredRun run, FindRun(name));
  TRY_ASSIGN(bench::PriceTable prices, bench::LoadPrices());
  return LoadedRun{bench::ReportOf(std::move(run), prices), std::move(prices)};
}

int BenchListRuns(App& app, const Arguments& arguments) {
  const auto names = StoredRuns();
  if (!names) return BenchFail(app, names.error());
  for (const std::string& name : *names) {
    const auto run = LoadRun(name);
    if (!run) return BenchFail(app, run.error());
    const auto about = [&](std::string_view member) { return bench::ManifestText(run->report.run, member); };
    for (const bench::ModeSummary& mode : run->report.modes) {
      if (arguments.Has("json")) {
        app.Out(Cat({"{\"run\":", JsonText(name), ",\"started\":", JsonText(about("started")),
                     ",\"suite\":", JsonText(about("suite")), ",\"model\":", JsonText(about("model")),
                     ",\"mode\":", JsonText(mode.mode), ",\"can_be_forged\":", std::to_string(mode.forgeable),
                     ",\"passed\":", std::to_string(mode.plus.passed), ",\"total\":", std::to_string(mode.plus.total),
                     "}\n"}));
        continue;
      }
      app.Out(Cat({Clipped(ForTerminal(about("started")), 10), "  ", Percent(mode.plus.value()), " of ",
                   std::to_string(mode.plus.total), "  ", ForTerminal(mode.mode), "  ", ForTerminal(name),
                   mode.forgeable > 0 ? "  can be forged" : "", "\n"}));
    }
  }
  if (names->empty() && !arguments.Has("json"))
    app.Out(
        Cat({"no runs in ", ForTerminal(sys::DataDirectory()), "/bench; others are known by their folders (--out)\n"}));
  return kBenchDone;
}

std::string ShortReport(const bench::ReportedRun& run, const bench::PriceTable& prices) {
  std::string out = Cat({ForTerminal(bench::ManifestText(run.run, "model")), " on ",
                         ForTerminal(bench::ManifestText(run.run, "suite")), "\n"});
  for (const bench::ModeSummary& mode : run.modes) {
    out += Cat({"  ", ForTerminal(mode.mode), ": ", Percent(mode.plus.value()), " (", Percent(mode.plus_interval.low),
                " to ", Percent(mode.plus_interval.high), "), ", std::to_string(mode.plus.passed), " of ",
                std::to_string(mode.plus.total)});
    if (mode.base.passed != mode.plus.passed) out += Cat({"; base ", Percent(mode.base.value())});
    if (mode.not_measured > 0) out += Cat({"; not measured: ", std::to_string(mode.not_measured)});
    for (const bench::PassAt& each : mode.pass_at)
      if (mode.pass_at.size() > 1) out += Cat({"; pass@", std::to_string(each.k), Percent(each.value)});
    out += "\n   ";
    for (const auto& [kind, count] : mode.kinds) out += Cat({" ", ForTerminal(kind), " ", std::to_string(count), ";"});
    char speed[120] = "";
    if (mode.decode_per_s > 0)
      (void)std::snprintf(speed, sizeof speed, " first token %.0f ms, %.1f tokens/s;", mode.first_p50_ms,
                          mode.decode_per_s);
    out += speed;
    char cost[80];
    (void)std::snprintf(cost, sizeof cost, " cost %.4f %s\n", mode.cost.amount, ForTerminal(prices.currency).c_str());
    out += mode.cost.known ? cost : " cost not known\n";
    for (const std::string& note : {bench::ForgeableText(mode), bench::MissingModulesText(mode)})
      if (!note.empty()) out += Cat({"    ", ForTerminal(note), "\n"});
  }
  return out;
}

// Somebody's text, line by line, none of which can be taken for one of heddle's.
std::string Quoted(std::string_view text) {
  std::string out;
  for (const std::string_view line : Split(text, '\n'))
    out += Cat({out.empty() ? "" : "\n", "  | ", ForTerminal(line, Layout::kLines)});
  return out;
}

int BenchShow(App& app, const Arguments& arguments) {
  const auto run = LoadWord(arguments, 1, "show RUN [TASK]");
  if (!run) return BenchFail(app, run.error());
  if (arguments.words.size() == 2) {
    app.Out(arguments.Has("json") ? bench::ReportJson(run->report, run->prices)
                                  : ShortReport(run->report, run->prices));
    return kBenchDone;
  }
  bool found = false;
  for (const bench::Record& record : run->report.run.records) {
    if (record.task != arguments.words[2]) continue;
    found = true;
    if (arguments.Has("json")) {
      app.Out(bench::ToJson(record));
      continue;
    }
    const bench::Verdict& verdict = record.verdict;
    app.Out(Cat({"== ", ForTerminal(record.mode), ", sample ", std::to_string(record.sample), ", attempt ",
                 std::to_string(record.attempt + 1), ", ", ForTerminal(record.kind), ": ",
                 record.kind == "answer" ? bench::KindName(verdict.kind) : "", "\n",
                 Quoted(record.kind == "answer" ? record.code : record.answer), "\n"}));
    if (verdict.of > 0)
      app.Out(Cat({"check ", std::to_string(verdict.test), " of ", std::to_string(verdict.of), "\n"}));
    for (const auto& [name, text] : {std::pair("message", &verdict.message),
                                     {"input", &verdict.input},
                                     {"got", &verdict.got},
                                     {"expected", &verdict.expected}})
      if (!text->empty()) app.Out(Cat({name, ": ", ForTerminal(*text), "\n"}));
  }
  return found ? kBenchDone
               : BenchFail(app, {Code::kNotFound, Cat({"the run has no task ", ForTerminal(arguments.words[2])})});
}

int BenchReport(App& app, const Arguments& arguments) {
  const auto run = LoadWord(arguments, 1, "report RUN [OTHER] [--format markdown|json|csv|html] [--out FILE]");
  if (!run) return BenchFail(app, run.error());
  const auto other = LoadOther(arguments, *run);
  if (!other) return BenchFail(app, other.error());
  if (arguments.Has("timing-report")) app.Err(bench::TimingText(bench::TimingOf(run->report.run.records)));
  if (arguments.Has("timing-export")) {
    const bench::Timing timing = bench::TimingOf(run->report.run.records);
    const std::string path = arguments.Get("timing-export");
    const std::string text = path.ends_with(".csv")          ? bench::TimingCsv(timing)
                             : path.ends_with(".trace.json") ? bench::TimingChrome(timing)
                                                             : bench::TimingJson(timing);
    if (auto written = sys::SystemFiles().WriteAtomic(path, text); !written) return BenchFail(app, written.error());
  }
  const std::string format = arguments.Get("format", arguments.Has("json") ? "json" : "markdown");
  if (format == "markdown") return Write(app, arguments, bench::ReportMarkdown(run->report, run->prices));
  if (format == "json") return Write(app, arguments, bench::ReportJson(run->report, run->prices));
  if (format == "csv") return Write(app, arguments, bench::ReportCsv(run->report));
  if (format == "html")
    return Write(app, arguments, bench::ReportHtml(run->report, *other ? &(*other)->report : nullptr, run->prices));
  return BenchFail(app, {Code::kInvalid, "--format: expected markdown, json, csv or html"});
}

namespace {

struct ModesToCompare {
  const bench::ModeSummary *a, *b;
};

// Of one run: its first mode with each other. Of two: the same modes, or the only ones.
std::vector<ModesToCompare> Pairs(const LoadedRun& a, const LoadedRun* b) {
  std::vector<ModesToCompare> out;
  for (size_t i = 1; b == nullptr && i < a.report.modes.size(); ++i)
    out.push_back({&a.report.modes[0], &a.report.modes[i]});
  if (b == nullptr) return out;
  const bool only = a.report.modes.size() == 1 && b->report.modes.size() == 1;
  for (const bench::ModeSummary& first : a.report.modes)
    for (const bench::ModeSummary& second : b->report.modes)
      if (only || first.mode == second.mode) out.push_back({&first, &second});
  return out;
}

}  // namespace

int BenchCompare(App& app, const Arguments& arguments) {
  const auto a = LoadWord(arguments, 1, "compare RUN [OTHER]");
  if (!a) return BenchFail(app, a.error());
  const auto b = LoadOther(arguments, *a);
  if (!b) return BenchFail(app, b.error());
  const LoadedRun& second = *b ? **b : *a;
  const auto about = [](const LoadedRun& run, std::string_view name) {
    return ForTerminal(bench::ManifestText(run.report.run, name));
  };
  const auto pairs = Pairs(*a, *b ? &**b : nullptr);
  if (pairs.empty())
    return BenchFail(app, {Code::kInvalid, *b ? "the runs have no mode in common" : "the run has one mode only"});
  for (const auto& [first, other] : pairs) {
    const bench::Comparison comparison = bench::Compare(*first, *other);
    if (arguments.Has("json"))
      app.Out(bench::ComparisonJson(comparison, a->prices));
    else
      app.Out(Cat({ForTerminal(first->mode), " of ", about(*a, "model"), ": ", Percent(first->plus.value()), "; ",
                   ForTerminal(other->mode), " of ", about(second, "model"), ": ", Percent(other->plus.value()), "\n",
                   bench::ComparisonText(comparison, a->prices)}));
  }
  return kBenchDone;
}

int BenchSpeed(App& app, const Arguments& arguments) {
  if (arguments.words.size() < 2) return BenchFail(app, {Code::kInvalid, "expected: heddle bench speed RUN..."});
  if (!arguments.Has("json")) app.Out("  pass   first ms   prefill/s   decode/s   quantisation   model, mode\n");
  for (size_t i = 1; i < arguments.words.size(); ++i) {
    const auto run = LoadRun(arguments.words[i]);
    if (!run) return BenchFail(app, run.error());
    if (arguments.Has("json")) {
      app.Out(bench::ReportJson(run->report, run->prices));
      continue;
    }
    for (const bench::ModeSummary& mode : run->report.modes) {
      const std::string quantisation(Clipped(ForTerminal(bench::ManifestText(run->report.run, "quantisation")), 12));
      char line[200];
      (void)std::snprintf(line, sizeof line, "%s %10.0f %11.0f %10.1f   %-12s   ", Percent(mode.plus.value()).c_str(),
                          mode.first_p50_ms, mode.prefill_per_s, mode.decode_per_s,
                          quantisation.empty() ? "-" : quantisation.c_str());
      app.Out(Cat({line, ForTerminal(bench::ManifestText(run->report.run, "model")), ", ", ForTerminal(mode.mode),
                   mode.forgeable > 0 ? ", can be forged" : "", "\n"}));
    }
  }
  return kBenchDone;
}

int BenchPrices(App& app, const Arguments& arguments) {
  const auto prices = bench::LoadPrices();
  if (!prices) return BenchFail(app, prices.error());
  if (!arguments.Has("json"))
    app.Out(Cat({ForTerminal(prices->currency), " of a million tokens, as of ", ForTerminal(prices->as_of), " (",
                 ForTerminal(prices->source), "; yours would be ", ForTerminal(bench::PricesPath()),
                 ")\n   input    cached    output  model\n"}));
  for (const bench::Price& row : prices->rows) {
    char line[200];
    (void)std::snprintf(
        line, sizeof line,
        arguments.Has("json") ? "{\"input\":%g,\"cached\":%g,\"output\":%g,\"model\":" : "%8.3f  %8.3f  %8.3f  ",
        row.input, row.cached, row.output);
    app.Out(Cat({line,
                 arguments.Has("json") ? Cat({JsonText(row.model), ",\"as_of\":", JsonText(prices->as_of),
                                              ",\"currency\":", JsonText(prices->currency), "}"})
                                       : ForTerminal(row.model),
                 "\n"}));
  }
  return kBenchDone;
}

}  // namespace heddle::cli
