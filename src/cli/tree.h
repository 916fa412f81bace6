// Tree: a directory that changes are applied to, held open, and its paths looked up from there: never through a link,
// never out of it, never onto another file system.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "base/result.h"
#include "sys/fd.h"

namespace heddle::cli {

// What a name stands for at one moment.
struct FileState {
  bool exists = false;
  uint64_t device = 0, inode = 0, size = 0, links = 0;
  uint32_t mode = 0;  // with its type
  uint32_t owner = 0, group = 0;
  int64_t modified_ns = 0, changed_ns = 0;  // mtime, and ctime, which nobody can set

  bool operator==(const FileState&) const = default;
  bool directory() const;
  bool regular() const;
};

FileState StateAt(int folder, const std::string& name);

// A time that every change from now on is stamped with or later, and none before: file systems stamp in ticks, so this
// waits for the next one.
int64_t NextTickNs();

class Tree {
 public:
  static Result<Tree> Open(const std::string& path);

  const std::string& path() const { return path_; }
  // The directory that holds `relative`; kDenied when a part of the way is a link or not a directory.
  Result<sys::Fd> Parent(const std::string& relative) const;
  Result<FileState> State(const std::string& relative) const;
  // The first entry in directory `relative` that has changed since `mark_ns`, with those below it; empty: none.
  Result<std::string> FirstChange(const std::string& relative, int64_t mark_ns) const;

 private:
  Tree(std::string path, sys::Fd root) : path_(std::move(path)), root_(std::move(root)) {}
  std::string path_;
  sys::Fd root_;
};

}  // namespace heddle::cli
