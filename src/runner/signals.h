// Signals: SIGTERM and SIGINT ask a runner to end, whatever it inherited for them. What it is doing is given up at the
// next look; a call that looks at nothing (into a GPU, or a grammar that compiles for long) is given a second. A second
// signal ends it at once.
#pragma once

#include <string>

namespace heddle::runner {

// Call before other threads are made.
void HandleSignals();

// Whether a signal has asked for the end. From any thread.
bool AskedToEnd();

// While one lives, a signal also writes to the eventfd `wake` (-1: none); when the second is over, `leftover` (empty:
// none) is removed. One at a time.
class Farewell {
 public:
  Farewell(int wake, const std::string& leftover);
  ~Farewell();
  Farewell(const Farewell&) = delete;
  Farewell& operator=(const Farewell&) = delete;
};

}  // namespace heddle::runner
