#include "sys/inherit.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace heddle::sys {
namespace {

constexpr size_t kStandardStreams = 3;
constexpr int kSetupFailed = 125;

}  // namespace

void ResetSignals(bool keep_hangup) {
  struct sigaction standard = {}, now = {};
  standard.sa_handler = SIG_DFL;
  for (int signal = 1; signal < NSIG; ++signal) {
    const bool keep = keep_hangup && signal == SIGHUP && ::sigaction(SIGHUP, nullptr, &now) == 0;
    if (keep && now.sa_handler == SIG_IGN) continue;
    (void)::sigaction(signal, &standard, nullptr);  // SIGKILL and SIGSTOP refuse
  }
  // The two that the C library keeps for itself may have been ignored by whoever started this process; only the kernel
  // resets them. A handler of zeros is the default one.
  const struct {
    void* handler;
    unsigned long flags;
    void* restorer;
    unsigned long mask;
  } kernel_default = {};
  for (const int signal : {32, 33})
    (void)::syscall(SYS_rt_sigaction, signal, &kernel_default, nullptr, sizeof(unsigned long));
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

bool KeepFiles(std::span<int> files, int& report) {
  const auto count = static_cast<int>(files.size());
  // Copied above the numbers to come first, so that none lands on another.
  const auto copy = [&](int fd) { return ::fcntl(fd, F_DUPFD_CLOEXEC, count + 1); };
  const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  for (size_t i = 0; i < files.size(); ++i) {
    const int given = files[i];
    files[i] = copy(given < 0 ? null : given);
    if (files[i] < 0 && errno == EBADF && i < kStandardStreams) files[i] = copy(null);
    if (files[i] < 0) return false;
  }
  if (report >= 0 && (report = copy(report)) < 0) return false;
  for (int i = 0; i < count; ++i) {
    if (::dup2(files[static_cast<size_t>(i)], i) < 0) return false;
  }
  if (report >= 0 && (report = ::dup3(report, count, O_CLOEXEC)) < 0) return false;
  ::closefrom(report >= 0 ? count + 1 : count);
  return true;
}

void FailSetup(int report, const char* what) {
  char text[512];
  const int size = std::snprintf(text, sizeof text, "%s: %s", what, ::strerrordesc_np(errno));
  (void)!::write(report, text, std::min(static_cast<size_t>(size), sizeof text - 1));
  ::_exit(kSetupFailed);
}

}  // namespace heddle::sys
