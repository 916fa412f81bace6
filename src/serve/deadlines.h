// Deadlines: ends work that takes too long, by one thread for all of it. Thread-safe.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <stop_token>
#include <thread>

namespace heddle::serve {

class Deadlines {
 public:
  Deadlines() : thread_([this](const std::stop_token& stop) { Run(stop); }) {}

  // Requests a stop of `work` at `at_us` of the monotonic clock.
  void Add(int64_t at_us, std::stop_source work);

 private:
  void Run(const std::stop_token& stop);

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::multimap<int64_t, std::stop_source> due_;
  std::jthread thread_;
};

}  // namespace heddle::serve
