// Record: everything about one answer, as one line of a run's answers.jsonl (docs/bench.md has the fields).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "bench/verdict.h"
#include "model/chat.h"

namespace heddle::bench {

// Times are microseconds since the run began; a resumed run goes on after the last of them.
struct SpanTimes {
  int64_t start_us = 0, end_us = 0;
};

struct Record {
  std::string mode, task;
  int sample = 0, attempt = 0;  // from 0
  std::string kind = "answer";  // "answer"; "specification" and "advice" are written by the adviser

  std::vector<model::Message> prompt;
  std::string answer, thinking;  // as they came
  std::string code;              // what was judged
  std::string from;              // how it was found (bench/extract.h)
  Verdict verdict;

  std::string model;   // as the server names it
  std::string finish;  // why the answer ended
  bool truncated = false;
  int64_t seed = -1;
  double temperature = 0;
  bool constrained = false;
  model::Usage usage;
  model::NodeTimes node;
  int64_t first_us = 0, total_us = 0;  // of the call: until the first piece, until the last
  SpanTimes generate, judge;
  int worker = 0;
  int64_t at_ms = 0;    // since the epoch
  bool reused = false;  // an earlier run's answer
};

std::string ToJson(const Record& record);  // one line, with its newline
Result<Record> ParseRecord(std::string_view line);

// Of one chain of attempts, and of one answer in it.
std::string TrialKey(std::string_view mode, std::string_view task, int sample);
std::string KeyOf(const Record& record);

}  // namespace heddle::bench
