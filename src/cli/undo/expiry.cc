#include "cli/undo/expiry.h"

#include "base/text.h"

namespace heddle::cli {
namespace {

constexpr int64_t kDayMs = 86'400'000;

Result<> LetGo(Journal& journal, const UndoCommand& command, Expired& out) {
  TRY_ASSIGN(const bool running, journal.IsRunning(command.id));
  if (running) return {};
  TRY(journal.Remove(command.id));
  ++out.commands;
  out.bytes += command.bytes;
  return {};
}

}  // namespace

Result<Expired> Expire(const ExpiryLimits& limits, int64_t now_ms) {
  TRY_ASSIGN(auto journal, Journal::Open());
  TRY_ASSIGN(const auto commands, journal.Commands());
  Expired out;
  uint64_t kept = 0;
  for (const auto& command : commands) {  // newest first
    kept += command.bytes;
    const int64_t age = now_ms - command.time_ms;
    const bool old = age > limits.days * kDayMs;
    const bool large = kept > limits.bytes;
    if (age <= kDayMs || (!old && !large)) continue;
    kept -= command.bytes;
    TRY(LetGo(journal, command, out));
  }
  out.over = kept > limits.bytes ? kept - limits.bytes : 0;
  return out;
}

Result<Expired> PurgeOlder(int64_t age_ms, int64_t now_ms) {
  TRY_ASSIGN(auto journal, Journal::Open());
  TRY_ASSIGN(const auto commands, journal.Commands());
  Expired out;
  for (const auto& command : commands) {
    if (now_ms - command.time_ms >= age_ms) TRY(LetGo(journal, command, out));
  }
  return out;
}

Result<Expired> PurgeOne(int64_t id) {
  TRY_ASSIGN(auto journal, Journal::Open());
  TRY_ASSIGN(const auto command, journal.Find(id));
  if (!command) return Error{Code::kNotFound, Cat({"no entry ", std::to_string(id), "; see heddle undo"})};
  TRY_ASSIGN(const bool running, journal.IsRunning(id));
  if (running) return Error{Code::kUnavailable, Cat({"entry ", std::to_string(id), " is still running"})};
  Expired out;
  TRY(LetGo(journal, *command, out));
  return out;
}

std::optional<int64_t> ParseAge(std::string_view text) {
  struct Unit {
    char letter;
    int64_t ms;
  };
  static constexpr Unit kUnits[] = {{'s', 1000}, {'m', 60'000}, {'h', 3'600'000}, {'d', kDayMs}, {'w', 7 * kDayMs}};
  if (text.empty()) return std::nullopt;
  for (const Unit& unit : kUnits) {
    if (text.back() != unit.letter) continue;
    const auto count = ParseInt(text.substr(0, text.size() - 1));
    if (!count || *count < 0 || *count > 100'000) return std::nullopt;
    return *count * unit.ms;
  }
  return std::nullopt;
}

}  // namespace heddle::cli
