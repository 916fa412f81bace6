// Outbox: calls that are told to others, once a second, from a thread of its own, so that no call waits for it. What a
// receiver does not take is dropped, and counted. Thread-safe.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"
#include "serve/monitor.h"

namespace heddle::serve {

// Takes some calls; false: it could not. In the outbox's thread.
using Deliver = std::function<bool(const std::vector<CallRecord>& calls)>;

class Outbox {
 public:
  // `on_end` gets "sent" or "dropped", and of how many calls.
  Outbox(Deliver deliver, std::function<void(std::string_view what, size_t calls)> on_end);
  ~Outbox();
  void Add(const CallRecord& call);

 private:
  static constexpr size_t kMost = 2048;  // calls that wait
  void Run(const std::stop_token& stop);

  const Deliver deliver_;
  const std::function<void(std::string_view, size_t)> on_end_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<CallRecord> waiting_;
  std::jthread thread_;
};

// To a collector of OpenTelemetry (OTLP/HTTP): "http://localhost:4318/v1/traces".
Deliver ToCollector(std::string url, std::string version);

// Into the table `calls` of an SQLite file of this machine. Texts of prompts and answers are not in it.
Result<Deliver> ToDatabase(const std::string& path);

}  // namespace heddle::serve
