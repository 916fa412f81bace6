// LineSocket: a stream socket on which lines go both ways. Reads wait for data, a deadline, or a stop. One thread
// reads; writes may come from others.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/result.h"

namespace heddle::sys {

class LineSocket {
 public:
  // kNotFound: no such socket, or nobody listens; kDenied.
  static Result<LineSocket> Connect(const std::string& path);
  // "HOST:PORT", numeric IPv4.
  static Result<LineSocket> ConnectTcp(const std::string& address, int timeout_ms);
  LineSocket(LineSocket&& other) noexcept : fd_(other.fd_), in_(std::move(other.in_)) { other.fd_ = -1; }
  LineSocket& operator=(LineSocket&&) = delete;
  ~LineSocket();

  // The whole text, or kUnavailable when the other side is gone.
  Result<> Write(std::string_view text) const;
  // The next line without its end. kUnavailable: the other side is gone; kTimeout; kCancelled; kTooLarge above 64 MB.
  Result<std::string> ReadLine(int timeout_ms, const std::stop_token& stop);

 private:
  explicit LineSocket(int fd) : fd_(fd) {}
  int fd_ = -1;
  std::string in_;
  size_t searched_ = 0;
};

// A lock on a file that ends with the process or the object: one at a time over all processes of this user.
class FileLock {
 public:
  // Waits up to `timeout_ms`; kTimeout after it.
  static Result<FileLock> Take(const std::string& path, int timeout_ms);
  FileLock(FileLock&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
  FileLock& operator=(FileLock&&) = delete;
  ~FileLock();

 private:
  explicit FileLock(int fd) : fd_(fd) {}
  int fd_ = -1;
};

}  // namespace heddle::sys
