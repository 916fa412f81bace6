// Metrics: counters and distributions by name and labels, in the text format of Prometheus (exposition format 0.0.4).
// Thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <string_view>

#include "trace/histogram.h"

namespace heddle::trace {

enum class MetricKind : uint8_t { kCounter, kGauge, kSeconds };

struct MetricFamily {
  std::string_view name;  // "heddle_requests_total"
  MetricKind kind = MetricKind::kCounter;
  std::string_view help;
  std::string_view labels;  // their names, blank-separated
};

struct Quantiles {
  uint64_t count = 0;
  double mean_s = 0, p50_s = 0, p95_s = 0, p99_s = 0, max_s = 0;
};

class Metrics {
 public:
  // `families` must outlive this; a family is named by its place.
  explicit Metrics(std::span<const MetricFamily> families) : families_(families) {}

  using Labels = std::initializer_list<std::string_view>;  // values, in the family's order
  void Add(size_t family, Labels labels, double n = 1);    // kCounter
  void Set(size_t family, Labels labels, double value);    // kGauge
  void Observe(size_t family, Labels labels, int64_t us);  // kSeconds

  double Value(size_t family, Labels labels) const;
  // Of all label values of a family that begin with `labels`.
  Quantiles Of(size_t family, Labels labels = {}) const;
  std::string Text() const;

 private:
  static constexpr std::array<double, 16> kBounds = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25,
                                                     0.5,   1,      2.5,   5,    10,    30,   60,  120};
  struct Series {
    double value = 0;  // the sum, of kSeconds
    std::array<uint64_t, kBounds.size() + 1> buckets{};
    Histogram us;
  };
  std::string KeyOf(size_t family, Labels labels) const;

  const std::span<const MetricFamily> families_;
  mutable std::mutex mutex_;
  std::map<std::pair<size_t, std::string>, Series> series_;  // by family and its labels as they are written
};

}  // namespace heddle::trace
