// History: what was asked and run, in SQLite. When the database cannot take an entry in time (locked, damaged), the
// entry waits in history.pending beside it, one line per entry, and joins the database the next time it can be written.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "store/database.h"

namespace heddle::cli {

struct HistoryEntry {
  int64_t time_ms = 0;
  std::string cwd, query, command;
  int64_t exit_code = -1;  // -1: not run by heddle
};

std::string HistoryPath();
// Opens the database and takes in what waited. Errors: it cannot be opened.
Result<store::Database> OpenHistory();
// Never fails: what neither the database nor the waiting file takes (a full disk) is lost.
void Remember(const HistoryEntry& entry);

// One line of the waiting file, without its newline, and back. Pure.
std::string ToLine(const HistoryEntry& entry);
std::optional<HistoryEntry> FromLine(std::string_view line);

}  // namespace heddle::cli
