// PartFile: a large file that is written piece by piece and may be gone on with after a break. Others see it only when
// it is whole: until then it is PATH.part, which one process at a time may write.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace heddle::sys {

class PartFile {
 public:
  // kUnavailable: another process writes it.
  static Result<PartFile> Open(const std::string& path);
  PartFile(PartFile&& other) noexcept : path_(std::move(other.path_)), fd_(other.fd_), size_(other.size_) {
    other.fd_ = -1;
  }
  PartFile& operator=(PartFile&&) = delete;
  ~PartFile();

  uint64_t size() const { return size_; }   // bytes that are there
  Result<> Append(std::string_view bytes);  // kTooLarge: the disk is full
  Result<> Restart();                       // from nothing
  // To the disk, and to its name.
  Result<> Finish();
  // Gives up what is there.
  Result<> Discard();
  std::string part_path() const { return path_ + ".part"; }

 private:
  PartFile(std::string path, int fd, uint64_t size) : path_(std::move(path)), fd_(fd), size_(size) {}
  std::string path_;
  int fd_ = -1;
  uint64_t size_ = 0;
};

// Bytes that this user may still write where `path` lies.
Result<uint64_t> FreeBytes(const std::string& path);

// The SHA-256 of a file's bytes, in lower-case hexadecimal. `progress` (may be null) gets the bytes read so far; false
// ends it with kCancelled.
Result<std::string> Sha256OfFile(const std::string& path, bool (*progress)(void* user, uint64_t done), void* user);

// The same of a text.
std::string Sha256(std::string_view bytes);

}  // namespace heddle::sys
