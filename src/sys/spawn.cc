#include "sys/spawn.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/text.h"
#include "sys/fd.h"
#include "sys/inherit.h"

namespace heddle::sys {
namespace {

std::vector<char*> Pointers(const std::vector<std::string>& words) {
  std::vector<char*> out;
  for (const auto& word : words) out.push_back(const_cast<char*>(word.c_str()));
  out.push_back(nullptr);
  return out;
}

// What the child needs, made before the fork: nothing is allocated after it.
struct Prepared {
  const SpawnOptions* options;
  std::vector<char*> argv, environment;
  std::vector<int> files;
  int report = -1;
};

// The child's life until it is another program. All signals are blocked on entry.
[[noreturn]] void Become(Prepared& it) {
  const SpawnOptions& options = *it.options;
  if (options.group == Group::kSession)
    ::setsid();
  else if (options.group != Group::kSame)
    ::setpgid(0, 0);
  // Before the reset: SIGTTOU, which a background process gets for this, is still blocked.
  if (options.group == Group::kForeground) ::tcsetpgrp(0, ::getpid());
  if (!options.workdir.empty() && ::chdir(options.workdir.c_str()) != 0) FailSetup(it.report, options.workdir.c_str());
  if (!KeepFiles(it.files, it.report)) FailSetup(it.report, "file descriptors");
  ResetSignals(options.keep_hangup);
  if (options.environment)
    ::execvpe(it.argv[0], it.argv.data(), it.environment.data());
  else
    ::execvp(it.argv[0], it.argv.data());
  FailSetup(it.report, it.argv[0]);
}

std::string ReadAll(int fd) {
  std::string out;
  char chunk[512];
  for (ssize_t got; (got = ::read(fd, chunk, sizeof chunk)) > 0 || (got < 0 && errno == EINTR);)
    if (got > 0) out.append(chunk, static_cast<size_t>(got));
  return out;
}

}  // namespace

Result<pid_t> Spawn(const SpawnOptions& options) {
  Prepared it{.options = &options, .argv = Pointers(options.argv), .environment = {}, .files = options.files};
  if (options.environment) it.environment = Pointers(*options.environment);
  int report[2];
  if (::pipe2(report, O_CLOEXEC) != 0) return Error{Code::kUnavailable, "no file descriptors left for a pipe"};
  Fd report_read(report[0]), report_write(report[1]);
  it.report = report[1];
  // No handler of this process runs in the child.
  sigset_t all, before;
  sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t child = ::fork();
  if (child == 0) Become(it);
  const int failed = errno;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (child < 0) return Error{Code::kUnavailable, Cat({"cannot start ", options.argv[0], ": ", std::strerror(failed)})};
  report_write.Close();
  std::string why = ReadAll(report_read.get());
  if (why.empty()) return child;
  (void)WaitFor(child);
  return Error{Code::kUnavailable, std::move(why)};
}

int WaitFor(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {}
  return status;
}

}  // namespace heddle::sys
