// Deadlines: ends work that takes too long, by one thread for all of it. Thread-safe.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>

namespace heddle::serve {

class Deadlines {
 public:
  Deadlines() : thread_([this](const std::stop_token& stop) { Run(stop); }) {}

  // Requests a stop of `work` at `at_us` of the monotonic clock, unless what this returns has gone before. That must
  // not outlive this.
  using Ticket = std::shared_ptr<void>;
  Ticket Add(int64_t at_us, std::stop_source work);

 private:
  using Key = std::pair<int64_t, uint64_t>;  // when, and a number
  void Run(const std::stop_token& stop);

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::map<Key, std::stop_source> due_;
  uint64_t next_ = 0;
  std::jthread thread_;
};

}  // namespace heddle::serve
