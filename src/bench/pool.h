// Pool: the same work for many indices on some threads. Results are stored by index, so their order never depends on
// how many threads there are.
#pragma once

#include <atomic>
#include <functional>
#include <stop_token>
#include <thread>
#include <vector>

namespace heddle::bench {

// Calls work(worker, index) for every index below `count`, each once, on `workers` threads, until `stop`.
template <typename Work>
void ForEach(size_t count, size_t workers, const std::stop_token& stop, const Work& work) {
  std::atomic<size_t> next = 0;
  const auto loop = [&](size_t worker) {
    for (size_t i; !stop.stop_requested() && (i = next.fetch_add(1)) < count;) work(worker, i);
  };
  std::vector<std::jthread> threads;
  for (size_t i = 1; i < std::min(workers, count); ++i) threads.emplace_back(loop, i);
  loop(0);
}

}  // namespace heddle::bench
