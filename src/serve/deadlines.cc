#include "serve/deadlines.h"

#include <chrono>
#include <vector>

#include "sys/environment.h"

namespace heddle::serve {

Deadlines::Ticket Deadlines::Add(int64_t at_us, std::stop_source work) {
  const std::lock_guard lock(mutex_);
  const Key key{at_us, ++next_};
  due_.emplace(key, std::move(work));
  if (due_.begin()->first == key) changed_.notify_one();
  return {nullptr, [this, key](void*) {
            const std::lock_guard locked(mutex_);
            due_.erase(key);
          }};
}

void Deadlines::Run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    const int64_t now = sys::SystemClock().MonotonicUs();
    std::vector<std::stop_source> late;
    while (!due_.empty() && due_.begin()->first.first <= now) late.push_back(due_.extract(due_.begin()).mapped());
    if (!late.empty()) {
      lock.unlock();
      for (std::stop_source& each : late) each.request_stop();
      lock.lock();
      continue;
    }
    // Looked at now and then in any case: clocks may be set, and machines sleep.
    const int64_t wait = due_.empty() ? 1'000'000 : std::min<int64_t>(due_.begin()->first.first - now, 1'000'000);
    changed_.wait_for(lock, stop, std::chrono::microseconds(wait), [] { return false; });
  }
}

}  // namespace heddle::serve
