// JsonLines: a sink that appends one JSON object per event to a file:
//   {"name":"ask.understand","start_us":12,"duration_us":160,"candidates":"3"}
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "base/result.h"
#include "trace/trace.h"

namespace heddle::trace {

class JsonLines : public Sink {
 public:
  // Creates the file (mode 0600) or appends to it. Errors name the path and the reason.
  static Result<std::unique_ptr<JsonLines>> Open(const std::string& path);
  ~JsonLines() override;

  // Every event is one write(2), so lines of several processes do not mix. A full disk loses events, nothing else.
  void Take(const Event& event) override;

 private:
  explicit JsonLines(int file) : file_(file) {}
  std::mutex mutex_;
  int file_;
};

// One event as a JSON object, without a newline. Pure.
std::string ToJson(const Event& event);

}  // namespace heddle::trace
