// Journal: which commands can be taken back, and what of each was kept where. An SQLite file beside the kept files.
// A command's number is never given out again.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/apply/tree.h"
#include "store/database.h"
#include "sys/fd.h"

namespace heddle::cli {

// One path that a command changed.
struct UndoItem {
  int64_t row = 0;         // in the journal
  std::string path;        // without links in it
  FileState before;        // exists = false: the command made it
  FileState after;         // meaningful once the command is settled
  std::string moved_to;    // where the command moved it; empty: it did not
  std::string link, copy;  // what was kept, relative to the trash's folder or absolute; empty: nothing
  std::string digest;      // of what lies below a directory that the command made
  bool settled = false;    // `after` and `digest` are known
  bool taking = false;     // an undo of it had begun and was cut off
};

enum class UndoState : int64_t {
  kKeeping,  // its files are being kept; it has not run
  kRunning,  // it runs, or heddle was killed while it did
  kSettled,  // what it left is known
};

struct UndoCommand {
  int64_t id = 0, time_ms = 0;
  std::string cwd, command;
  UndoState state = UndoState::kKeeping;
  uint64_t bytes = 0;  // that what is kept takes, about
  int64_t items = 0;
};

class Journal {
 public:
  // Makes it, and the folder, when they are not there. Errors: it cannot be written.
  static Result<Journal> Open();
  static std::string Folder();

  // A new command in state kKeeping with a folder of its own, locked for as long as `lock` lives.
  Result<int64_t> Begin(const UndoCommand& command, sys::Fd& lock);
  Result<> AddItems(int64_t id, const std::vector<UndoItem>& items, UndoState state, uint64_t bytes);
  Result<> DropItems(const std::vector<int64_t>& rows);
  // Before an undo touches them, and again with false for those that it left.
  Result<> MarkTaking(const std::vector<int64_t>& rows, bool taking);
  // With all that is kept of it.
  Result<> Remove(int64_t id);

  Result<std::vector<UndoCommand>> Commands();  // newest first, without those that were never run
  Result<std::optional<UndoCommand>> Find(int64_t id);
  Result<std::vector<UndoItem>> Items(int64_t id);
  Result<bool> IsRunning(int64_t id);  // in another heddle, at this moment

 private:
  explicit Journal(store::Database database) : database_(std::move(database)) {}
  void DropCutOff();
  Result<> Write(const std::vector<UndoItem>& items, int64_t id);
  Result<> EachRow(std::string_view sql, const std::vector<int64_t>& rows);
  store::Database database_;
};

std::string KeptPath(const std::string& kept);

}  // namespace heddle::cli
