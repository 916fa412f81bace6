#include "bench/timing.h"

#include <algorithm>
#include <boost/json.hpp>
#include <set>

#include "base/text.h"
#include "bench/stats.h"

namespace heddle::bench {
namespace json = boost::json;
namespace {

// Inside "generate", in this order, where a runner says how long they took.
struct InnerRow {
  std::string_view name;
  int64_t model::NodeTimes::* us;
};
constexpr InnerRow kInner[] = {{"generate.queue", &model::NodeTimes::queue_us},
                               {"generate.prompt", &model::NodeTimes::prompt_us},
                               {"generate.decode", &model::NodeTimes::decode_us}};
constexpr std::string_view kPhases[] = {"generate",        "generate.queue", "generate.prompt",
                                        "generate.decode", "advise",         "judge"};

void AddSpans(const Record& record, std::vector<Span>& out) {
  const auto add = [&](std::string_view name, int parent, int64_t start, int64_t end) {
    if (end <= start) return -1;
    out.push_back({name, record.task, record.worker, parent, start, end});
    return static_cast<int>(out.size()) - 1;
  };
  const int call =
      add(record.kind == "answer" ? "generate" : "advise", -1, record.generate.start_us, record.generate.end_us);
  int64_t at = record.generate.start_us;
  for (const InnerRow& row : kInner) {
    if (call < 0 || record.node.*row.us <= 0) continue;
    const int64_t end = std::min(at + record.node.*row.us, record.generate.end_us);
    (void)add(row.name, call, at, end);
    at = end;
  }
  (void)add("judge", -1, record.judge.start_us, record.judge.end_us);
}

int64_t Covered(std::vector<Span> spans) {
  std::sort(spans.begin(), spans.end(), [](const Span& a, const Span& b) { return a.start_us < b.start_us; });
  int64_t out = 0, until = INT64_MIN;
  for (const Span& span : spans) {
    out += std::max<int64_t>(0, span.end_us - std::max(span.start_us, until));
    until = std::max(until, span.end_us);
  }
  return out;
}

std::string Ms(int64_t us) {
  char out[32];
  (void)std::snprintf(out, sizeof out, "%.1f", static_cast<double>(us) / 1e3);
  return out;
}

json::object SpanJson(const Span& span) {
  return {{"name", span.name},     {"task", span.task},         {"worker", span.worker},
          {"parent", span.parent}, {"start_us", span.start_us}, {"end_us", span.end_us}};
}

}  // namespace

Timing TimingOf(const std::vector<Record>& records) {
  Timing out;
  for (const Record& record : records) AddSpans(record, out.spans);
  if (out.spans.empty()) return out;
  std::vector<int64_t> inside(out.spans.size());
  std::set<int> workers;
  int64_t first = INT64_MAX, last = 0, busy = 0;
  for (const Span& span : out.spans) {
    const int64_t length = span.end_us - span.start_us;
    if (span.parent >= 0) inside[static_cast<size_t>(span.parent)] += length;
    if (span.parent < 0) busy += length;
    workers.insert(span.worker);
    first = std::min(first, span.start_us), last = std::max(last, span.end_us);
  }
  for (const std::string_view name : kPhases) {
    PhaseTime phase{.name = name};
    std::vector<double> lengths;
    for (size_t i = 0; i < out.spans.size(); ++i) {
      if (out.spans[i].name != name) continue;
      const int64_t length = out.spans[i].end_us - out.spans[i].start_us;
      ++phase.count, phase.total_us += length, phase.exclusive_us += length - inside[i];
      lengths.push_back(static_cast<double>(length));
    }
    if (phase.count == 0) continue;
    phase.p50_us = static_cast<int64_t>(Quantile(lengths, 0.5)),
    phase.p95_us = static_cast<int64_t>(Quantile(lengths, 0.95));
    out.phases.push_back(phase);
  }
  out.wall_us = last - first, out.workers = static_cast<int>(workers.size());
  out.covered_us = Covered(out.spans);
  out.utilisation = static_cast<double>(busy) / (static_cast<double>(out.wall_us) * static_cast<double>(out.workers));
  return out;
}

std::string TimingText(const Timing& timing) {
  std::string out = "phase             count     total ms  exclusive ms    p50 ms    p95 ms\n";
  for (const PhaseTime& phase : timing.phases) {
    char line[160];
    (void)std::snprintf(line, sizeof line, "%-16.*s %6lld %12s %13s %9s %9s\n", static_cast<int>(phase.name.size()),
                        phase.name.data(), static_cast<long long>(phase.count), Ms(phase.total_us).c_str(),
                        Ms(phase.exclusive_us).c_str(), Ms(phase.p50_us).c_str(), Ms(phase.p95_us).c_str());
    out += line;
  }
  char line[200];
  (void)std::snprintf(line, sizeof line, "wall %s ms with %d workers, %.0f %% used; %s ms of it in no span\n",
                      Ms(timing.wall_us).c_str(), timing.workers, 100 * timing.utilisation,
                      Ms(timing.wall_us - timing.covered_us).c_str());
  return out + line;
}

std::string TimingJson(const Timing& timing) {
  json::array spans, phases;
  for (const Span& span : timing.spans) spans.push_back(SpanJson(span));
  for (const PhaseTime& phase : timing.phases)
    phases.push_back(json::object{{"name", phase.name},
                                  {"count", phase.count},
                                  {"total_us", phase.total_us},
                                  {"exclusive_us", phase.exclusive_us},
                                  {"p50_us", phase.p50_us},
                                  {"p95_us", phase.p95_us}});
  return json::serialize(json::object{{"wall_us", timing.wall_us},
                                      {"covered_us", timing.covered_us},
                                      {"workers", timing.workers},
                                      {"utilisation", timing.utilisation},
                                      {"phases", phases},
                                      {"spans", spans}}) +
         "\n";
}

std::string TimingCsv(const Timing& timing) {
  std::string out = "name,task,worker,parent,start_us,end_us\n";
  for (const Span& span : timing.spans)
    out +=
        Cat({span.name, ",\"", ReplaceAll(span.task, "\"", "\"\""), "\",", std::to_string(span.worker), ",",
             std::to_string(span.parent), ",", std::to_string(span.start_us), ",", std::to_string(span.end_us), "\n"});
  return out;
}

std::string TimingChrome(const Timing& timing) {
  json::array events;
  for (const Span& span : timing.spans)
    events.push_back(json::object{{"name", span.name},
                                  {"ph", "X"},
                                  {"ts", span.start_us},
                                  {"dur", span.end_us - span.start_us},
                                  {"pid", 1},
                                  {"tid", span.worker},
                                  {"args", {{"task", span.task}}}});
  return json::serialize(json::object{{"traceEvents", events}}) + "\n";
}

}  // namespace heddle::bench
