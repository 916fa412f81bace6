// Sequences: which tokens the cells of each sequence of the model hold, so that a prompt need not compute what another
// began with. Sequences in use and sequences kept for later share cells; the one unused for longest is given up first.
// Pure bookkeeping: the caller copies and removes the cells. Not thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace heddle::runner {

using Token = int32_t;
using SequenceId = int32_t;

class Sequences {
 public:
  explicit Sequences(size_t count) : slots_(count) {}

  struct Start {
    SequenceId id = -1;         // now in use; its cells hold `kept` tokens once the caller has done what follows
    SequenceId copy_from = -1;  // copy its first `kept` tokens to `id`; -1: they are there already
    SequenceId dropped = -1;    // remove all cells of this one first (it may be `id`); -1: none
    size_t kept = 0;            // of the prompt
  };
  // A sequence for `prompt`, of which at most `reusable` tokens may come from another. Nothing when all are in use.
  std::optional<Start> Begin(std::span<const Token> prompt, size_t reusable);

  // The tokens whose cells are computed grew, or were cut to the first `count`.
  void Append(SequenceId id, std::span<const Token> tokens);
  void Cut(SequenceId id, size_t count);
  const std::vector<Token>& tokens(SequenceId id) const { return slots_[static_cast<size_t>(id)].tokens; }

  // Not in use any more; kept for later when `keep`.
  void End(SequenceId id, bool keep);
  // Gives up the kept sequence that was unused for longest; the caller removes its cells. Nothing when none is kept.
  std::optional<SequenceId> Evict();

  // The kept sequence that was unused for longest, and how many tokens all kept ones hold.
  std::optional<SequenceId> Oldest() const;
  size_t kept_tokens() const;
  // How many of the first tokens of `prompt` some sequence holds.
  size_t Longest(std::span<const Token> prompt) const;

  size_t kept() const;

 private:
  enum class State : uint8_t { kFree, kKept, kUsed };
  struct Slot {
    State state = State::kFree;
    uint64_t last_used = 0;
    std::vector<Token> tokens;
  };
  std::vector<Slot> slots_;
  uint64_t now_ = 0;
};

}  // namespace heddle::runner
