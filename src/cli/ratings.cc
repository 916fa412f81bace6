#include "cli/ratings.h"

#include <algorithm>
#include <iterator>

#include "base/text.h"

namespace heddle::cli {
namespace {

constexpr std::string_view kRatings[] = {"safe", "unknown", "moderate", "high", "critical"};

}  // namespace

Result<int> RankOf(std::string_view rating) {
  const auto* found = std::find(std::begin(kRatings), std::end(kRatings), rating);
  if (found != std::end(kRatings)) return static_cast<int>(found - std::begin(kRatings));
  return Error{Code::kInvalid,
               Cat({"no such rating: ", rating, "; expected safe, unknown, moderate, high or critical"})};
}

std::string_view RatingOf(const shell::Analysis& analysis) {
  const std::string_view name = shell::Name(analysis.risk);
  return name == kRatings[0] && !analysis.complete ? kRatings[1] : name;
}

}  // namespace heddle::cli
