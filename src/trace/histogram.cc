#include "trace/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace heddle::trace {
namespace {

// 0 .. 15 each have a bucket; from there on every doubling has 16.
size_t IndexOf(uint64_t value) {
  if (value < 16) return value;
  const auto octave = static_cast<size_t>(std::bit_width(value)) - 4;
  return octave * 16 + (value >> (octave - 1) & 15);
}

// The largest value of a bucket.
int64_t BoundOf(size_t index) {
  if (index < 16) return static_cast<int64_t>(index);
  const size_t octave = index / 16;
  return static_cast<int64_t>(((16 + index % 16 + 1) << (octave - 1)) - 1);
}

}  // namespace

void Histogram::Add(int64_t value) {
  const auto held = static_cast<uint64_t>(std::clamp<int64_t>(value, 0, int64_t{1} << 40));
  ++buckets_[std::min(IndexOf(held), buckets_.size() - 1)];
  ++count_;
  sum_ += static_cast<double>(held);
  max_ = std::max(max_, static_cast<int64_t>(held));
}

void Histogram::Merge(const Histogram& other) {
  for (size_t i = 0; i < buckets_.size(); ++i) buckets_[i] += other.buckets_[i];
  count_ += other.count_, sum_ += other.sum_, max_ = std::max(max_, other.max_);
}

int64_t Histogram::Quantile(double q) const {
  if (count_ == 0) return 0;
  const auto wanted = static_cast<uint64_t>(std::ceil(q * static_cast<double>(count_)));
  uint64_t seen = 0;
  for (size_t i = 0; i < buckets_.size(); ++i) {
    seen += buckets_[i];
    if (seen >= std::max<uint64_t>(wanted, 1)) return std::min(BoundOf(i), max_);
  }
  return max_;
}

}  // namespace heddle::trace
