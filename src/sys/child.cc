#include "sys/child.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "base/text.h"
#include "sys/environment.h"
#include "sys/spawn.h"

namespace heddle::sys {
namespace {

constexpr size_t kMaxLine = size_t{64} << 20;
constexpr size_t kMaxErrors = 4096;
constexpr int kTickMs = 50;  // between looks at a stop

int64_t NowMs() { return SystemClock().MonotonicUs() / 1000; }

}  // namespace

Result<Child> Child::Start(const std::vector<std::string>& argv, const std::vector<std::string>& environment) {
  int in[2], out[2], err[2];
  // A socket where others have a pipe: writing to a program that is gone is then an error, not a signal.
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, in) != 0 || ::pipe2(out, O_CLOEXEC) != 0 ||
      ::pipe2(err, O_CLOEXEC) != 0)
    return Error{Code::kUnavailable, "no file descriptors left for a pipe"};
  Fd in_read(in[0]), in_write(in[1]), out_read(out[0]), out_write(out[1]), err_read(err[0]), err_write(err[1]);
  const auto pid = Spawn({.argv = argv, .environment = environment, .files = {in[0], out[1], err[1]}});
  if (!pid) return Error{Code::kUnavailable, Cat({argv[0], " cannot be started: ", pid.error().message})};
  for (const int fd : {in[1], out[0], err[0]}) ::fcntl(fd, F_SETFL, O_NONBLOCK);
  return Child(*pid, std::move(in_write), std::move(out_read), std::move(err_read));
}

Child::Child(Child&& other) noexcept
    : pid_(std::exchange(other.pid_, 0)),
      in_(std::move(other.in_)),
      out_(std::move(other.out_)),
      err_(std::move(other.err_)),
      pending_(std::move(other.pending_)),
      errors_(std::move(other.errors_)),
      searched_(other.searched_) {}

Child::~Child() { Stop(0); }

void Child::ReadErrors() {
  char chunk[4096];
  for (ssize_t got; (got = ::read(err_.get(), chunk, sizeof chunk)) > 0;) {
    errors_.append(chunk, static_cast<size_t>(got));
    if (errors_.size() > kMaxErrors) errors_.erase(0, errors_.size() - kMaxErrors);
  }
}

Result<> Child::WriteLine(std::string_view text, int timeout_ms) {
  const std::string line = Cat({text, "\n"});
  const int64_t deadline = NowMs() + timeout_ms;
  for (size_t done = 0; done < line.size();) {
    const ssize_t put = ::send(in_.get(), line.data() + done, line.size() - done, MSG_NOSIGNAL);
    if (put > 0) {
      done += static_cast<size_t>(put);
      continue;
    }
    if (errno != EAGAIN && errno != EINTR) return Error{Code::kUnavailable, "the program is gone"};
    const int64_t left = deadline - NowMs();
    if (left <= 0) return Error{Code::kTimeout, "the program does not read what it is sent"};
    pollfd files[2] = {{in_.get(), POLLOUT, 0}, {err_.get(), POLLIN, 0}};
    (void)::poll(files, 2, static_cast<int>(std::min<int64_t>(left, kTickMs)));
    ReadErrors();  // a full pipe would stop it
  }
  return {};
}

Result<std::string> Child::ReadLine(int timeout_ms, const std::stop_token& stop) {
  const int64_t deadline = NowMs() + timeout_ms;
  for (;;) {
    if (const size_t end = pending_.find('\n', searched_); end != pending_.npos) {
      std::string line = pending_.substr(0, end);
      pending_.erase(0, end + 1);
      searched_ = 0;
      return line;
    }
    searched_ = pending_.size();
    if (pending_.size() > kMaxLine) return Error{Code::kTooLarge, "the program sent a line above 64 MB"};
    const int64_t left = deadline - NowMs();
    if (stop.stop_requested()) return Error{Code::kCancelled, "interrupted"};
    if (left <= 0) return Error{Code::kTimeout, "the program does not answer"};
    pollfd files[2] = {{out_.get(), POLLIN, 0}, {err_.get(), POLLIN, 0}};
    (void)::poll(files, 2, static_cast<int>(std::min<int64_t>(left, kTickMs)));
    ReadErrors();
    char chunk[65536];
    const ssize_t got = ::read(out_.get(), chunk, sizeof chunk);
    if (got > 0) pending_.append(chunk, static_cast<size_t>(got));
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
      return Error{Code::kUnavailable, Cat({"the program has ended", errors_.empty() ? "" : ": ",
                                            ForTerminal(Trim(errors_).substr(0, 300))})};
  }
}

void Child::Stop(int patience_ms) {
  if (pid_ == 0) return;
  in_.Close();
  const int64_t deadline = NowMs() + patience_ms;
  bool ended = false;
  while (!(ended = ::waitpid(pid_, nullptr, WNOHANG) == pid_) && NowMs() < deadline) {
    ReadErrors();
    pollfd file = {out_.get(), POLLIN, 0};
    (void)::poll(&file, 1, 2);
    char chunk[4096];
    while (::read(out_.get(), chunk, sizeof chunk) > 0) {}
  }
  ::kill(-pid_, SIGKILL);  // wrappers leave children
  if (!ended) (void)::waitpid(pid_, nullptr, 0);
  pid_ = 0;
}

}  // namespace heddle::sys
