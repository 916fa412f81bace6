// Summary: what the records of a run say. Answers that no model gave and verdicts that heddle could not make are
// counted apart, never as wrong.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bench/prices.h"
#include "bench/record.h"
#include "bench/stats.h"

namespace heddle::bench {

struct Rate {
  int64_t passed = 0, total = 0;
  double value() const { return total == 0 ? 0 : static_cast<double>(passed) / static_cast<double>(total); }
};

// One task in one mode.
struct TaskResult {
  std::string task;
  int samples = 0, passed = 0, base_passed = 0;  // of those that were judged
  int attempts = 0;                              // until the first sample passed or gave up
  Kind kind = Kind::kHarnessError;               // of the first sample's last answer
  std::string message;
  bool forgeable = false;  // a verdict of it can be forged
};

struct PassAt {
  int64_t k = 0;
  double value = 0;
  Interval interval;
};

struct ModeSummary {
  std::string mode;
  std::vector<TaskResult> tasks;  // by id, numbers in it by their value
  Rate plus, base;                // of samples; base: where the suite's own tests pass
  Interval plus_interval, base_interval;
  std::vector<PassAt> pass_at;
  std::vector<int64_t> by_attempt;                 // passed at the first attempt, at the second ...
  std::map<std::string, int64_t> kinds;            // of last answers
  std::map<std::string, int64_t> missing_modules;  // of last answers that need what is not installed here
  std::map<std::string, Rate> by_difficulty;
  int64_t not_measured = 0;  // model and harness errors
  int64_t forgeable = 0;     // last answers whose tests ran in the program's own process
  int64_t answers = 0, truncated = 0;

  // Speed, of answers that were not reused. Tokens as servers say; -1: they did not.
  int64_t prompt_tokens = 0, cached_tokens = 0, completion_tokens = 0, without_usage = 0;
  double first_p50_ms = 0, first_p95_ms = 0, total_p50_ms = 0, total_p95_ms = 0;
  double prefill_per_s = 0, decode_per_s = 0;  // of tokens; 0: not measured
  double cpu_s = 0;                            // of judging
  Cost cost;
};

// `difficulty`: of tasks, where the suite says. Modes come in the order given, others behind them, and tasks by their
// ids: whatever ended first, what comes out is the same.
std::vector<ModeSummary> Summarize(const std::vector<Record>& records, const PriceTable& prices,
                                   const std::map<std::string, std::string>& difficulty,
                                   const std::vector<std::string>& modes);

// Two runs on the tasks that both have, with all samples that were judged.
struct Comparison {
  std::string a, b;      // modes
  bool sampled = false;  // some task has several samples: then what counts is how often it passes
  // Tasks that pass always in both, never in either, or as often in one as in the other.
  int64_t both = 0, neither = 0, as_often = 0;
  std::vector<std::string> only_a, only_b;  // tasks that pass in one of them; sampled: more often than in the other
  bool forgeable = false;                   // verdicts of either can be forged
  double difference = 0;                    // of rates, b - a
  Interval interval;                        // paired bootstrap
  double p = 1;                             // McNemar; sampled: the signs of the tasks' differences, exchanged
  // What each cost, where both are known of the same tasks: nothing else is a saving.
  std::optional<std::pair<double, double>> costs;
};
Comparison Compare(const ModeSummary& a, const ModeSummary& b);

}  // namespace heddle::bench
