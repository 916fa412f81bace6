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

std::pair<const Parked::Entry*, size_t> Parked::Find(std::span<const Token> prompt) {
  auto best = entries_.end();
  size_t longest = 0;
  for (auto at = entries_.begin(); at != entries_.end(); ++at) {
    if (const size_t common = Common(prompt, at->tokens); common > longest) longest = common, best = at;
  }
  if (best == entries_.end()) return {nullptr, 0};
  entries_.splice(entries_.begin(), entries_, best);
  return {&entries_.front(), longest};
}

void Parked::Drop(const Entry* entry) {
  const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& e) { return &e == entry; });
  if (found == entries_.end()) return;
  bytes_ -= found->state.size();
  entries_.erase(found);
}

}  // namespace heddle::runner
