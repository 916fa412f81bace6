#include "sys/line_socket.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <thread>

#include "base/text.h"
#include "sys/environment.h"

namespace heddle::sys {
namespace {

constexpr size_t kMaxLine = size_t{64} << 20;

int64_t NowMs() { return SystemClock().MonotonicUs() / 1000; }

Error Gone() { return {Code::kUnavailable, "the other side closed the connection"}; }

}  // namespace

Result<LineSocket> LineSocket::Connect(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path))
    return Error{Code::kInvalid, Cat({path, ": the path is too long for a socket"})};
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  LineSocket out(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (connect(out.fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0) return out;
  const Code code = errno == EACCES                            ? Code::kDenied
                    : errno == ENOENT || errno == ECONNREFUSED ? Code::kNotFound
                                                               : Code::kUnavailable;
  return Error{code, Cat({path, ": ", std::strerror(errno)})};
}

Result<LineSocket> LineSocket::ConnectTcp(const std::string& where, int timeout_ms) {
  const size_t colon = where.rfind(':');
  const auto port = colon == where.npos ? std::nullopt : ParseInt(std::string_view(where).substr(colon + 1));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  if (!port || *port < 1 || *port > 65535 || inet_pton(AF_INET, where.substr(0, colon).c_str(), &address.sin_addr) != 1)
    return Error{Code::kInvalid, Cat({where, ": expected ADDRESS:PORT with a numeric IPv4 address"})};
  address.sin_port = htons(static_cast<uint16_t>(*port));
  LineSocket out(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (connect(out.fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) {
    if (errno != EINPROGRESS) return Error{Code::kUnavailable, Cat({where, ": ", std::strerror(errno)})};
    pollfd waiting{out.fd_, POLLOUT, 0};
    if (poll(&waiting, 1, timeout_ms) == 0)
      return Error{Code::kTimeout, Cat({where, ": no connection within ", std::to_string(timeout_ms), " ms"})};
    int failed = 0;
    socklen_t size = sizeof(failed);
    getsockopt(out.fd_, SOL_SOCKET, SO_ERROR, &failed, &size);
    if (failed != 0) return Error{Code::kUnavailable, Cat({where, ": ", std::strerror(failed)})};
  }
  const int flags = fcntl(out.fd_, F_GETFL);
  fcntl(out.fd_, F_SETFL, flags & ~O_NONBLOCK);
  const int one = 1;
  setsockopt(out.fd_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
  return out;
}

LineSocket::~LineSocket() {
  if (fd_ >= 0) close(fd_);
}

Result<> LineSocket::Write(std::string_view text) const {
  while (!text.empty()) {
    const ssize_t sent = send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return Gone();
    text.remove_prefix(static_cast<size_t>(sent));
  }
  return {};
}

Result<std::string> LineSocket::ReadLine(int timeout_ms, const std::stop_token& stop) {
  const int wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  struct Close {
    int fd;
    ~Close() { close(fd); }
  } const closing{wake};
  const std::stop_callback on_stop(stop, [&] {
    const uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = write(wake, &one, sizeof(one));
  });
  const int64_t deadline = NowMs() + timeout_ms;
  for (;;) {
    if (const size_t end = in_.find('\n', searched_); end != in_.npos) {
      std::string line = in_.substr(0, end);
      in_.erase(0, end + 1);
      searched_ = 0;
      return line;
    }
    searched_ = in_.size();
    if (in_.size() > kMaxLine) return Error{Code::kTooLarge, "a line of the other side is longer than 64 MB"};
    if (stop.stop_requested()) return Error{Code::kCancelled, "cancelled"};
    const int64_t left = deadline - NowMs();
    if (left <= 0) return Error{Code::kTimeout, Cat({"nothing came for ", std::to_string(timeout_ms), " ms"})};
    pollfd waiting[] = {{fd_, POLLIN, 0}, {wake, POLLIN, 0}};
    poll(waiting, 2, static_cast<int>(left));
    if ((waiting[0].revents & (POLLIN | POLLHUP | POLLERR)) == 0) continue;
    char buffer[65536];
    const ssize_t got = recv(fd_, buffer, sizeof(buffer), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return Gone();
    in_.append(buffer, static_cast<size_t>(got));
  }
}

Result<FileLock> FileLock::Take(const std::string& path, int timeout_ms) {
  FileLock out(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (out.fd_ < 0)
    return Error{errno == EACCES ? Code::kDenied : Code::kInternal, Cat({path, ": ", std::strerror(errno)})};
  for (const int64_t deadline = NowMs() + timeout_ms;;) {
    if (flock(out.fd_, LOCK_EX | LOCK_NB) == 0) return out;
    if (NowMs() >= deadline) return Error{Code::kTimeout, Cat({path, ": another process holds the lock"})};
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

FileLock::~FileLock() {
  if (fd_ >= 0) close(fd_);
}

}  // namespace heddle::sys
