// Monitor: what the server saw of itself: counts, times, and the last calls with their spans. Thread-safe.
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "trace/metrics.h"

namespace heddle::serve {

// The families, in the order of the table in monitor.cc.
enum Family : size_t {
  kRequests,
  kRequestSeconds,
  kQueueSeconds,
  kFirstTokenSeconds,
  kTokenSeconds,
  kTokens,
  kCacheLooks,
  kNodeCalls,
  kNodeActive,
  kNodeBroken,
  kActive,
  kQueued,
  kConnections,
  kCacheBytes,
  kCacheEntries,
  kTelemetry,
  kObjective,
  kBurn,
  kMemory,
  kCpu,
  kStart,
  kBuild,
};

struct CallSpan {
  std::string_view name;                  // "queue", "first_token", "decode": a literal
  int64_t start_us = 0, duration_us = 0;  // from the begin of the call
};

// One call, as it went.
struct CallRecord {
  std::string id, dialect, client, wanted, node, outcome;  // outcome: "ok", "hit", "joined", or the kind of error
  int status = 0;
  bool stream = false;
  int64_t began_s = 0, began_ns = 0;  // since 1970
  int64_t begin_us = 0, total_us = 0, first_us = 0;
  int64_t prompt_tokens = 0, cached_tokens = 0, completion_tokens = 0;
  std::vector<CallSpan> spans;
};

class Monitor {
 public:
  explicit Monitor(std::string_view version);
  trace::Metrics& metrics() { return metrics_; }
  void Done(const CallRecord& record);
  // The last calls, the newest first, as JSON.
  std::string Recent(size_t most) const;
  std::vector<CallRecord> Last(size_t most) const;  // the newest first
  // Sets what is measured when it is asked for: this process's memory and processor time.
  void Measure();

 private:
  static constexpr size_t kKept = 256;
  trace::Metrics metrics_;
  mutable std::mutex mutex_;
  std::deque<CallRecord> recent_;  // the newest first
};

}  // namespace heddle::serve
