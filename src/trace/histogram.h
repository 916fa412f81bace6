// Histogram: counts of durations in buckets that are at most 1/16 wide, relative to their value (the log-linear layout
// of HdrHistogram). Not thread-safe.
#pragma once

#include <array>
#include <cstdint>

namespace heddle::trace {

class Histogram {
 public:
  // Negative values count as 0; values from 2^40 on as 2^40.
  void Add(int64_t value);
  void Merge(const Histogram& other);
  uint64_t count() const { return count_; }
  int64_t max() const { return max_; }
  double mean() const { return count_ == 0 ? 0 : sum_ / static_cast<double>(count_); }
  // The smallest bucket bound that at least `q` (0 .. 1) of the values do not exceed; 0 when there are none.
  int64_t Quantile(double q) const;

 private:
  static constexpr int kSteps = 16, kOctaves = 37;
  std::array<uint64_t, kSteps * kOctaves> buckets_{};
  uint64_t count_ = 0;
  int64_t max_ = 0;
  double sum_ = 0;
};

}  // namespace heddle::trace
