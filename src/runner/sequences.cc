#include "runner/sequences.h"

#include <algorithm>

namespace heddle::runner {

std::optional<Sequences::Start> Sequences::Begin(std::span<const Token> prompt, size_t reusable) {
  Start start;
  Slot* source = nullptr;
  const std::span<const Token> wanted = prompt.first(std::min(reusable, prompt.size()));
  for (Slot& slot : slots_) {
    if (slot.state == State::kFree) continue;
    const auto ends = std::mismatch(wanted.begin(), wanted.end(), slot.tokens.begin(), slot.tokens.end());
    const auto common = static_cast<size_t>(ends.first - wanted.begin());
    if (common > start.kept) start.kept = common, source = &slot;
  }
  const auto id = [&](const Slot& slot) { return static_cast<SequenceId>(&slot - slots_.data()); };
  // One that is kept and wholly a beginning of the prompt goes on; else its beginning is copied.
  Slot* slot =
      source != nullptr && source->state == State::kKept && source->tokens.size() == start.kept ? source : nullptr;
  if (slot == nullptr) {
    for (Slot& other : slots_) {
      if (other.state == State::kFree) slot = &other;
    }
  }
  if (slot == nullptr) {
    for (Slot& other : slots_) {
      if (other.state != State::kKept || &other == source) continue;
      if (slot == nullptr || other.last_used < slot->last_used) slot = &other;
    }
    if (slot == nullptr && source != nullptr && source->state == State::kKept) slot = source;  // cut to what is common
    if (slot == nullptr) return std::nullopt;
    if (slot != source) start.dropped = id(*slot);
  }
  start.id = id(*slot);
  if (source != nullptr && slot != source) start.copy_from = id(*source);
  slot->state = State::kUsed;
  slot->last_used = ++now_;
  slot->tokens.assign(prompt.begin(), prompt.begin() + static_cast<ptrdiff_t>(start.kept));
  if (source != nullptr) source->last_used = now_;
  return start;
}

void Sequences::Append(SequenceId id, std::span<const Token> tokens) {
  std::vector<Token>& mine = slots_[static_cast<size_t>(id)].tokens;
  mine.insert(mine.end(), tokens.begin(), tokens.end());
}

void Sequences::Cut(SequenceId id, size_t count) {
  std::vector<Token>& mine = slots_[static_cast<size_t>(id)].tokens;
  mine.resize(std::min(count, mine.size()));
}

void Sequences::End(SequenceId id, bool keep) {
  Slot& slot = slots_[static_cast<size_t>(id)];
  slot.state = keep && !slot.tokens.empty() ? State::kKept : State::kFree;
  slot.last_used = ++now_;
  if (slot.state == State::kFree) slot.tokens.clear();
}

std::optional<SequenceId> Sequences::Oldest() const {
  const Slot* oldest = nullptr;
  for (const Slot& slot : slots_) {
    if (slot.state == State::kKept && (oldest == nullptr || slot.last_used < oldest->last_used)) oldest = &slot;
  }
  if (oldest == nullptr) return std::nullopt;
  return static_cast<SequenceId>(oldest - slots_.data());
}

std::optional<SequenceId> Sequences::Evict() {
  const auto oldest = Oldest();
  if (oldest) slots_[static_cast<size_t>(*oldest)] = {};
  return oldest;
}

size_t Sequences::kept_tokens() const {
  size_t out = 0;
  for (const Slot& slot : slots_) out += slot.state == State::kKept ? slot.tokens.size() : 0;
  return out;
}

size_t Sequences::Longest(std::span<const Token> prompt) const {
  size_t longest = 0;
  for (const Slot& slot : slots_) {
    if (slot.state == State::kFree) continue;
    const auto ends = std::mismatch(prompt.begin(), prompt.end(), slot.tokens.begin(), slot.tokens.end());
    longest = std::max(longest, static_cast<size_t>(ends.first - prompt.begin()));
  }
  return longest;
}

size_t Sequences::kept() const {
  return static_cast<size_t>(
      std::count_if(slots_.begin(), slots_.end(), [](const Slot& s) { return s.state == State::kKept; }));
}

}  // namespace heddle::runner
