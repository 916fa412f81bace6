// Pace: at most so many calls a minute of one server, evenly spaced, as hosted models allow them.
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>

namespace heddle::bench {

// Thread-safe.
class Pace {
 public:
  // 0: as fast as it goes.
  explicit Pace(double per_minute) : between_(per_minute > 0 ? 60 / per_minute : 0) {}

  // Returns when it is the caller's turn; false: stopped.
  bool Wait(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    const auto turn = std::max(next_, Clock::now());
    next_ = turn + std::chrono::duration_cast<Clock::duration>(between_);
    changed_.wait_until(lock, stop, turn, [] { return false; });
    return !stop.stop_requested();
  }

 private:
  using Clock = std::chrono::steady_clock;
  std::chrono::duration<double> between_;
  Clock::time_point next_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
};

}  // namespace heddle::bench
