#include "serve/objectives.h"

namespace heddle::serve {
namespace {

constexpr int64_t kMinuteUs = 60'000'000;

double MayBeLate(std::string_view quantile) { return quantile == "p50" ? 0.5 : quantile == "p95" ? 0.05 : 0.01; }

}  // namespace

Objectives::Objectives(const std::vector<Objective>& objectives) {
  for (const Objective& each : objectives) kept_.push_back({each, {}});
}

void Objectives::Done(const CallRecord& record, int64_t now_us) {
  // A call that was refused for what it was took no time of the tier's.
  if (record.status >= 400 && record.status < 500) return;
  const int64_t number = now_us / kMinuteUs;
  const std::lock_guard lock(mutex_);
  for (Kept& kept : kept_) {
    if (kept.objective.tier != record.wanted) continue;
    Minute& minute = kept.minutes[static_cast<size_t>(number) % kMinutes];
    if (minute.number != number) minute = {.number = number};
    ++minute.calls;
    const bool late = record.status >= 500 || static_cast<double>(record.total_us) / 1e6 > kept.objective.seconds;
    minute.late += late ? 1 : 0;
  }
}

std::vector<ObjectiveState> Objectives::States(int64_t now_us) const {
  const int64_t number = now_us / kMinuteUs;
  std::vector<ObjectiveState> out;
  const std::lock_guard lock(mutex_);
  for (const Kept& kept : kept_) {
    uint64_t calls = 0, late = 0;
    for (const Minute& minute : kept.minutes) {
      if (minute.number < 0 || number - minute.number >= static_cast<int64_t>(kMinutes)) continue;
      calls += minute.calls, late += minute.late;
    }
    const double share = calls == 0 ? 0 : static_cast<double>(late) / static_cast<double>(calls);
    out.push_back({kept.objective.tier, kept.objective.quantile, kept.objective.seconds,
                   share / MayBeLate(kept.objective.quantile)});
  }
  return out;
}

}  // namespace heddle::serve
