#include "bench/check.h"

#include <mutex>

#include "bench/pool.h"
#include "sys/environment.h"

namespace heddle::bench {

Result<CheckReport> CheckSuite(const Suite& suite, std::vector<Judge>& judges, const OnDone& on_done,
                               const std::stop_token& stop) {
  const int64_t started = sys::SystemClock().MonotonicUs();
  TRY(judges.at(0).Ready());
  CheckReport out;
  out.facts.resize(suite.tasks.size());
  std::mutex mutex;
  size_t done = 0;
  ForEach(suite.tasks.size(), judges.size(), stop, [&](size_t worker, size_t i) {
    TaskFacts facts = judges[worker].Learn(suite.tasks[i]);
    const std::lock_guard lock(mutex);
    out.facts[i] = std::move(facts);
    if (!out.facts[i].reference)
      ++out.without_reference;
    else
      ++(out.facts[i].reference->passed() ? out.passed : out.failed);
    on_done(++done);
  });
  out.interrupted = done < suite.tasks.size();
  out.wall_us = sys::SystemClock().MonotonicUs() - started;
  return out;
}

}  // namespace heddle::bench
