// Stats: how sure a rate is. Pure.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

namespace heddle::bench {

struct Interval {
  double low = 0, high = 0;
};

// Of a proportion, 95 % (Wilson, 1927). total 0: 0 to 1.
Interval Wilson(int64_t passed, int64_t total);

// pass@k of one task with n samples of which c pass, without bias (Chen et al., arXiv 2107.03374). k <= n.
double PassAtK(int64_t n, int64_t c, int64_t k);

// 95 % of a mean over tasks: percentiles of 10,000 resamples, always the same ones.
Interval Bootstrap(const std::vector<double>& values);

// McNemar's exact test: `only_a` tasks pass in the first run only, `only_b` in the second only. The probability of a
// difference at least as large if there were none.
double McNemar(int64_t only_a, int64_t only_b);

// The same question of differences that are no flips: the share of 10,000 exchanges of their signs, always the same
// ones, whose sum is at least as far from 0 (Fisher, 1935).
double SignFlips(const std::vector<double>& differences);

// The value below which a share of `values` lies (nearest rank); 0 for none.
double Quantile(std::vector<double> values, double share);

}  // namespace heddle::bench
