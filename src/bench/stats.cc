#include "bench/stats.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace heddle::bench {

Interval Wilson(int64_t passed, int64_t total) {
  if (total <= 0) return {0, 1};
  const double z = 1.959963984540054, n = static_cast<double>(total), p = static_cast<double>(passed) / n;
  const double middle = (p + z * z / (2 * n)) / (1 + z * z / n);
  const double half = z / (1 + z * z / n) * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  return {std::max(0.0, middle - half), std::min(1.0, middle + half)};
}

double PassAtK(int64_t n, int64_t c, int64_t k) {
  if (n - c < k) return 1;
  double none = 1;  // that k samples without replacement are all wrong
  for (int64_t i = n - c + 1; i <= n; ++i) none *= 1 - static_cast<double>(k) / static_cast<double>(i);
  return 1 - none;
}

Interval Bootstrap(const std::vector<double>& values) {
  if (values.empty()) return {0, 1};
  constexpr int kRounds = 10'000;
  std::mt19937_64 random(20'210'707);
  std::vector<double> means(kRounds);
  for (double& mean : means) {
    double sum = 0;
    for (size_t i = 0; i < values.size(); ++i) sum += values[random() % values.size()];
    mean = sum / static_cast<double>(values.size());
  }
  std::sort(means.begin(), means.end());
  return {means[kRounds / 40], means[kRounds - 1 - kRounds / 40]};
}

double McNemar(int64_t only_a, int64_t only_b) {
  const int64_t n = only_a + only_b, least = std::min(only_a, only_b);
  if (n == 0) return 1;
  double below = 0;  // of a fair coin's n throws, at most `least` heads
  for (int64_t i = 0; i <= least; ++i)
    below += std::exp(std::lgamma(static_cast<double>(n) + 1) - std::lgamma(static_cast<double>(i) + 1) -
                      std::lgamma(static_cast<double>(n - i) + 1) - static_cast<double>(n) * std::log(2.0));
  return std::min(1.0, 2 * below);
}

double SignFlips(const std::vector<double>& differences) {
  constexpr int kRounds = 10'000;
  constexpr double kRounding = 1e-9;  // sums of the same numbers in another order
  double sum = 0;
  for (const double each : differences) sum += each;
  std::mt19937_64 random(20'210'707);
  int64_t as_far = 0;
  for (int round = 0; round < kRounds; ++round) {
    double other = 0;
    for (const double each : differences) other += (random() & 1) != 0 ? each : -each;
    as_far += std::abs(other) >= std::abs(sum) - kRounding ? 1 : 0;
  }
  return static_cast<double>(as_far + 1) / (kRounds + 1);  // the signs as they are, counted among the rest
}

double Quantile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const auto rank = static_cast<size_t>(std::ceil(share * static_cast<double>(values.size())));
  return values[std::clamp<size_t>(rank, 1, values.size()) - 1];
}

}  // namespace heddle::bench
