// Expiry: how long what was kept stays. Nothing younger than a day goes by itself, however large it is.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "cli/undo/journal.h"

namespace heddle::cli {

struct ExpiryLimits {
  int64_t days = 30;
  uint64_t bytes = uint64_t{10} << 30;  // of all that is kept; the oldest goes first
};

struct Expired {
  int64_t commands = 0;
  uint64_t bytes = 0;
  uint64_t over = 0;  // bytes beyond the limit that are too young to go
};

Result<Expired> Expire(const ExpiryLimits& limits, int64_t now_ms);

// Lets go of everything older, now; a running command's files stay.
Result<Expired> PurgeOlder(int64_t age_ms, int64_t now_ms);
Result<Expired> PurgeOne(int64_t id);

// "30d", "12h", "90m", "45s" in milliseconds.
std::optional<int64_t> ParseAge(std::string_view text);

}  // namespace heddle::cli
