// Ratings: the order of the ratings by name, for what compares them: `check --fail-on` and the verdicts of hooks.
#pragma once

#include <string_view>

#include "base/result.h"
#include "shell/analyze.h"

namespace heddle::cli {

// 0 for "safe", 1 for "unknown" ... 4 for "critical". kInvalid for any other text, naming those there are.
Result<int> RankOf(std::string_view rating);

// The rating's name; "unknown" instead of "safe" for what was not read as a whole.
std::string_view RatingOf(const shell::Analysis& analysis);

// The exit code of `check --fail-on` for something rated so: kRiskCodes plus its rank.
constexpr int kRiskCodes = 10;

}  // namespace heddle::cli
