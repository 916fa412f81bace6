#include "sys/daemon.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <system_error>
#include <thread>

#include "base/text.h"
#include "sys/environment.h"
#include "sys/fd.h"
#include "sys/files.h"
#include "sys/spawn.h"

namespace heddle::sys {
namespace {

constexpr int kTickMs = 100;  // between looks at a stop

// The end of what the daemon said, for people.
std::string LastLine(const std::string& log) {
  const auto text = SystemFiles().Read(log);
  if (!text) return {};
  const auto lines = Split(Trim(*text), '\n');
  return ForTerminal(lines.back());
}

std::vector<std::string> EnvironmentWith(const std::vector<std::string>& extra) {
  std::vector<std::string> out = extra;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view name = std::string_view(*entry).substr(0, std::string_view(*entry).find('=') + 1);
    bool replaced = false;
    for (const std::string& own : extra) replaced |= own.starts_with(name);
    if (!replaced) out.emplace_back(*entry);
  }
  return out;
}

enum class Begun : uint8_t { kReady, kEnded, kLate, kCancelled };

// Reads what the daemon prints until it is ready, has ended, or may not take any longer.
Begun WaitUntilReady(const Fd& out, const Fd& process, const DaemonOptions& options, const std::stop_token& stop) {
  const int64_t deadline = SystemClock().MonotonicUs() / 1000 + options.timeout_ms;
  std::string said;
  for (bool open = true;;) {
    pollfd waiting[] = {{open ? out.get() : -1, POLLIN, 0}, {process.get(), POLLIN, 0}};
    (void)::poll(waiting, 2, kTickMs);
    char buffer[512];
    const ssize_t got = waiting[0].revents == 0 ? 0 : ::read(out.get(), buffer, sizeof buffer);
    if (got > 0) {
      said.append(buffer, static_cast<size_t>(got));
      if (Contains(said, options.ready + "\n")) return Begun::kReady;
      continue;
    }
    if (waiting[0].revents != 0) open = false;
    if (waiting[1].revents != 0) return Begun::kEnded;
    if (stop.stop_requested()) return Begun::kCancelled;
    if (SystemClock().MonotonicUs() / 1000 >= deadline) return Begun::kLate;
  }
}

Error WhyEnded(int status, const std::string& log) {
  std::string why = LastLine(log);
  if (why.empty() && WIFSIGNALED(status)) why = Cat({"it was ended by signal ", std::to_string(WTERMSIG(status))});
  return {WIFEXITED(status) && WEXITSTATUS(status) == 2 ? Code::kInvalid : Code::kUnavailable,
          why.empty() ? "it ended at once" : why};
}

// Waits in the background for the end of `child`, so that none of it is left in the table of processes. When this
// process ends first, init does.
bool Reap(pid_t child) {
  try {
    std::thread([child] { (void)WaitFor(child); }).detach();
    return true;
  } catch (const std::system_error&) { return false; }
}

}  // namespace

Result<> StartDaemon(const DaemonOptions& options, const std::stop_token& stop) {
  const Fd log(::open(options.log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!log) return Error{Code::kInternal, Cat({options.log, ": ", std::strerror(errno)})};
  int out[2];
  if (::pipe2(out, O_CLOEXEC) != 0) return Error{Code::kInternal, "no pipe can be made"};
  const Fd out_read(out[0]);
  Fd out_write(out[1]);
  TRY_ASSIGN(const pid_t child, Spawn({.argv = options.argv,
                                       .environment = EnvironmentWith(options.extra_environment),
                                       .workdir = "/",
                                       .files = {-1, out[1], log.get()},
                                       .group = Group::kSession}));
  out_write.Close();
  const Fd process(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
  const Begun begun = process ? WaitUntilReady(out_read, process, options, stop) : Begun::kCancelled;
  if (begun == Begun::kReady && Reap(child)) return {};
  if (begun != Begun::kEnded) ::kill(child, SIGKILL);
  const int status = WaitFor(child);
  if (begun == Begun::kEnded) return WhyEnded(status, options.log);
  if (begun == Begun::kLate) return Error{Code::kTimeout, Cat({options.argv[0], ": not ready in time"})};
  if (stop.stop_requested()) return Error{Code::kCancelled, "cancelled"};
  return Error{Code::kUnavailable, Cat({options.argv[0], ": no thread or descriptor is left to wait for it"})};
}

}  // namespace heddle::sys
