#include "bench/asker.h"

#include "base/text.h"
#include "bench/extract.h"
#include "sys/environment.h"

namespace heddle::bench {
namespace {

// One fenced block that defines the entry point, as a pattern: what `constrain` keeps while an answer is written.
std::string ShapeOf(const Task& task) {
  const std::string line = "([^`\\n]|`[^`\\n]|``[^`\\n])*\\n";
  const std::string start = task.language == "python" && !task.entry_point.empty()
                                ? Cat({"(", line, ")*def ", task.entry_point, "\\(", line})
                                : "";
  return Cat({"```", task.language, "\\n", start, "(", line, ")+```"});
}

class InFlight {
 public:
  InFlight(std::atomic<int>& now, std::atomic<int>& peak) : now_(now) {
    const int count = ++now_;
    for (int seen = peak; count > seen && !peak.compare_exchange_weak(seen, count);) {}
  }
  ~InFlight() { --now_; }
  InFlight(const InFlight&) = delete;
  InFlight& operator=(const InFlight&) = delete;

 private:
  std::atomic<int>& now_;
};

}  // namespace

Result<Record> Asker::Call(model::Backend& backend, Pace& pace, const model::ChatRequest& request, Record record,
                           const std::stop_token& stop) {
  record.prompt = request.messages;
  record.seed = request.seed.value_or(-1);
  record.temperature = request.temperature.value_or(0);
  record.constrained = request.constraint.has_value();
  if (!pace.Wait(stop)) return Error{Code::kCancelled, "interrupted"};
  record.at_ms = sys::SystemClock().UnixMs();
  record.generate.start_us = sys::SystemClock().MonotonicUs() - options_.run_start_us;
  Result<model::ChatReply> reply = Error{};
  {
    const InFlight one(in_flight_, peak_);
    reply = backend.Chat(request, [&](const model::ChatPiece&) { return !stop.stop_requested(); }, stop);
  }
  record.generate.end_us = sys::SystemClock().MonotonicUs() - options_.run_start_us;
  if (stop.stop_requested()) return Error{Code::kCancelled, "interrupted"};
  if (!reply) {
    record.verdict = {.kind = Kind::kModelError, .message = reply.error().message};
    return record;
  }
  record.answer = reply->message.content, record.thinking = reply->message.thinking;
  record.model = reply->model;
  record.finish = model::Name(reply->finish);
  record.truncated = reply->finish == model::Finish::kLength;
  record.usage = reply->usage, record.node = reply->times;
  record.first_us = reply->first_us, record.total_us = reply->total_us;
  return record;
}

Result<Record> Asker::Answer(const Task& task, const Mode& mode, int sample, int attempt,
                             std::vector<model::Message> messages, const std::stop_token& stop) {
  model::ChatRequest request;
  request.model = options_.model;
  request.messages = std::move(messages);
  request.max_tokens = options_.preset.max_tokens;
  request.stop = options_.preset.stop;
  request.temperature = mode.temperature.value_or(options_.preset.temperature);
  request.seed = options_.seed + sample;
  request.thinking = options_.thinking;
  if (mode.constrain) request.constraint = model::Constraint{"regex", ShapeOf(task)};
  Record record{.mode = mode.name, .task = task.id, .sample = sample, .attempt = attempt};
  TRY_ASSIGN(record, Call(*options_.backend, pace_, request, std::move(record), stop));
  if (record.verdict.kind == Kind::kModelError) return record;
  const Extracted program = Extract(task, record.answer);
  record.code = program.code, record.from = program.from;
  return record;
}

Result<Record> Asker::Advise(const Task& task, const Mode& mode, int sample, int attempt, std::string kind,
                             const std::string& text, const std::stop_token& stop) {
  const bool other = options_.adviser != nullptr;
  model::ChatRequest request;
  request.model = other ? options_.adviser_model : options_.model;
  request.messages = {{.content = text}};
  request.max_tokens = options_.preset.max_tokens;
  request.temperature = 0;
  request.seed = options_.seed;
  Record record{.mode = mode.name, .task = task.id, .sample = sample, .attempt = attempt, .kind = std::move(kind)};
  return Call(other ? *options_.adviser : *options_.backend, other ? adviser_pace_ : pace_, request, std::move(record),
              stop);
}

}  // namespace heddle::bench
