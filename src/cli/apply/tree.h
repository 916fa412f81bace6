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

FileState StateAt(int folder, const std::string& name);  // an empty name: what is open itself

// `relative` below an open directory: never through a link, out of it or onto another file system. Not open: errno.
sys::Fd OpenBeneath(int root, const std::string& relative, uint64_t flags);

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
  // What `relative` names itself, opened with O_PATH: a link is not followed.
  Result<sys::Fd> Entry(const std::string& relative) const;
  // Whether it is still the directory that has this path.
  bool InPlace() const;

  // Of all that lies in directory `relative`.
  struct Contents {
    std::string changed;  // the first entry that has changed since `mark_ns`; empty: none
    std::string linked;   // the first entry, not a directory, that has several names; empty: none
  };
  Result<Contents> Look(const std::string& relative, int64_t mark_ns) const;

 private:
  Tree(std::string path, sys::Fd root) : path_(std::move(path)), root_(std::move(root)) {}
  std::string path_;
  sys::Fd root_;
};

}  // namespace heddle::cli
