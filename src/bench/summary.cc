#include "bench/summary.h"

#include <algorithm>
#include <cstring>
#include <set>

namespace heddle::bench {
namespace {

// Tokens a second of one answer. What comes faster was sent at once when it was done: nothing can be told from when.
constexpr int64_t kFastest = 20'000;

bool Measured(const Record& record) {
  return record.verdict.kind != Kind::kModelError && record.verdict.kind != Kind::kHarnessError;
}

// What calls took, whatever they were for.
struct Speed {
  std::vector<double> first_ms, total_ms;
  int64_t prompt_us = 0, prefilled = 0, decode_us = 0, decoded = 0;

  void Add(const Record& record) {
    first_ms.push_back(static_cast<double>(record.first_us) / 1e3);
    total_ms.push_back(static_cast<double>(record.total_us) / 1e3);
    const int64_t seen_us = record.total_us - record.first_us;
    if (record.node.decode_us < 0 && seen_us * kFastest < (record.usage.completion_tokens - 1) * 1'000'000) return;
    const int64_t fresh = record.usage.prompt_tokens - std::max<int64_t>(record.usage.cached_tokens, 0);
    // A runner says what it spent; of others, what was seen from here.
    const int64_t prompt = record.node.prompt_us >= 0 ? record.node.prompt_us : record.first_us;
    const int64_t decode = record.node.decode_us >= 0 ? record.node.decode_us : seen_us;
    if (record.usage.prompt_tokens >= 0 && prompt > 0) prompt_us += prompt, prefilled += fresh;
    if (record.usage.completion_tokens > 1 && decode > 0)
      decode_us += decode, decoded += record.usage.completion_tokens - 1;
  }
  void Fill(ModeSummary& out) const {
    out.first_p50_ms = Quantile(first_ms, 0.5), out.first_p95_ms = Quantile(first_ms, 0.95);
    out.total_p50_ms = Quantile(total_ms, 0.5), out.total_p95_ms = Quantile(total_ms, 0.95);
    const auto per_second = [](int64_t tokens, int64_t us) {
      return us <= 0 ? 0 : static_cast<double>(tokens) * 1e6 / static_cast<double>(us);
    };
    out.prefill_per_s = per_second(prefilled, prompt_us), out.decode_per_s = per_second(decoded, decode_us);
  }
};

void AddTokens(const Record& record, const PriceTable& prices, ModeSummary& out) {
  if (record.usage.prompt_tokens < 0 || record.usage.completion_tokens < 0) ++out.without_usage;
  out.prompt_tokens += std::max<int64_t>(record.usage.prompt_tokens, 0);
  out.cached_tokens += std::max<int64_t>(record.usage.cached_tokens, 0);
  out.completion_tokens += std::max<int64_t>(record.usage.completion_tokens, 0);
  out.cost.Add(prices.Find(record.model), record.usage.prompt_tokens, record.usage.cached_tokens,
               record.usage.completion_tokens);
}

// The known ones that have records, then the others by name.
std::vector<std::string> ModesIn(const std::vector<Record>& records, const std::vector<std::string>& known) {
  std::set<std::string> there;
  for (const Record& record : records) there.insert(record.mode);
  std::vector<std::string> out;
  for (const std::string& mode : known)
    if (there.erase(mode) > 0) out.push_back(mode);
  out.insert(out.end(), there.begin(), there.end());
  return out;
}

// Attempts at one task.
struct Chain {
  std::string mode, task;
  int sample = 0;
};
struct ByNumbers {  // task/2 before task/10
  bool operator()(const Chain& a, const Chain& b) const {
    if (a.mode != b.mode) return a.mode < b.mode;
    if (const int order = ::strverscmp(a.task.c_str(), b.task.c_str()); order != 0) return order < 0;
    return a.sample < b.sample;
  }
};

void AddPassAt(ModeSummary& out) {
  int most = 0;
  for (const TaskResult& task : out.tasks) most = std::max(most, task.samples);
  for (const int64_t k : {1, 2, 5, 10, 20, 50, 100}) {
    if (k > most) break;
    std::vector<double> values;
    for (const TaskResult& task : out.tasks)
      if (task.samples >= k) values.push_back(PassAtK(task.samples, task.passed, k));
    double sum = 0;
    for (const double value : values) sum += value;
    out.pass_at.push_back({k, values.empty() ? 0 : sum / static_cast<double>(values.size()), Bootstrap(values)});
  }
}

}  // namespace

std::vector<ModeSummary> Summarize(const std::vector<Record>& records, const PriceTable& prices,
                                   const std::map<std::string, std::string>& difficulty,
                                   const std::vector<std::string>& modes) {
  std::vector<ModeSummary> out;
  std::map<std::string, Speed> speeds;
  const auto mode_of = [&](const std::string& name) -> ModeSummary& {
    for (ModeSummary& each : out)
      if (each.mode == name) return each;
    out.emplace_back().mode = name;
    return out.back();
  };
  for (const std::string& mode : ModesIn(records, modes)) mode_of(mode);
  std::map<Chain, const Record*, ByNumbers> last;
  for (const Record& record : records) {
    ModeSummary& mode = mode_of(record.mode);
    if (!record.reused && record.verdict.kind != Kind::kModelError)
      speeds[record.mode].Add(record), AddTokens(record, prices, mode);
    mode.cpu_s += static_cast<double>(record.verdict.cpu_us) / 1e6;
    if (record.kind != "answer") continue;
    ++mode.answers;
    mode.truncated += record.truncated ? 1 : 0;
    const Record*& end = last[{record.mode, record.task, record.sample}];
    if (end == nullptr || record.attempt >= end->attempt) end = &record;
  }
  for (const auto& [key, record] : last) {
    ModeSummary& mode = mode_of(record->mode);
    ++mode.kinds[std::string(KindName(record->verdict.kind))];
    mode.forgeable += record->verdict.forgeable && Measured(*record) ? 1 : 0;
    if (record->verdict.kind == Kind::kMissingModule) ++mode.missing_modules[record->verdict.message];
    // Chains come sorted: those of one task follow each other.
    if (mode.tasks.empty() || mode.tasks.back().task != record->task) mode.tasks.push_back({.task = record->task});
    TaskResult* const task = &mode.tasks.back();
    task->forgeable = task->forgeable || (record->verdict.forgeable && Measured(*record));
    if (record->sample == 0) {
      task->kind = record->verdict.kind, task->message = record->verdict.message;
      task->attempts = record->attempt + 1;
    }
    if (!Measured(*record)) {
      ++mode.not_measured;
      continue;
    }
    const bool passed = record->verdict.passed();
    ++task->samples, task->passed += passed ? 1 : 0, task->base_passed += record->verdict.base ? 1 : 0;
    ++mode.plus.total, mode.plus.passed += passed ? 1 : 0;
    ++mode.base.total, mode.base.passed += record->verdict.base ? 1 : 0;
    if (passed) {
      mode.by_attempt.resize(std::max(mode.by_attempt.size(), static_cast<size_t>(record->attempt) + 1));
      ++mode.by_attempt[static_cast<size_t>(record->attempt)];
    }
    if (const auto found = difficulty.find(record->task); found != difficulty.end()) {
      Rate& rate = mode.by_difficulty[found->second];
      ++rate.total, rate.passed += passed ? 1 : 0;
    }
  }
  for (ModeSummary& mode : out) {
    speeds[mode.mode].Fill(mode);
    AddPassAt(mode);
    mode.plus_interval = Wilson(mode.plus.passed, mode.plus.total),
    mode.base_interval = Wilson(mode.base.passed, mode.base.total);
    if (mode.pass_at.size() > 1)
      mode.plus_interval = mode.pass_at[0].interval;  // samples of one task are no trials of their own
  }
  return out;
}

namespace {

// Of the samples of a task, how many pass.
double ShareOf(const TaskResult& task) { return static_cast<double>(task.passed) / task.samples; }

}  // namespace

Comparison Compare(const ModeSummary& a, const ModeSummary& b) {
  Comparison out{.a = a.mode, .b = b.mode, .forgeable = a.forgeable > 0 || b.forgeable > 0};
  std::map<std::string, const TaskResult*> of_a;
  for (const TaskResult& task : a.tasks) of_a[task.task] = &task;
  std::vector<double> differences;
  for (const TaskResult& task : b.tasks) {
    const auto found = of_a.find(task.task);
    if (found == of_a.end() || found->second->samples == 0 || task.samples == 0) continue;
    const TaskResult& other = *found->second;
    out.sampled = out.sampled || other.samples > 1 || task.samples > 1;
    const double in_a = ShareOf(other), in_b = ShareOf(task);
    differences.push_back(in_b - in_a);
    out.difference += differences.back();
    if (in_a > in_b) out.only_a.push_back(task.task);
    if (in_a < in_b) out.only_b.push_back(task.task);
    if (in_a != in_b) continue;
    if (in_a == 1)
      ++out.both;
    else
      ++(in_a == 0 ? out.neither : out.as_often);
  }
  const auto whole = [&](const ModeSummary& mode) {
    return mode.tasks.size() == differences.size() && mode.cost.known && mode.cost.unknown_calls == 0;
  };
  if (whole(a) && whole(b)) out.costs = {a.cost.amount, b.cost.amount};
  if (!differences.empty()) out.difference /= static_cast<double>(differences.size());
  out.interval = differences.empty() ? Interval{-1, 1} : Bootstrap(differences);
  out.p = out.sampled ? SignFlips(differences)
                      : McNemar(static_cast<int64_t>(out.only_a.size()), static_cast<int64_t>(out.only_b.size()));
  return out;
}

}  // namespace heddle::bench
