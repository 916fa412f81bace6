// Interrupts: Ctrl-C as a stop token, for as long as the object lives; a second one ends the process as usual.
#pragma once

#include <stop_token>
#include <thread>

namespace heddle::sys {

class Interrupts {
 public:
  // Call before other threads are made: SIGINT and SIGTERM are blocked in this thread and those it makes.
  Interrupts();
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  std::stop_token token() const { return source_.get_token(); }

 private:
  std::stop_source source_;
  std::jthread waiter_;
};

}  // namespace heddle::sys
