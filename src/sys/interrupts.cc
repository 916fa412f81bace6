#include "sys/interrupts.h"

#include <csignal>
#include <ctime>

namespace heddle::sys {
namespace {

sigset_t Signals() {
  sigset_t out;
  sigemptyset(&out);
  sigaddset(&out, SIGINT);
  sigaddset(&out, SIGTERM);
  return out;
}

}  // namespace

Interrupts::Interrupts() {
  const sigset_t signals = Signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  waiter_ = std::jthread([this, signals](const std::stop_token& over) {
    while (!over.stop_requested()) {
      const timespec tick{0, 50'000'000};
      const int got = sigtimedwait(&signals, nullptr, &tick);
      if (got <= 0) continue;
      if (source_.stop_requested()) {
        std::signal(got, SIG_DFL);
        pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
        std::raise(got);
      }
      source_.request_stop();
    }
  });
}

Interrupts::~Interrupts() {
  waiter_.request_stop();
  waiter_.join();
  const sigset_t signals = Signals();
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

}  // namespace heddle::sys
