// OtlpSender: sends calls to a collector of OpenTelemetry (OTLP/HTTP), in batches, from a thread of its own. What a
// collector that is down does not take is dropped, and counted. Thread-safe.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "serve/monitor.h"

namespace heddle::serve {

class OtlpSender {
 public:
  // `url`: "http://localhost:4318/v1/traces". `on_end` gets "sent" or "dropped", and of how many calls.
  OtlpSender(std::string url, std::string version, std::function<void(std::string_view what, size_t calls)> on_end);
  ~OtlpSender();
  void Add(const CallRecord& call);

 private:
  static constexpr size_t kMost = 2048;  // calls that wait
  void Run(const std::stop_token& stop);

  const std::string url_, version_;
  const std::function<void(std::string_view, size_t)> on_end_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<CallRecord> waiting_;
  std::jthread thread_;
};

}  // namespace heddle::serve
