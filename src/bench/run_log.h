// RunLog: the folder of a run. run.json says what the run is; answers.jsonl gets a line for every answer, on the disk
// before the next begins. A line that a crash tore apart is cut off when the run goes on. One process at a time writes.
//
// Where two lines have the same key (an answer that was judged again) the later one holds.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "base/result.h"
#include "bench/record.h"
#include "sys/fd.h"

namespace heddle::bench {

struct LeftOut {
  std::string task, why;
};

// What one process did for the run.
struct Session {
  std::string started;             // UTC, ISO 8601
  std::vector<std::string> modes;  // of its command, in their order
  std::vector<LeftOut> left_out;   // tasks whose reference fails here, or that this machine has no tools for
  // Not known of a session that was killed.
  int64_t wall_us = 0;     // of asking and judging
  int peak_in_flight = 0;  // calls of the model at a time
  double joules = -1;      // of the processor packages, whatever used them; negative: not readable
};

class RunLog {
 public:
  // Makes the folder, or goes on with it where `manifest` (JSON, one object) is the same in everything that counts.
  // kInvalid: it holds another run; kUnavailable: another process writes to it.
  static Result<RunLog> Open(const std::string& folder, const std::string& manifest);
  RunLog(RunLog&& other) noexcept
      : folder_(std::move(other.folder_)), file_(std::move(other.file_)), records_(std::move(other.records_)) {}

  const std::vector<Record>& earlier() const { return records_; }  // those that were there
  // Appends and syncs. Thread-safe.
  Result<> Append(const Record& record);
  const std::string& folder() const { return folder_; }
  // Lines of sessions.jsonl: what is known when a process begins with the run, and what when it has ended.
  Result<> NoteBegin(const Session& session) const;
  Result<> NoteEnd(const Session& session) const;

 private:
  Result<> Note(const std::string& line) const;
  RunLog(std::string folder, sys::Fd file) : folder_(std::move(folder)), file_(std::move(file)) {}
  std::string folder_;
  sys::Fd file_;
  std::vector<Record> records_;
  std::mutex mutex_;
};

// A run as it is on the disk. Lines that are no records are counted, not guessed at.
struct StoredRun {
  std::string folder, manifest;
  std::vector<Session> sessions;
  std::vector<Record> records;  // the last of each key, in the order of their first
  size_t damaged = 0;
};
Result<StoredRun> ReadRun(const std::string& folder);

}  // namespace heddle::bench
