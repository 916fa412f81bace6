#include "bench/report.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <map>

#include "base/text.h"

namespace heddle::bench {
namespace json = boost::json;
namespace {

std::string Percent(double value) {
  char out[32];
  (void)std::snprintf(out, sizeof out, "%.1f %%", 100 * value);
  return out;
}
std::string Between(const Interval& interval) { return Cat({Percent(interval.low), " to ", Percent(interval.high)}); }
std::string Count(int64_t n) { return std::to_string(n); }
std::string Fixed(double value, int digits) {
  char out[48];
  (void)std::snprintf(out, sizeof out, "%.*f", digits, value);
  return out;
}
std::string Measured(double value, int digits, std::string_view unit) {
  return value <= 0 ? "not measured" : Cat({Fixed(value, digits), " ", unit});
}

std::string CostText(const Cost& cost, const PriceTable& prices) {
  if (!cost.known) return "not known";
  std::string out = Cat({Fixed(cost.amount, 4), " ", prices.currency, " (prices of ", prices.as_of, ")"});
  if (cost.unknown_calls > 0) out += Cat({", without ", Count(cost.unknown_calls), " calls whose price is not known"});
  return out;
}

// Of all processes that worked on the run.
struct Sum {
  double seconds = 0, joules = 0;
  int peak = 0;
};
Sum SumOf(const std::vector<Session>& sessions) {
  Sum out;
  for (const Session& session : sessions) {
    out.seconds += static_cast<double>(session.wall_us) / 1e6;
    out.joules = out.joules < 0 || session.joules < 0 ? -1 : out.joules + session.joules;
    out.peak = std::max(out.peak, session.peak_in_flight);
  }
  if (sessions.empty()) out.joules = -1;
  return out;
}
std::string SessionsText(const std::vector<Session>& sessions) {
  const Sum sum = SumOf(sessions);
  return Cat({"wall-clock: ", Fixed(sum.seconds, 1), " s; calls at a time: at most ", std::to_string(sum.peak),
              "; energy of the processor: ", sum.joules < 0 ? "not measured" : Cat({Fixed(sum.joules, 0), " J"})});
}

// Text that comes from models and suites, in a table's cell.
std::string Cell(const std::string& text) { return ReplaceAll(ForTerminal(Clipped(text, 120)), "|", "\\|"); }

std::map<std::string, std::string> LeftOutOf(const std::vector<Session>& sessions) {
  std::map<std::string, std::string> out;
  for (const Session& session : sessions)
    for (const LeftOut& each : session.left_out) out[each.task] = each.why;
  return out;
}

json::array ToJson(const Interval& interval) { return {interval.low, interval.high}; }
json::object ToJson(const Rate& rate) { return {{"passed", rate.passed}, {"total", rate.total}}; }

json::object ToJson(const ModeSummary& mode, const PriceTable& prices) {
  json::array pass_at, tasks, by_attempt;
  for (const PassAt& each : mode.pass_at)
    pass_at.push_back(json::object{{"k", each.k}, {"value", each.value}, {"interval", ToJson(each.interval)}});
  for (const TaskResult& task : mode.tasks)
    tasks.push_back(json::object{{"task", task.task},
                                 {"samples", task.samples},
                                 {"passed", task.passed},
                                 {"base_passed", task.base_passed},
                                 {"attempts", task.attempts},
                                 {"kind", KindName(task.kind)},
                                 {"message", task.message},
                                 {"can_be_forged", task.forgeable}});
  for (const int64_t count : mode.by_attempt) by_attempt.push_back(count);
  json::object kinds, difficulty, missing;
  for (const auto& [name, count] : mode.missing_modules) missing[name] = count;
  for (const auto& [kind, count] : mode.kinds) kinds[kind] = count;
  for (const auto& [name, rate] : mode.by_difficulty) difficulty[name] = ToJson(rate);
  const auto measured = [](double value) { return value <= 0 ? json::value() : json::value(value); };
  return {{"mode", mode.mode},
          {"pass",
           {{"passed", mode.plus.passed},
            {"total", mode.plus.total},
            {"rate", mode.plus.value()},
            {"interval", ToJson(mode.plus_interval)}}},
          {"base",
           {{"passed", mode.base.passed},
            {"total", mode.base.total},
            {"rate", mode.base.value()},
            {"interval", ToJson(mode.base_interval)}}},
          {"pass_at", pass_at},
          {"passed_by_attempt", by_attempt},
          {"kinds", kinds},
          {"missing_modules", missing},
          {"by_difficulty", difficulty},
          {"not_measured", mode.not_measured},
          {"can_be_forged", mode.forgeable},
          {"answers", mode.answers},
          {"truncated", mode.truncated},
          {"tokens",
           {{"prompt", mode.prompt_tokens},
            {"cached", mode.cached_tokens},
            {"completion", mode.completion_tokens},
            {"calls_without", mode.without_usage}}},
          {"speed",
           {{"first_ms_p50", measured(mode.first_p50_ms)},
            {"first_ms_p95", measured(mode.first_p95_ms)},
            {"total_ms_p50", measured(mode.total_p50_ms)},
            {"total_ms_p95", measured(mode.total_p95_ms)},
            {"prefill_tokens_per_s", measured(mode.prefill_per_s)},
            {"decode_tokens_per_s", measured(mode.decode_per_s)}}},
          {"judging_cpu_s", mode.cpu_s},
          {"cost",
           {{"known", mode.cost.known},
            {"amount", mode.cost.known ? json::value(mode.cost.amount) : json::value()},
            {"currency", prices.currency},
            {"prices_of", prices.as_of},
            {"calls_without_price", mode.cost.unknown_calls}}},
          {"tasks", tasks}};
}

}  // namespace

std::string ManifestText(const StoredRun& run, std::string_view name) {
  boost::system::error_code failed;
  const json::value value = json::parse(run.manifest, failed);
  const json::value* found = failed || !value.is_object() ? nullptr : value.as_object().if_contains(name);
  if (found == nullptr || found->is_null()) return {};
  return found->is_string() ? std::string(found->as_string()) : json::serialize(*found);
}

ReportedRun ReportOf(StoredRun run, const PriceTable& prices) {
  std::map<std::string, std::string> difficulty;
  boost::system::error_code failed;
  const json::value manifest = json::parse(run.manifest, failed);
  if (!failed && manifest.is_object()) {
    if (const json::value* found = manifest.as_object().if_contains("difficulty");
        found != nullptr && found->is_object()) {
      for (const auto& member : found->as_object())
        if (member.value().is_string()) difficulty[member.key()] = std::string(member.value().as_string());
    }
  }
  std::vector<std::string> order;
  for (const Session& session : run.sessions)
    for (const std::string& mode : session.modes)
      if (std::find(order.begin(), order.end(), mode) == order.end()) order.push_back(mode);
  auto modes = Summarize(run.records, prices, difficulty, order);
  return {std::move(run), std::move(modes)};
}

std::string ReportMarkdown(const ReportedRun& run, const PriceTable& prices) {
  const auto about = [&](std::string_view name) { return ForTerminal(ManifestText(run.run, name)); };
  std::string out = Cat({"# ", about("model"), " on ", about("suite"), "\n\n"});
  constexpr std::string_view kAbout[] = {"backend", "model_sha256", "quantisation", "preset",
                                         "python",  "sandbox",      "suite_sha256", "started"};
  for (const std::string_view name : kAbout) {
    if (const std::string text = about(name); !text.empty() && text != "[]")
      out += Cat({"- ", ReplaceAll(std::string(name), "_", " "), ": ", text, "\n"});
  }
  out += Cat({"- ", SessionsText(run.run.sessions), "\n"});
  for (const auto& [task, why] : LeftOutOf(run.run.sessions))
    out += Cat({"- left out: ", Cell(task), ": ", Cell(why), "\n"});
  out +=
      "\n| mode | pass | 95 % | base | tasks | not measured | first token p50 | decode | cost "
      "|\n|---|---|---|---|---|---|---|---|---|\n";
  for (const ModeSummary& mode : run.modes) {
    out += Cat({"| ",   Cell(mode.mode),
                " | ",  Percent(mode.plus.value()),
                " | ",  Between(mode.plus_interval),
                " | ",  Percent(mode.base.value()),
                " | ",  Count(mode.plus.passed),
                " of ", Count(mode.plus.total),
                " | ",  Count(mode.not_measured),
                " | ",  Measured(mode.first_p50_ms, 0, "ms"),
                " | ",  Measured(mode.decode_per_s, 1, "tokens/s"),
                " | ",  CostText(mode.cost, prices),
                " |\n"});
  }
  for (const ModeSummary& mode : run.modes) {
    out += Cat({"\n## ", ForTerminal(mode.mode), "\n\n"});
    if (&mode != &run.modes[0])
      out += Cat({"Against ", ForTerminal(run.modes[0].mode), ", paired:\n\n```\n",
                  ComparisonText(Compare(run.modes[0], mode), prices), "```\n\n"});
    for (const PassAt& each : mode.pass_at)
      if (mode.pass_at.size() > 1)
        out += Cat({"- pass@", Count(each.k), ": ", Percent(each.value), " (", Between(each.interval), ")\n"});
    for (size_t i = 0; mode.by_attempt.size() > 1 && i < mode.by_attempt.size(); ++i)
      out += Cat({"- passed at attempt ", Count(static_cast<int64_t>(i) + 1), ": ", Count(mode.by_attempt[i]), "\n"});
    for (const auto& [kind, count] : mode.kinds) out += Cat({"- ", kind, ": ", Count(count), "\n"});
    for (const std::string& note : {ForgeableText(mode), MissingModulesText(mode)})
      if (!note.empty()) out += Cat({"- ", note, "\n"});
    for (const auto& [name, rate] : mode.by_difficulty)
      out += Cat({"- difficulty ", ForTerminal(name), ": ", Count(rate.passed), " of ", Count(rate.total), ", ",
                  Between(Wilson(rate.passed, rate.total)), "\n"});
    out += Cat({"- tokens: ", Count(mode.prompt_tokens), " read (", Count(mode.cached_tokens), " from a cache), ",
                Count(mode.completion_tokens), " written\n"});
    if (mode.truncated > 0) out += Cat({"- cut off at the limit of tokens: ", Count(mode.truncated), "\n"});
    out += "\n| task | result | attempts | why |\n|---|---|---|---|\n";
    for (const TaskResult& task : mode.tasks) {
      const bool several = task.samples > 1;
      out += Cat({"| ", Cell(task.task), " | ",
                  several ? Cat({Count(task.passed), " of ", Count(task.samples)}) : std::string(KindName(task.kind)),
                  " | ", Count(task.attempts), " | ", Cell(task.message), " |\n"});
    }
  }
  return out;
}

std::string MissingModulesText(const ModeSummary& mode) {
  std::string names;
  int64_t answers = 0;
  for (const auto& [name, count] : mode.missing_modules) {
    names += Cat({names.empty() ? "" : ", ", ForTerminal(name), " ", Count(count)});
    answers += count;
  }
  if (answers == 0) return {};
  return Cat({Count(answers), " answers need modules that are not installed here and count as failed (", names,
              "); install them where --python is, then: heddle bench judge"});
}

std::string ForgeableText(const ModeSummary& mode) {
  if (mode.forgeable == 0) return {};
  return Cat({"can be forged: ", Count(mode.forgeable),
              " verdicts come from tests that ran in the program's own process, where a program made for it can lie"});
}

std::string ReportJson(const ReportedRun& run, const PriceTable& prices) {
  boost::system::error_code failed;
  json::array modes;
  for (const ModeSummary& mode : run.modes) modes.push_back(ToJson(mode, prices));
  json::object left_out;
  for (const auto& [task, why] : LeftOutOf(run.run.sessions)) left_out[task] = why;
  return json::serialize(
             json::object{{"folder", run.run.folder},
                          {"run", json::parse(run.run.manifest, failed)},
                          {"damaged_lines", run.run.damaged},
                          {"left_out", left_out},
                          {"wall_s", SumOf(run.run.sessions).seconds},
                          {"peak_in_flight", SumOf(run.run.sessions).peak},
                          {"joules", SumOf(run.run.sessions).joules < 0 ? json::value()
                                                                        : json::value(SumOf(run.run.sessions).joules)},
                          {"modes", modes}}) +
         "\n";
}

std::string ReportCsv(const ReportedRun& run) {
  const auto quoted = [](const std::string& text) { return Cat({"\"", ReplaceAll(text, "\"", "\"\""), "\""}); };
  std::string out = "mode,task,samples,passed,base_passed,attempts,kind,message,can_be_forged\n";
  for (const ModeSummary& mode : run.modes) {
    for (const TaskResult& task : mode.tasks)
      out += Cat({quoted(mode.mode), ",", quoted(task.task), ",", Count(task.samples), ",", Count(task.passed), ",",
                  Count(task.base_passed), ",", Count(task.attempts), ",", quoted(std::string(KindName(task.kind))),
                  ",", quoted(task.message), task.forgeable ? ",1\n" : ",0\n"});
  }
  return out;
}

namespace {

// "0.0120 and 0.0030 USD, the second 75.0 % less".
std::string CostsText(const Comparison& comparison, const PriceTable& prices) {
  if (!comparison.costs) return "cost: not known of both\n";
  const auto [a, b] = *comparison.costs;
  std::string out = Cat({"cost: ", Fixed(a, 4), " and ", Fixed(b, 4), " ", prices.currency});
  if (a > 0) out += Cat({", the second ", Percent(std::abs(b - a) / a), b <= a ? " less" : " more"});
  return out + "\n";
}

}  // namespace

std::string ComparisonText(const Comparison& comparison, const PriceTable& prices) {
  const auto names = [](const std::vector<std::string>& tasks) {
    std::string out;
    for (const std::string& task : tasks) out += Cat({out.empty() ? "" : ", ", ForTerminal(task)});
    return out.empty() ? std::string("none") : out;
  };
  const auto points = [](double value) { return Cat({value < 0 ? "" : "+", Fixed(100 * value, 1)}); };
  const std::string_view which = comparison.sampled ? "more often " : "only ";
  return Cat({"both pass ",
              Count(comparison.both),
              ", neither ",
              Count(comparison.neither),
              comparison.sampled ? Cat({", as often ", Count(comparison.as_often)}) : std::string(),
              "\n",
              which,
              "the first: ",
              names(comparison.only_a),
              "\n",
              which,
              "the second: ",
              names(comparison.only_b),
              "\n",
              "difference: ",
              points(comparison.difference),
              " points (95 %: ",
              points(comparison.interval.low),
              " to ",
              points(comparison.interval.high),
              comparison.sampled ? "), exchanged signs p = " : "), McNemar p = ",
              Fixed(comparison.p, 4),
              comparison.p < 0.05 ? "\n" : ": may be chance\n",
              comparison.forgeable ? "can be forged: tests of these runs ran in the programs' own processes\n" : "",
              CostsText(comparison, prices)});
}

std::string ComparisonJson(const Comparison& comparison, const PriceTable& prices) {
  json::array only_a, only_b;
  json::value cost;
  if (comparison.costs)
    cost = {{"a", comparison.costs->first},
            {"b", comparison.costs->second},
            {"currency", prices.currency},
            {"prices_of", prices.as_of}};
  for (const std::string& task : comparison.only_a) only_a.push_back(json::value(task));
  for (const std::string& task : comparison.only_b) only_b.push_back(json::value(task));
  return json::serialize(json::object{{"a", comparison.a},
                                      {"b", comparison.b},
                                      {"sampled", comparison.sampled},
                                      {"both", comparison.both},
                                      {"neither", comparison.neither},
                                      {"as_often", comparison.as_often},
                                      {"can_be_forged", comparison.forgeable},
                                      {"only_a", only_a},
                                      {"only_b", only_b},
                                      {"difference", comparison.difference},
                                      {"interval", ToJson(comparison.interval)},
                                      {"p", comparison.p},
                                      {"cost", cost}}) +
         "\n";
}

}  // namespace heddle::bench
