// Objectives: how long calls of a tier should take, and how fast the calls that took longer use up what may be. A burn
// rate of 1 uses up exactly the share that the quantile leaves (1 % for p99), more is too much. Thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "serve/monitor.h"

namespace heddle::serve {

struct Objective {
  std::string tier;      // as clients ask for it: a tier, or a model
  std::string quantile;  // "p50", "p95", "p99"
  double seconds = 0;
};

struct ObjectiveState {
  std::string tier, quantile;
  double seconds = 0, burn_rate = 0;  // over the last hour
};

class Objectives {
 public:
  explicit Objectives(const std::vector<Objective>& objectives);
  void Done(const CallRecord& record, int64_t now_us);
  std::vector<ObjectiveState> States(int64_t now_us) const;

 private:
  static constexpr size_t kMinutes = 60;
  struct Minute {
    int64_t number = -1;
    uint64_t calls = 0, late = 0;
  };
  struct Kept {
    Objective objective;
    std::array<Minute, kMinutes> minutes;  // a ring
  };
  mutable std::mutex mutex_;
  std::vector<Kept> kept_;
};

}  // namespace heddle::serve
