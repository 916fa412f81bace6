#include "runner/draft.h"

#include <algorithm>

namespace heddle::runner {
namespace {

constexpr size_t kLongest = 3, kShortest = 2;
// A drafted token costs a part of a call even where decoding is bound by memory; below this rate of right ones it is
// lost.
constexpr double kPays = 0.25;

uint64_t Hash(std::span<const int32_t> gram) {
  uint64_t hash = 1469598103934665603U + gram.size();
  for (const int32_t token : gram) hash = (hash ^ static_cast<uint32_t>(token)) * 1099511628211U;
  return hash;
}

}  // namespace

std::vector<int32_t> Drafter::Draft(std::span<const int32_t> text, size_t limit) {
  // Every n-gram that ends before the last token and so was followed by something.
  for (; indexed_ + 1 < text.size(); ++indexed_) {
    for (size_t n = kShortest; n <= std::min(kLongest, indexed_ + 1); ++n)
      after_[Hash(text.subspan(indexed_ + 1 - n, n))] = static_cast<uint32_t>(indexed_ + 1);
  }
  if (pause_ > 0) {
    --pause_;
    return {};
  }
  for (size_t n = std::min(kLongest, text.size()); n >= kShortest; --n) {
    const auto found = after_.find(Hash(text.last(n)));
    if (found == after_.end()) continue;
    // What repeats itself up to the end is taken to go on so.
    const std::span<const int32_t> after = text.subspan(found->second);
    std::vector<int32_t> draft;
    for (size_t i = 0; i < std::min(limit, length_); ++i)
      draft.push_back(i < after.size() ? after[i] : draft[i - after.size()]);
    return draft;
  }
  return {};
}

void Drafter::Judge(size_t drafted, size_t right) {
  if (drafted == 0) return;
  length_ = right == drafted ? length_ * 2 : 2;
  rate_ = 0.8 * rate_ + 0.2 * (static_cast<double>(right) / static_cast<double>(drafted));
  if (rate_ >= kPays) {
    patience_ = 16;
    return;
  }
  pause_ = patience_;
  patience_ = std::min<size_t>(patience_ * 2, 1024);
  rate_ = kPays;
}

}  // namespace heddle::runner
