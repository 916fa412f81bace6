// History: how the last minutes went, one sample a second, for those who look. Thread-safe.
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>

#include "serve/monitor.h"

namespace heddle::serve {

struct Sample {
  int64_t at_s = 0;                           // since 1970
  double requests = 0, tokens = 0;            // a second, over the last ten
  double p50_ms = 0, p95_ms = 0, p99_ms = 0;  // of whole calls that ended in the last minute; 0: none did
  double first_p50_ms = 0, first_p95_ms = 0;  // to the first token, of the same
  double hit_rate = 0;  // of calls in the last minute that were answered by the cache or with another
  int64_t active = 0, queued = 0, connections = 0;
  double memory_mb = 0, cpu = 0;  // cpu: processors in use
};

class History {
 public:
  static constexpr size_t kKept = 600;  // samples: ten minutes

  void Done(const CallRecord& record, int64_t now_us);
  // `now` has what is measured from outside: active, queued, connections, memory; cpu_seconds so far.
  void Tick(Sample now, double cpu_seconds, int64_t now_us);
  // A JSON list of samples after `since_s`.
  std::string Since(int64_t since_s) const;

 private:
  struct Ended {
    int64_t at_us, total_us, first_us, tokens;
    bool shared;
  };
  static constexpr size_t kMostEnded = 100'000;

  mutable std::mutex mutex_;
  std::deque<Ended> ended_;  // in the last minute
  std::deque<Sample> samples_;
  double cpu_seconds_ = -1;
  int64_t ticked_us_ = 0;
};

}  // namespace heddle::serve
