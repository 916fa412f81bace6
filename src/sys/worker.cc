#include "sys/worker.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <string>

#include "sys/inherit.h"

namespace heddle::sys {
namespace {

// Closes all descriptors but these, which are in order.
void CloseOthers(const std::vector<int>& kept) {
  unsigned from = 0;
  for (const int fd : kept) {
    const auto number = static_cast<unsigned>(fd);
    if (number > from) (void)::syscall(SYS_close_range, from, number - 1, 0);
    from = number + 1;
  }
  (void)::syscall(SYS_close_range, from, ~0U, 0);
}

}  // namespace

Result<WorkerEnd> RunWorker(const std::function<void(const SendLine& send)>& body,
                            const std::function<void(std::string_view line)>& receive, const WorkerOptions& options) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return Error{Code::kUnavailable, "no pipe for a worker"};
  std::vector<int> kept = options.files;
  kept.insert(kept.end(), {0, 1, 2, ends[1]});
  std::sort(kept.begin(), kept.end());
  const pid_t child = ::fork();
  if (child < 0) {
    ::close(ends[0]), ::close(ends[1]);
    return Error{Code::kUnavailable, "no process for a worker"};
  }
  if (child == 0) {
    CloseOthers(kept);
    ResetSignals();
    body([&](std::string_view line) {
      std::string out(line);
      out += '\n';
      for (size_t done = 0; done < out.size();) {
        const ssize_t n = ::write(ends[1], out.data() + done, out.size() - done);
        if (n <= 0) ::_exit(1);
        done += static_cast<size_t>(n);
      }
    });
    ::_exit(0);
  }
  ::close(ends[1]);
  WorkerEnd out;
  std::string pending;
  char buffer[1 << 16];
  for (;;) {
    pollfd wait{.fd = ends[0], .events = POLLIN, .revents = 0};
    const int ready = ::poll(&wait, 1, options.quiet_ms);
    if (ready < 0 && errno == EINTR) continue;
    if (ready == 0) {
      out.timed_out = true;
      ::kill(child, SIGKILL);
      break;
    }
    const ssize_t n = ::read(ends[0], buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    pending.append(buffer, static_cast<size_t>(n));
    size_t from = 0;
    for (size_t end; (end = pending.find('\n', from)) != pending.npos; from = end + 1)
      receive(std::string_view(pending).substr(from, end - from));
    pending.erase(0, from);
  }
  ::close(ends[0]);
  int status = 0;
  rusage usage{};
  while (::wait4(child, &status, 0, &usage) < 0 && errno == EINTR) {}
  out.peak_rss_bytes = usage.ru_maxrss * 1024;
  out.crashed = !out.timed_out && (WIFSIGNALED(status) || (WIFEXITED(status) && WEXITSTATUS(status) != 0));
  out.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  return out;
}

Result<void*> SharedMemory(size_t bytes) {
  void* const out = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (out == MAP_FAILED) return Error{Code::kUnavailable, "no shared memory"};
  return out;
}

}  // namespace heddle::sys
