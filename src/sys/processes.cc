#include "sys/processes.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>

#include "base/text.h"
#include "sys/files.h"
#include "sys/spawn.h"

namespace heddle::sys {
namespace {

int64_t NowMs() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

// Moves bytes between the child's pipes and `result` until both outputs close or the time is up.
void Pump(int in, int out, int err, pid_t child, const RunOptions& options, RunResult& result) {
  const int64_t deadline = NowMs() + options.timeout_ms;
  size_t written = 0;
  if (options.input.empty()) ::close(in), in = -1;
  while (out >= 0 || err >= 0) {
    pollfd fds[3] = {{in, POLLOUT, 0}, {out, POLLIN, 0}, {err, POLLIN, 0}};
    const int64_t left = deadline - NowMs();
    const int ready = left <= 0 ? 0 : ::poll(fds, 3, static_cast<int>(left));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) {
      result.timed_out = true;
      ::kill(-child, SIGKILL);
      break;
    }
    if (in >= 0 && fds[0].revents != 0) {
      const ssize_t put = ::write(in, options.input.data() + written, options.input.size() - written);
      if (put > 0) written += static_cast<size_t>(put);
      if (put < 0 || written == options.input.size()) ::close(in), in = -1;
    }
    for (int i = 1; i <= 2; ++i) {
      int& fd = i == 1 ? out : err;
      if (fd < 0 || fds[i].revents == 0) continue;
      char chunk[16384];
      const ssize_t got = ::read(fd, chunk, sizeof chunk);
      std::string& text = i == 1 ? result.out : result.err;
      if (got > 0) text.append(chunk, std::min(static_cast<size_t>(got), options.output_limit - text.size()));
      if (got <= 0) ::close(fd), fd = -1;
    }
  }
  for (int fd : {in, out, err}) {
    if (fd >= 0) ::close(fd);
  }
}

// Makes `group` the foreground one. This process may be in the background then, which SIGTTOU would stop.
void TakeTerminal(pid_t group) {
  sigset_t output, before;
  sigemptyset(&output);
  sigaddset(&output, SIGTTOU);
  ::pthread_sigmask(SIG_BLOCK, &output, &before);
  ::tcsetpgrp(0, group);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

// The status of `child`, which may be stopped and resumed meanwhile: Ctrl-Z stops this process with it.
int WaitOnTerminal(pid_t child, bool terminal) {
  int status = 0;
  for (;;) {
    const pid_t got = ::waitpid(child, &status, WUNTRACED);
    if (got < 0 && errno == EINTR) continue;
    if (got != child || !WIFSTOPPED(status)) return status;
    if (terminal) TakeTerminal(::getpgrp());
    ::raise(SIGSTOP);
    if (terminal) TakeTerminal(child);
    ::kill(-child, SIGCONT);
  }
}

int ExitCode(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

}  // namespace

Result<RunResult> Run(const std::vector<std::string>& argv, const RunOptions& options) {
  int in[2], out[2], err[2];
  if (::pipe2(in, O_CLOEXEC) != 0 || ::pipe2(out, O_CLOEXEC) != 0 || ::pipe2(err, O_CLOEXEC) != 0) {
    return Error{Code::kUnavailable, "no file descriptors left for a pipe"};
  }
  const auto started = Spawn({.argv = argv,
                              .environment = options.environment,
                              .workdir = options.workdir,
                              .files = {in[0], out[1], err[1]},
                              .sandbox = options.sandbox ? &*options.sandbox : nullptr});
  for (const int fd : {in[0], out[1], err[1]}) ::close(fd);
  if (!started) {
    for (const int fd : {in[1], out[0], err[0]}) ::close(fd);
    return started.error();
  }
  const pid_t child = *started;
  struct sigaction ignore = {}, before = {};
  ignore.sa_handler = SIG_IGN;
  ::sigaction(SIGPIPE, &ignore, &before);
  RunResult result;
  Pump(in[1], out[0], err[0], child, options, result);
  ::sigaction(SIGPIPE, &before, nullptr);
  result.exit_code = ExitCode(WaitFor(child));
  ::kill(-child, SIGKILL);  // whatever the command left running
  return result;
}

Result<int> RunOnTerminal(const std::vector<std::string>& argv, const std::string& workdir) {
  const bool terminal = ::isatty(0) != 0;
  termios saved = {};
  if (terminal) ::tcgetattr(0, &saved);
  const auto child = Spawn({.argv = argv,
                            .workdir = workdir,
                            .files = {0, 1, 2},
                            .group = terminal ? Group::kForeground : Group::kSame,
                            .keep_hangup = true});
  const int status = child ? WaitOnTerminal(*child, terminal) : 0;
  if (terminal) {
    TakeTerminal(::getpgrp());
    ::tcsetattr(0, TCSADRAIN, &saved);
  }
  if (!child) return child.error();
  return ExitCode(status);
}

std::string FindExecutable(const std::string& name) {
  if (name.empty()) return "";
  if (Contains(name, "/")) return ::access(name.c_str(), X_OK) == 0 ? name : "";
  const char* path = ::getenv("PATH");
  for (auto folder : Split(path != nullptr ? path : "/usr/local/bin:/usr/bin:/bin", ':')) {
    const std::string full = Cat({folder.empty() ? "." : folder, "/", name});
    if (::access(full.c_str(), X_OK) == 0 && SystemFiles().LookThrough(full).kind == FileKind::kFile) return full;
  }
  return "";
}

std::string ParentProcessName() {
  char target[4096];
  const std::string link = Cat({"/proc/", std::to_string(::getppid()), "/exe"});
  const ssize_t length = ::readlink(link.c_str(), target, sizeof target);
  return length > 0 ? BaseName(std::string_view(target, static_cast<size_t>(length))) : "";
}

}  // namespace heddle::sys
