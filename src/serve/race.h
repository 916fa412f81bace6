// Race: a second attempt beside one that is slow to begin; who shows something first goes on alone.
#pragma once

#include <functional>
#include <stop_token>

#include "base/result.h"
#include "model/chat.h"

namespace heddle::serve {

using Attempt = std::function<Result<model::ChatReply>(const model::OnPiece& on_piece, const std::stop_token& stop)>;
// `who`: 0 or 1. Only pieces of the winner come.
using OnRacePiece = std::function<bool(int who, const model::ChatPiece& piece)>;

struct Raced {
  Result<model::ChatReply> reply;
  int winner = 0;
};

// Starts `second` when `first` has shown nothing for `after_us`, or has failed before that. The loser is stopped. Both
// have ended when this returns. An attempt that fails loses to one that does not.
Raced Race(const Attempt& first, const Attempt& second, int64_t after_us, const OnRacePiece& on_piece,
           const std::stop_token& stop);

}  // namespace heddle::serve
