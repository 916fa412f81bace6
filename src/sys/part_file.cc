#include "sys/part_file.h"

#include <fcntl.h>
#include <sha2.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <vector>

#include "base/text.h"
#include "sys/files.h"

namespace heddle::sys {
namespace {

Error SystemError(std::string_view path) {
  const Code code = errno == EACCES || errno == EPERM                      ? Code::kDenied
                    : errno == ENOSPC || errno == EDQUOT || errno == EFBIG ? Code::kTooLarge
                                                                           : Code::kInternal;
  return {code, Cat({path, ": ", std::strerror(errno)})};
}

}  // namespace

Result<PartFile> PartFile::Open(const std::string& path) {
  const std::string part = path + ".part";
  const int fd = open(part.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
  if (fd < 0) return SystemError(part);
  struct stat info{};
  // A file that another has finished in the meantime is not ours any more.
  if (flock(fd, LOCK_EX | LOCK_NB) != 0 || fstat(fd, &info) != 0 || info.st_nlink == 0) {
    close(fd);
    return Error{Code::kUnavailable, Cat({part, ": another process is writing it"})};
  }
  lseek(fd, 0, SEEK_END);
  return PartFile(path, fd, static_cast<uint64_t>(info.st_size));
}

PartFile::~PartFile() {
  if (fd_ >= 0) close(fd_);
}

Result<> PartFile::Append(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return SystemError(part_path());
    bytes.remove_prefix(static_cast<size_t>(written));
    size_ += static_cast<uint64_t>(written);
  }
  return {};
}

Result<> PartFile::Restart() {
  if (ftruncate(fd_, 0) != 0 || lseek(fd_, 0, SEEK_SET) != 0) return SystemError(part_path());
  size_ = 0;
  return {};
}

Result<> PartFile::Finish() {
  if (fsync(fd_) != 0) return SystemError(part_path());
  return SystemFiles().Rename(part_path(), path_);
}

Result<> PartFile::Discard() { return unlink(part_path().c_str()) == 0 ? Result<>() : SystemError(part_path()); }

Result<uint64_t> FreeBytes(const std::string& path) {
  struct statvfs info{};
  if (statvfs(path.c_str(), &info) != 0) return SystemError(path);
  return uint64_t{info.f_bavail} * info.f_frsize;
}

namespace {

std::string Hex(SHA2_CTX& state) {
  uint8_t digest[SHA256_DIGEST_LENGTH];
  SHA256Final(digest, &state);
  std::string out;
  for (const uint8_t byte : digest) {
    char hex[3];
    std::snprintf(hex, sizeof(hex), "%02x", byte);
    out += hex;
  }
  return out;
}

}  // namespace

Result<std::string> Sha256OfFile(const std::string& path, bool (*progress)(void*, uint64_t), void* user) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return SystemError(path);
  SHA2_CTX state;
  SHA256Init(&state);
  std::vector<uint8_t> buffer(1 << 20);
  uint64_t done = 0;
  Result<> failed;
  for (ssize_t got = 1; got > 0 && failed;) {
    got = read(fd, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR)
      got = 1;
    else if (got < 0)
      failed = SystemError(path);
    else if (got > 0)
      SHA256Update(&state, buffer.data(), static_cast<size_t>(got)), done += static_cast<uint64_t>(got);
    if (progress != nullptr && !progress(user, done)) failed = Error{Code::kCancelled, "cancelled"};
  }
  close(fd);
  if (!failed) return std::move(failed).error();
  return Hex(state);
}

std::string Sha256(std::string_view bytes) {
  SHA2_CTX state;
  SHA256Init(&state);
  SHA256Update(&state, reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
  return Hex(state);
}

}  // namespace heddle::sys
