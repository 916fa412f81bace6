#include "runner/signals.h"

#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdint>

namespace heddle::runner {
namespace {

// A handler is given nothing but the signal's number, so what it needs lies here.
std::atomic<bool> asked = false;
std::atomic<int> wake_file = -1;
std::atomic<bool> has_leftover = false;
char leftover_path[PATH_MAX];

// Nothing but calls that a handler may make.
void OnSignal(int signal) {
  const int saved = errno;
  if (asked.exchange(true)) {
    std::signal(signal, SIG_DFL);
    std::raise(signal);  // delivered when this returns
  }
  const uint64_t one = 1;
  if (const int file = wake_file; file >= 0) (void)!::write(file, &one, sizeof(one));
  ::alarm(1);
  errno = saved;
}

void OnAlarm(int) {
  if (has_leftover) ::unlink(leftover_path);
  ::_exit(1);
}

}  // namespace

void HandleSignals() {
  struct sigaction action = {};
  action.sa_flags = SA_RESTART;
  sigset_t ours;
  sigemptyset(&ours);
  for (const int signal : {SIGTERM, SIGINT, SIGALRM}) {
    action.sa_handler = signal == SIGALRM ? OnAlarm : OnSignal;
    ::sigaction(signal, &action, nullptr);
    sigaddset(&ours, signal);
  }
  ::pthread_sigmask(SIG_UNBLOCK, &ours, nullptr);
}

bool AskedToEnd() { return asked; }

Farewell::Farewell(int wake, const std::string& leftover) {
  if (!leftover.empty() && leftover.size() < sizeof(leftover_path)) {
    leftover.copy(leftover_path, leftover.size());
    leftover_path[leftover.size()] = '\0';
    has_leftover = true;
  }
  wake_file = wake;
}

Farewell::~Farewell() {
  wake_file = -1;
  has_leftover = false;
}

}  // namespace heddle::runner
