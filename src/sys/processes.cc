#include "sys/processes.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>

#include "base/text.h"
#include "sys/cell.h"
#include "sys/files.h"
#include "sys/sandbox_cell.h"
#include "sys/spawn.h"

namespace heddle::sys {
namespace {

int64_t NowMs() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

// What is being run: a process group of its own, or a sandbox.
struct Running {
  pid_t pid = 0;
  std::optional<Cell> sandbox;

  void Kill() {
    if (sandbox)
      sandbox->Kill();
    else
      ::kill(-pid, SIGKILL);
  }
};

// Moves bytes between the child's pipes and `result` until both outputs close, the time is up or a limit is met.
class Pump {
 public:
  Pump(const RunOptions& options, RunResult& result) : options_(options), result_(result) {
    if (options.sandbox) watch_.emplace(options.sandbox->scratch);
  }

  void Move(int in, int out, int err, Running& child) {
    fds_[0] = {options_.input.empty() ? -1 : in, POLLOUT, 0};
    fds_[1] = {out, POLLIN, 0};
    fds_[2] = {err, POLLIN, 0};
    fds_[3] = {options_.stop_fd, POLLIN, 0};
    if (options_.input.empty()) ::close(in);
    while ((fds_[1].fd >= 0 || fds_[2].fd >= 0) && !Over(child.pid)) MoveOnce();
    if (fds_[1].fd >= 0 || fds_[2].fd >= 0) child.Kill();
    for (int i = 0; i < 3; ++i) Close(i);
  }

 private:
  static constexpr int kTickMs = 50;  // between looks at the limits of a sandbox

  bool Over(pid_t pid) {
    result_.timed_out = NowMs() >= deadline_;
    result_.stopped = fds_[3].revents != 0;
    if (watch_ && NowMs() >= next_look_) {
      result_.exceeded = watch_->Look(pid);
      next_look_ = NowMs() + kTickMs;
    }
    return result_.timed_out || result_.stopped || !result_.exceeded.empty();
  }

  void MoveOnce() {
    const int64_t left = deadline_ - NowMs();
    const int64_t patience = watch_ ? std::min<int64_t>(left, kTickMs) : left;
    if (::poll(fds_, 4, static_cast<int>(std::max<int64_t>(patience, 0))) <= 0) return;
    if (fds_[0].fd >= 0 && fds_[0].revents != 0) Feed();
    if (fds_[1].fd >= 0 && fds_[1].revents != 0) Keep(1, result_.out);
    if (fds_[2].fd >= 0 && fds_[2].revents != 0) Keep(2, result_.err);
  }

  void Feed() {
    const ssize_t put = ::write(fds_[0].fd, options_.input.data() + written_, options_.input.size() - written_);
    if (put > 0) written_ += static_cast<size_t>(put);
    if (put < 0 || written_ == options_.input.size()) Close(0);
  }

  void Keep(int which, std::string& text) {
    char chunk[16384];
    const ssize_t got = ::read(fds_[which].fd, chunk, sizeof chunk);
    if (got < 0 && errno == EINTR) return;
    if (got <= 0) return Close(which);
    const size_t kept = std::min(static_cast<size_t>(got), options_.output_limit - text.size());
    text.append(chunk, kept);
    result_.cut = result_.cut || kept < static_cast<size_t>(got);
  }

  void Close(int which) {
    if (fds_[which].fd >= 0) ::close(fds_[which].fd);
    fds_[which].fd = -1;
  }

  const RunOptions& options_;
  RunResult& result_;
  const int64_t deadline_ = NowMs() + options_.timeout_ms;
  int64_t next_look_ = 0;
  size_t written_ = 0;
  pollfd fds_[4] = {};
  std::optional<SandboxWatch> watch_;
};

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

Result<Running> Start(const std::vector<std::string>& argv, const RunOptions& options, const int (&files)[3]) {
  if (options.sandbox) {
    if (!options.sandbox->overlay.empty()) TRY(PrepareScratch(*options.sandbox));
    CellOptions cell = SandboxCell(*options.sandbox, argv, options.environment);
    cell.directory = options.workdir;
    cell.in = files[0];
    cell.out = files[1];
    cell.err = files[2];
    TRY_ASSIGN(Cell started, Cell::Start(cell));
    const pid_t pid = started.pid();
    return Running{.pid = pid, .sandbox = std::move(started)};
  }
  TRY_ASSIGN(const pid_t child, Spawn({.argv = argv,
                                       .environment = options.environment,
                                       .workdir = options.workdir,
                                       .files = {files[0], files[1], files[2]}}));
  return Running{.pid = child, .sandbox = std::nullopt};
}

// When this returns, nothing that was started is there any more.
int Wait(Running& child) {
  if (child.sandbox) return child.sandbox->Wait().status;
  const int status = WaitFor(child.pid);
  child.Kill();  // whatever the command left running
  return status;
}

}  // namespace

Result<RunResult> Run(const std::vector<std::string>& argv, const RunOptions& options) {
  int in[2], out[2], err[2];
  if (::pipe2(in, O_CLOEXEC) != 0 || ::pipe2(out, O_CLOEXEC) != 0 || ::pipe2(err, O_CLOEXEC) != 0) {
    return Error{Code::kUnavailable, "no file descriptors left for a pipe"};
  }
  auto child = Start(argv, options, {in[0], out[1], err[1]});
  for (const int fd : {in[0], out[1], err[1]}) ::close(fd);
  if (!child) {
    for (const int fd : {in[1], out[0], err[0]}) ::close(fd);
    return child.error();
  }
  struct sigaction ignore = {}, before = {};
  ignore.sa_handler = SIG_IGN;
  ::sigaction(SIGPIPE, &ignore, &before);
  RunResult result;
  Pump(options, result).Move(in[1], out[0], err[0], *child);
  ::sigaction(SIGPIPE, &before, nullptr);
  const int status = Wait(*child);
  result.exit_code = ExitCode(status);
  // A command's own end by a signal is told by the first process of its sandbox as an exit code.
  result.killed = options.sandbox && WIFSIGNALED(status);
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
