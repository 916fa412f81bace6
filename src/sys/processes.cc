#include "sys/processes.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>

#include "base/text.h"
#include "sys/files.h"

namespace heddle::sys {
namespace {

constexpr int kSetupFailed = 125;  // the child could not be set up; the reason is on its stderr behind kMark
constexpr std::string_view kMark = "\x01heddle: ";

std::vector<char*> Pointers(const std::vector<std::string>& words) {
  std::vector<char*> out;
  for (const auto& word : words) out.push_back(const_cast<char*>(word.c_str()));
  out.push_back(nullptr);
  return out;
}

[[noreturn]] void Fail(std::string_view why) {
  const std::string text = Cat({kMark, why});
  (void)!::write(2, text.data(), text.size());
  ::_exit(kSetupFailed);
}

[[noreturn]] void Become(const std::vector<std::string>& argv, const RunOptions& options) {
  ::setpgid(0, 0);
  if (!options.workdir.empty() && ::chdir(options.workdir.c_str()) != 0) Fail("cannot enter " + options.workdir);
  std::string error;
  if (options.sandbox && !EnterSandbox(*options.sandbox, error)) Fail(error);
  auto words = Pointers(argv);
  if (options.environment) {
    auto environment = Pointers(*options.environment);
    ::execvpe(words[0], words.data(), environment.data());
  } else {
    ::execvp(words[0], words.data());
  }
  Fail(Cat({argv[0], ": ", std::strerror(errno)}));
}

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

int ExitCode(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

}  // namespace

Result<RunResult> Run(const std::vector<std::string>& argv, const RunOptions& options) {
  int in[2], out[2], err[2];
  if (::pipe2(in, O_CLOEXEC) != 0 || ::pipe2(out, O_CLOEXEC) != 0 || ::pipe2(err, O_CLOEXEC) != 0) {
    return Error{Code::kUnavailable, "no file descriptors left for a pipe"};
  }
  const pid_t child = ::fork();
  if (child < 0) return Error{Code::kUnavailable, Cat({"cannot start ", argv[0], ": ", std::strerror(errno)})};
  if (child == 0) {
    ::dup2(in[0], 0), ::dup2(out[1], 1), ::dup2(err[1], 2);
    Become(argv, options);
  }
  ::setpgid(child, child);
  ::close(in[0]), ::close(out[1]), ::close(err[1]);
  struct sigaction ignore = {}, before = {};
  ignore.sa_handler = SIG_IGN;
  ::sigaction(SIGPIPE, &ignore, &before);
  RunResult result;
  Pump(in[1], out[0], err[0], child, options, result);
  ::sigaction(SIGPIPE, &before, nullptr);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {}
  ::kill(-child, SIGKILL);  // whatever the command left running
  result.exit_code = ExitCode(status);
  if (result.exit_code == kSetupFailed && result.err.starts_with(kMark)) {
    return Error{Code::kUnavailable, result.err.substr(kMark.size())};
  }
  return result;
}

Result<int> RunOnTerminal(const std::vector<std::string>& argv) {
  const bool terminal = ::isatty(0) != 0;
  termios saved = {};
  if (terminal) ::tcgetattr(0, &saved);
  const pid_t child = ::fork();
  if (child < 0) return Error{Code::kUnavailable, Cat({"cannot start ", argv[0], ": ", std::strerror(errno)})};
  if (child == 0) {
    if (terminal) {
      ::setpgid(0, 0);
      ::signal(SIGTTOU, SIG_IGN);
      ::tcsetpgrp(0, ::getpid());
      ::signal(SIGTTOU, SIG_DFL);
    }
    auto words = Pointers(argv);
    ::execvp(words[0], words.data());
    ::_exit(127);
  }
  int status = 0;
  if (terminal) ::setpgid(child, child);
  for (;;) {
    const pid_t got = ::waitpid(child, &status, WUNTRACED);
    if (got < 0 && errno == EINTR) continue;
    if (got == child && WIFSTOPPED(status)) {  // Ctrl-Z: stop with it, and resume it when resumed
      ::signal(SIGTTOU, SIG_IGN);
      if (terminal) ::tcsetpgrp(0, ::getpgrp());
      ::raise(SIGSTOP);
      if (terminal) ::tcsetpgrp(0, child);
      ::kill(-child, SIGCONT);
      continue;
    }
    break;
  }
  if (terminal) {
    ::signal(SIGTTOU, SIG_IGN);
    ::tcsetpgrp(0, ::getpgrp());
    ::tcsetattr(0, TCSADRAIN, &saved);
    ::signal(SIGTTOU, SIG_DFL);
  }
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
