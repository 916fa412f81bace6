// Asker: one call of a model for a benchmark: the request that a mode makes of a task, and what came back as a record.
#pragma once

#include <atomic>
#include <stop_token>
#include <string>

#include "bench/mode.h"
#include "bench/pace.h"
#include "bench/prompts.h"
#include "bench/record.h"
#include "model/backend.h"

namespace heddle::bench {

struct AskerOptions {
  model::Backend* backend = nullptr;
  std::string model;
  model::Backend* adviser = nullptr;  // writes specifications and advice; null: the same model
  std::string adviser_model;
  Preset preset;
  int64_t seed = 1;                                           // of the first sample; the next has the next
  std::string thinking;                                       // as of model::ChatRequest
  double calls_per_minute = 0, adviser_calls_per_minute = 0;  // 0: no limit
  int64_t run_start_us = 0;                                   // of the monotonic clock
};

// Thread-safe.
class Asker {
 public:
  explicit Asker(AskerOptions options)
      : options_(std::move(options)),
        pace_(options_.calls_per_minute),
        adviser_pace_(options_.adviser_calls_per_minute) {}

  // The answer to `messages`; its verdict is kModelError when there is none, and code is empty. kCancelled: stopped.
  Result<Record> Answer(const Task& task, const Mode& mode, int sample, int attempt,
                        std::vector<model::Message> messages, const std::stop_token& stop);
  // What the adviser writes; `kind` is "specification" or "advice".
  Result<Record> Advise(const Task& task, const Mode& mode, int sample, int attempt, std::string kind,
                        const std::string& text, const std::stop_token& stop);

  const AskerOptions& options() const { return options_; }
  int peak_in_flight() const { return peak_; }

 private:
  Result<Record> Call(model::Backend& backend, Pace& pace, const model::ChatRequest& request, Record record,
                      const std::stop_token& stop);

  AskerOptions options_;
  Pace pace_, adviser_pace_;
  std::atomic<int> in_flight_ = 0, peak_ = 0;
};

}  // namespace heddle::bench
