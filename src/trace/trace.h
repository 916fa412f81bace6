// Trace: what happened, when, and how long it took, as plain events that a sink takes. Code that works emits events and
// never prints; who wants to see them gives a sink. Times are microseconds of the monotonic clock.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sys/environment.h"

namespace heddle::trace {

struct Event {
  std::string_view name;     // "ask.understand"; a literal
  int64_t start_us = 0;      // when it began
  int64_t duration_us = -1;  // -1: a moment, not a span
  std::vector<std::pair<std::string_view, std::string>> fields;
};

class Sink {
 public:
  virtual ~Sink() = default;
  // May be called from several threads at once.
  virtual void Take(const Event& event) = 0;
};

// Emits one event when it ends. A null sink costs one comparison.
class Span {
 public:
  Span(Sink* sink, std::string_view name) : sink_(sink) {
    if (sink_ == nullptr) return;
    event_.name = name;
    event_.start_us = sys::SystemClock().MonotonicUs();
  }
  ~Span() {
    if (sink_ == nullptr) return;
    event_.duration_us = sys::SystemClock().MonotonicUs() - event_.start_us;
    sink_->Take(event_);
  }
  Span(const Span&) = delete;
  Span& operator=(const Span&) = delete;

  void Field(std::string_view name, std::string_view value) {
    if (sink_ != nullptr) event_.fields.emplace_back(name, value);
  }

 private:
  Sink* sink_;
  Event event_;
};

}  // namespace heddle::trace
