#include "bench/check.h"

#include <algorithm>
#include <mutex>

#include "bench/pool.h"
#include "sys/environment.h"

namespace heddle::bench {

Result<CheckReport> CheckSuite(const Suite& suite, std::vector<size_t> tasks, std::vector<Judge>& judges,
                               const FactsCache* cache, const OnDone& on_done, const std::stop_token& stop) {
  const int64_t started = sys::SystemClock().MonotonicUs();
  const auto python = [&](size_t i) { return suite.tasks[i].language == "python"; };
  if (std::any_of(tasks.begin(), tasks.end(), python)) TRY(judges.at(0).Ready());
  CheckReport out;
  out.facts.resize(suite.tasks.size());
  std::vector<std::optional<TaskFacts>> known(suite.tasks.size());
  for (const size_t i : tasks) {
    if (cache != nullptr && suite.tasks[i].language == "python" && suite.tasks[i].data_driven())
      known[i] = cache->Get(suite.tasks[i]);
  }
  // The longest first, so that none is left alone at the end. Where that is not known, short inputs come first: they
  // are numbers that a function counts up to, not lists that it walks once.
  std::stable_sort(tasks.begin(), tasks.end(), [&](size_t a, size_t b) {
    const auto time = [&](size_t i) { return known[i] ? known[i]->reference_cpu_us : 0; };
    const auto input = [&](size_t i) { return known[i] ? 0 : suite.tasks[i].plus_inputs.size(); };
    return std::pair(-time(a), input(a)) < std::pair(-time(b), input(b));
  });
  std::mutex mutex;
  size_t done = 0;
  ForEach(tasks.size(), judges.size(), stop, [&](size_t worker, size_t at) {
    const size_t i = tasks[at];
    const bool fresh = !known[i];
    TaskFacts facts = judges[worker].Learn(suite.tasks[i], std::move(known[i]));
    const bool good = facts.reference && facts.reference->passed();
    if (cache != nullptr && fresh && good && suite.tasks[i].language == "python" && suite.tasks[i].data_driven())
      cache->Put(suite.tasks[i], facts);
    const std::lock_guard lock(mutex);
    if (!facts.skipped.empty())
      ++out.skipped;
    else if (!facts.reference)
      ++out.without_reference;
    else
      ++(good ? out.passed : out.failed);
    out.facts[i] = std::move(facts);
    on_done(++done);
  });
  out.interrupted = done < tasks.size();
  out.wall_us = sys::SystemClock().MonotonicUs() - started;
  return out;
}

}  // namespace heddle::bench
