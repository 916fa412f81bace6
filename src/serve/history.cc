#include "serve/history.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <vector>

namespace heddle::serve {
namespace {

constexpr int64_t kMinuteUs = 60'000'000, kRateUs = 10'000'000;

// Of sorted times, in milliseconds.
double Quantile(const std::vector<int64_t>& sorted, double q) {
  if (sorted.empty()) return 0;
  const auto rank = static_cast<size_t>(std::ceil(q * static_cast<double>(sorted.size())));
  return static_cast<double>(sorted[std::max<size_t>(rank, 1) - 1]) / 1000;
}

}  // namespace

void History::Done(const CallRecord& record, int64_t now_us) {
  const std::lock_guard lock(mutex_);
  ended_.push_back({now_us, record.total_us, record.first_us, record.completion_tokens,
                    record.outcome == "hit" || record.outcome == "joined"});
  if (ended_.size() > kMostEnded) ended_.pop_front();
}

void History::Tick(Sample now, double cpu_seconds, int64_t now_us) {
  const std::lock_guard lock(mutex_);
  while (!ended_.empty() && now_us - ended_.front().at_us > kMinuteUs) ended_.pop_front();
  std::vector<int64_t> total, first;
  int64_t shared = 0, recent = 0, tokens = 0;
  for (const Ended& each : ended_) {
    total.push_back(each.total_us);
    if (each.first_us > 0) first.push_back(each.first_us);
    shared += each.shared ? 1 : 0;
    if (now_us - each.at_us > kRateUs) continue;
    ++recent;
    if (!each.shared) tokens += each.tokens;
  }
  std::sort(total.begin(), total.end());
  std::sort(first.begin(), first.end());
  now.requests = static_cast<double>(recent) / 10, now.tokens = static_cast<double>(tokens) / 10;
  now.p50_ms = Quantile(total, 0.5), now.p95_ms = Quantile(total, 0.95), now.p99_ms = Quantile(total, 0.99);
  now.first_p50_ms = Quantile(first, 0.5), now.first_p95_ms = Quantile(first, 0.95);
  now.hit_rate = total.empty() ? 0 : static_cast<double>(shared) / static_cast<double>(total.size());
  if (cpu_seconds_ >= 0 && now_us > ticked_us_)
    now.cpu = (cpu_seconds - cpu_seconds_) / (static_cast<double>(now_us - ticked_us_) / 1e6);
  cpu_seconds_ = cpu_seconds, ticked_us_ = now_us;
  samples_.push_back(now);
  if (samples_.size() > kKept) samples_.pop_front();
}

std::string History::Since(int64_t since_s) const {
  namespace json = boost::json;
  json::array out;
  const std::lock_guard lock(mutex_);
  for (const Sample& each : samples_) {
    if (each.at_s <= since_s) continue;
    out.push_back(json::object{{"at_s", each.at_s},
                               {"requests", each.requests},
                               {"tokens", each.tokens},
                               {"p50_ms", each.p50_ms},
                               {"p95_ms", each.p95_ms},
                               {"p99_ms", each.p99_ms},
                               {"first_p50_ms", each.first_p50_ms},
                               {"first_p95_ms", each.first_p95_ms},
                               {"hit_rate", each.hit_rate},
                               {"active", each.active},
                               {"queued", each.queued},
                               {"connections", each.connections},
                               {"memory_mb", each.memory_mb},
                               {"cpu", each.cpu}});
  }
  return json::serialize(out);
}

}  // namespace heddle::serve
