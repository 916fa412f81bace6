// Kept files: what a command is about to change or delete, kept as hard links where that is enough and as copies
// (reflinks where the file system makes them) where not; and put back. Links are never followed.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/apply/tree.h"
#include "sys/fd.h"

namespace heddle::cli {

// A directory that is named by a path without links in it.
Result<sys::Fd> OpenFolder(const std::string& path);

// The same for the one that holds `path`.
Result<sys::Fd> OpenParent(const std::string& path);

struct KeepOptions {
  bool copy = false;         // the contents may change in place, so a link would change with them
  uint64_t* room = nullptr;  // bytes that may still be copied; reflinks cost nothing
  std::function<bool(uint64_t files, uint64_t bytes)> step{};  // called as it goes on; false: stop
};

// Keeps what `path` names, with all below it, as the new entry `kept`. kTooLarge beyond the room, kCancelled when
// stopped, kDenied for what can be neither linked nor copied.
Result<> Keep(const std::string& path, const std::string& kept, const KeepOptions& options);

// As Keep, but of a directory only itself.
Result<> KeepFolderOnly(const std::string& path, const std::string& kept);

// Brings what was written to the file system of `folder` to the disk: once for all of it, since a command may be about
// 20,000 files.
Result<> Sync(const std::string& folder);

// Whether the file system makes copies of `path` beside `folder` that take no room.
bool CanClone(const std::string& path, const std::string& folder);

struct PutBackReport {
  std::vector<std::string> in_the_way;  // paths where something else is by now
  std::vector<std::string> not_kept;    // "PATH: owner"
};

// Moves `kept` to `path`. A directory joins one that is there; where anything else is, it stays kept and is reported.
Result<> PutBack(const std::string& kept, const std::string& path, PutBackReport& report);

// Writes the bytes and attributes of `kept` into the file at `path`, which stays the same file for all its names.
// Not on the disk before Sync, nor is what PutBack has copied from another file system.
Result<> WriteBack(const std::string& kept, const std::string& path, PutBackReport& report);

// Mode, owner and times alone.
Result<> SetBack(const FileState& state, const std::string& path, PutBackReport& report);

// Stands for everything below a directory: names, inodes, sizes and times. Empty when it cannot all be read.
std::string DigestOf(const std::string& path);

// Whether everything below the kept directory is still below `path`.
bool AllThere(const std::string& kept, const std::string& path);

// The topmost entries below the kept directory that are not below `path`.
std::vector<std::string> MissingBelow(const std::string& kept, const std::string& path);

bool RemoveKept(const std::string& path);

}  // namespace heddle::cli
