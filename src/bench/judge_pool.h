// JudgePool: judges shared by more threads than there are cores. A verdict that only says "too slow", or that could not
// be made, is made again with nothing beside it before it counts, so that a busy machine changes none.
#pragma once

#include <condition_variable>
#include <mutex>
#include <shared_mutex>
#include <vector>

#include "bench/judge.h"

namespace heddle::bench {

class JudgePool {
 public:
  explicit JudgePool(std::vector<Judge>& judges);
  // Waits until a judge is free. Thread-safe.
  Verdict Run(const Task& task, const TaskFacts& facts, const std::string& code);

 private:
  class Lease;
  std::mutex mutex_;
  std::condition_variable freed_;
  std::vector<Judge*> free_;
  std::shared_mutex alone_;  // held by all that judge; alone by who judges again
};

}  // namespace heddle::bench
