#include "runner/parked.h"

#include <algorithm>

namespace heddle::runner {
namespace {

size_t Common(std::span<const Token> a, std::span<const Token> b) {
  return static_cast<size_t>(std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin());
}

}  // namespace

void Parked::Put(Entry entry) {
  for (auto at = entries_.begin(); at != entries_.end();) {
    const bool inside = Common(at->tokens, entry.tokens) == at->tokens.size();
    if (inside) bytes_ -= at->state.size();
    at = inside ? entries_.erase(at) : std::next(at);
  }
  if (entry.state.size() > limit_) return;
  bytes_ += entry.state.size();
  entries_.push_front(std::move(entry));
  for (; bytes_ > limit_; entries_.pop_back()) bytes_ -= entries_.back().state.size();
}

size_t Parked::Longest(std::span<const Token> prompt) const {
  size_t longest = 0;
  for (const Entry& entry : entries_) longest = std::max(longest, Common(prompt, entry.tokens));
  return longest;
}

std::optional<Parked::Entry> Parked::Take(std::span<const Token> prompt) {
  const size_t longest = Longest(prompt);
  const auto found = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const Entry& entry) { return Common(prompt, entry.tokens) == longest; });
  if (longest == 0 || found == entries_.end()) return std::nullopt;
  bytes_ -= found->state.size();
  Entry out = std::move(*found);
  entries_.erase(found);
  return out;
}

}  // namespace heddle::runner
