// Record: one command that can be taken back. Its files are kept before it runs; afterwards what it changed is noted
// and what it left alone is let go. Killed at any moment, either nothing has run yet or everything is kept.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/undo/journal.h"
#include "cli/undo/plan.h"

namespace heddle::cli {

struct RecordOptions {
  std::string command, cwd;
  UndoLimits limits;
  std::function<bool(uint64_t files, uint64_t bytes)> step{};  // called as files are kept; false: stop
};

class Record {
 public:
  // Keeps everything that `plan` wishes for, or nothing. kTooLarge, kUnavailable (a full disk), kDenied, kCancelled.
  static Result<Record> Begin(const UndoPlan& plan, const RecordOptions& options);

  // After the command. The number of paths that it changed; 0: there is nothing to take back.
  Result<int64_t> Settle();

  int64_t id() const { return id_; }

 private:
  Record(Journal journal, sys::Fd lock) : journal_(std::move(journal)), lock_(std::move(lock)) {}
  Result<> KeepAll(const UndoPlan& plan, const RecordOptions& options);
  void NoteLater();

  Journal journal_;
  sys::Fd lock_;
  int64_t id_ = 0;
  uint64_t bytes_ = 0;
  std::vector<UndoItem> items_;
  std::vector<shell::NamedPaths> later_;
  std::vector<std::string> matched_;  // by the patterns in `later_`, before; sorted
};

// Whether `now` is what `then` was, as far as anything but its names goes.
bool SameFile(const FileState& now, const FileState& then);

}  // namespace heddle::cli
