#include "sys/daemon.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "base/text.h"
#include "sys/environment.h"
#include "sys/files.h"

namespace heddle::sys {
namespace {

// The end of what the daemon said, for people.
std::string LastLine(const std::string& log) {
  const auto text = SystemFiles().Read(log);
  if (!text) return {};
  const auto lines = Split(Trim(*text), '\n');
  return ForTerminal(lines.back());
}

}  // namespace

Result<> StartDaemon(const std::vector<std::string>& argv, const std::string& ready, const std::string& log,
                     int timeout_ms, const std::stop_token& stop) {
  std::vector<char*> words;
  for (const std::string& word : argv) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  const int errors = open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (errors < 0) return Error{Code::kInternal, Cat({log, ": ", std::strerror(errno)})};
  int out[2];
  if (pipe2(out, O_CLOEXEC) != 0) {
    close(errors);
    return Error{Code::kInternal, "no pipe can be made"};
  }
  const pid_t pid = fork();
  if (pid == 0) {
    setsid();
    const int null = open("/dev/null", O_RDONLY);
    dup2(null, 0), dup2(out[1], 1), dup2(errors, 2);
    if (chdir("/") == 0) execv(words[0], words.data());
    const char* why = std::strerror(errno);
    [[maybe_unused]] const ssize_t written = write(2, why, std::strlen(why));
    _exit(127);
  }
  close(errors), close(out[1]);
  std::string said;
  Result<> result = pid < 0 ? Result<>(Error{Code::kInternal, "no process can be made"}) : Result<>();
  const int64_t deadline = SystemClock().MonotonicUs() / 1000 + timeout_ms;
  while (pid > 0) {
    pollfd waiting{out[0], POLLIN, 0};
    poll(&waiting, 1, 100);
    const bool late = SystemClock().MonotonicUs() / 1000 >= deadline;
    if (stop.stop_requested() || late) {
      kill(pid, SIGKILL), waitpid(pid, nullptr, 0);
      result = stop.stop_requested() ? Error{Code::kCancelled, "cancelled"}
                                     : Error{Code::kTimeout, Cat({argv[0], ": not ready in time"})};
      break;
    }
    if (waiting.revents == 0) continue;
    char buffer[512];
    const ssize_t got = read(out[0], buffer, sizeof(buffer));
    if (got > 0) {
      said.append(buffer, static_cast<size_t>(got));
      if (Contains(said, ready + "\n")) break;
      continue;
    }
    if (got < 0 && errno == EINTR) continue;
    int status = 0;
    waitpid(pid, &status, 0);
    std::string why = LastLine(log);
    if (why.empty() && WIFSIGNALED(status)) why = Cat({"it was ended by signal ", std::to_string(WTERMSIG(status))});
    result = Error{WIFEXITED(status) && WEXITSTATUS(status) == 2 ? Code::kInvalid : Code::kUnavailable,
                   why.empty() ? "it ended at once" : why};
    break;
  }
  close(out[0]);
  return result;
}

}  // namespace heddle::sys
