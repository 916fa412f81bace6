// Files: the one way to the file system, so that tests can replace it. The system's implementation is stateless and
// thread-safe. Errors name the path and the reason ("PATH: permission denied").
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace heddle::sys {

enum class FileKind { kNone, kFile, kDirectory, kLink, kDevice, kOther };

struct FileInfo {
  FileKind kind = FileKind::kNone;  // kNone: nothing is there, or it cannot be seen
  uint64_t size = 0;                // bytes
  int64_t mtime_ns = 0;             // since the epoch
  uint32_t mode = 0;                // permission bits
  uint64_t inode = 0;
};

struct DirectoryEntry {
  std::string name;
  FileKind kind = FileKind::kNone;  // of the entry itself: links are not followed
};

class Files {
 public:
  virtual ~Files() = default;
  // At most `limit` bytes; kTooLarge beyond.
  virtual Result<std::string> Read(const std::string& path, uint64_t limit = 64 << 20) const = 0;
  // The first `limit` bytes, or all there are.
  virtual Result<std::string> ReadHead(const std::string& path, uint64_t limit) const = 0;
  // Writes to a new file beside `path` and renames it over: readers see the old text or the new, never a part.
  virtual Result<> WriteAtomic(const std::string& path, std::string_view bytes, uint32_t mode = 0644) const = 0;
  virtual FileInfo Look(const std::string& path) const = 0;                             // does not follow a final link
  virtual FileInfo LookThrough(const std::string& path) const = 0;                      // follows links
  virtual Result<std::vector<DirectoryEntry>> List(const std::string& path) const = 0;  // unsorted, without . and ..
  virtual std::string Resolve(const std::string& path) const = 0;  // real path; empty when it does not exist
  virtual Result<> MakeDirectories(const std::string& path, uint32_t mode = 0755) const = 0;
  virtual Result<> Rename(const std::string& from, const std::string& to) const = 0;
  virtual Result<> MakeLink(const std::string& target, const std::string& path) const = 0;  // a symbolic one
  virtual Result<> RemoveTree(const std::string& path) const = 0;
};

const Files& SystemFiles();

std::string CurrentDirectory();
// "a/./b//../c" -> "a/c"; keeps a leading '/'; never touches the disk.
std::string CleanPath(std::string_view path);
std::string BaseName(std::string_view path);
std::string DirName(std::string_view path);

}  // namespace heddle::sys
