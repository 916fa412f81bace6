#include "bench/run.h"

#include <mutex>
#include <optional>

#include "base/text.h"
#include "bench/pool.h"
#include "sys/environment.h"

namespace heddle::bench {
namespace {

struct Trial {
  const Mode* mode = nullptr;
  size_t task = 0;
  int sample = 0;
};

// What earlier runs of the same command have left of the answers, by key.
using Earlier = std::map<std::string, const Record*>;

bool FullyDone(const Record& record) { return record.verdict.kind != Kind::kModelError; }

class Runner {
 public:
  Runner(const RunPlan& plan, Asker& asker, JudgePool& judges, RunLog& log, Memory* memory,
         const OnRunProgress& on_progress, const std::stop_token& stop)
      : plan_(plan),
        asker_(asker),
        judges_(judges),
        log_(log),
        memory_(memory),
        on_progress_(on_progress),
        stop_(stop) {
    for (const Record& record : log.earlier()) {
      if (FullyDone(record)) earlier_[KeyOf(record)] = &record;
    }
  }

  Result<RunEnd> Run() {
    std::vector<Trial> trials;
    for (const Mode& mode : plan_.modes) {
      for (const size_t task : plan_.tasks) {
        for (int sample = 0; sample < mode.samples; ++sample) trials.push_back({&mode, task, sample});
      }
    }
    progress_.total = trials.size();
    progress_.since_us = sys::SystemClock().MonotonicUs();
    ForEach(trials.size(), plan_.concurrency, stop_, [&](size_t worker, size_t i) {
      if (!failed()) Try(trials[i], static_cast<int>(worker));
    });
    if (error_) return *error_;
    return RunEnd{.interrupted = stop_.stop_requested(),
                  .model_errors = progress_.model_errors,
                  .peak_in_flight = asker_.peak_in_flight()};
  }

 private:
  bool failed() {
    const std::lock_guard lock(mutex_);
    return error_.has_value();
  }

  const Record* Known(const Trial& trial, int attempt, std::string_view kind) const {
    const Record key{.mode = trial.mode->name,
                     .task = TaskOf(trial).id,
                     .sample = trial.sample,
                     .attempt = attempt,
                     .kind = std::string(kind)};
    const auto found = earlier_.find(KeyOf(key));
    return found == earlier_.end() ? nullptr : found->second;
  }
  const Task& TaskOf(const Trial& trial) const { return plan_.suite->tasks[trial.task]; }
  int64_t Now() const { return sys::SystemClock().MonotonicUs() - asker_.options().run_start_us; }

  // Keeps it; nothing when that, or the call, failed.
  std::optional<Record> Kept(Result<Record> record, int worker) {
    if (!record) return {};
    record->worker = worker;
    auto kept = log_.Append(*record);
    const std::lock_guard lock(mutex_);
    if (!kept) error_ = kept.error();
    progress_.tokens += std::max<int64_t>(record->usage.completion_tokens, 0);
    if (!kept) return {};
    return *std::move(record);
  }

  std::optional<Record> Written(const Trial& trial, int attempt, std::string_view kind, const std::string& text,
                                int worker) {
    if (const Record* known = Known(trial, attempt, kind)) return *known;
    return Kept(asker_.Advise(TaskOf(trial), *trial.mode, trial.sample, attempt, std::string(kind), text, stop_),
                worker);
  }

  std::optional<Record> Attempt(const Trial& trial, int attempt, const std::vector<model::Message>& messages,
                                int worker) {
    if (const Record* known = Known(trial, attempt, "answer")) return *known;
    const Task& task = TaskOf(trial);
    Result<Record> record = Error{};
    const auto reused = plan_.reuse.find(task.id);
    if (reused != plan_.reuse.end() && attempt == 0) {
      record = Record{.mode = trial.mode->name,
                      .task = task.id,
                      .sample = trial.sample,
                      .code = reused->second,
                      .from = "reused",
                      .at_ms = sys::SystemClock().UnixMs(),
                      .reused = true};
    } else {
      record = asker_.Answer(task, *trial.mode, trial.sample, attempt, messages, stop_);
    }
    if (!record) return {};
    if (record->reused || record->verdict.kind != Kind::kModelError) {
      record->judge.start_us = Now();
      record->verdict = judges_.Run(task, (*plan_.facts)[trial.task], record->code);
      record->judge.end_us = Now();
    }
    return Kept(std::move(record), worker);
  }

  // The conversation of one chain; ends with a pass, with its attempts, or where nothing gets better.
  void Try(const Trial& trial, int worker) {
    const Mode& mode = *trial.mode;
    const Task& task = TaskOf(trial);
    std::string request = RequestText(asker_.options().preset, task);
    if (mode.specify) {
      const auto written = Specification(trial, worker);
      if (!written) return;
      if (FullyDone(*written)) request = WithSpecification(request, written->answer);
    }
    if (mode.recall) {
      const auto lesson = Recalled("lesson", LessonKey(trial));
      if (lesson) request = WithLesson(request, lesson->text);
    }
    std::vector<model::Message> messages = {{.content = request}};
    int best = -1, without_gain = 0;
    std::optional<Record> last;
    for (int attempt = 0; attempt < mode.attempts; ++attempt) {
      last = Attempt(trial, attempt, messages, worker);
      if (!last) return;
      if (last->verdict.passed() || !FullyDone(*last)) break;
      without_gain = last->verdict.test > best ? 0 : without_gain + 1;
      best = std::max(best, last->verdict.test);
      if (mode.plateau > 0 && without_gain >= mode.plateau) break;
      if (attempt + 1 == mode.attempts) break;
      std::string again = AgainText(last->verdict, mode.feedback);
      if (mode.advise_every > 0 && (attempt + 1) % mode.advise_every == 0) {
        const auto advice = Written(trial, attempt, "advice",
                                    AdviseText(task, last->code, last->verdict, mode.feedback, attempt + 1), worker);
        if (!advice) return;
        if (FullyDone(*advice)) again = WithAdvice(again, advice->answer);
      }
      // The task and the last attempt: more would fill small windows with programs that are known to be wrong.
      messages = {messages.front(), {.role = model::Role::kAssistant, .content = last->answer}, {.content = again}};
    }
    Remember(trial, *last);
    Count(*last);
  }

  // What memory cannot give ends the run: going on without would measure something else.
  std::optional<Memo> Recalled(std::string_view kind, const std::string& key) {
    if (memory_ == nullptr) return {};
    auto found = memory_->Find(kind, key);
    if (found) return *std::move(found);
    const std::lock_guard lock(mutex_);
    error_ = found.error();
    return {};
  }
  std::string LessonKey(const Trial& trial) const {
    return Cat({plan_.suite->digest.substr(0, 16), "/", TaskOf(trial).id, "/", asker_.options().model});
  }

  // Written once for a task and an adviser, whatever run asks for it.
  std::optional<Record> Specification(const Trial& trial, int worker) {
    if (const Record* known = Known(trial, 0, "specification")) return *known;
    const bool other = asker_.options().adviser != nullptr;
    const std::string by = other ? asker_.options().adviser_model : asker_.options().model;
    const std::string key = Cat({plan_.suite->digest.substr(0, 16), "/", TaskOf(trial).id, "/", by});
    if (const auto known = Recalled("specification", key)) {
      return Kept(Record{.mode = trial.mode->name,
                         .task = TaskOf(trial).id,
                         .sample = trial.sample,
                         .kind = "specification",
                         .answer = known->text,
                         .from = Cat({"memory: ", known->from}),
                         .verdict = {.message = ""},
                         .model = by,
                         .at_ms = sys::SystemClock().UnixMs(),
                         .reused = true},
                  worker);
    }
    auto written = Written(trial, 0, "specification", SpecifyText(TaskOf(trial)), worker);
    if (written && FullyDone(*written) && memory_ != nullptr)
      memory_->Remember({"specification", key, written->answer, Cat({by, ", ", log_.folder()})});
    return written;
  }

  void Remember(const Trial& trial, const Record& last) {
    if (memory_ == nullptr || !FullyDone(last) || earlier_.contains(KeyOf(last))) return;
    const std::string from = Cat({asker_.options().model, ", ", log_.folder()});
    const std::string outcome =
        Cat({last.mode, ": ", KindName(last.verdict.kind), " at attempt ", std::to_string(last.attempt + 1)});
    memory_->Remember({"attempt", LessonKey(trial), outcome, from});
    if (!last.verdict.passed())
      memory_->Remember({"lesson", LessonKey(trial),
                         Cat({"A program failed.", ReportText(last.verdict, trial.mode->feedback)}), from});
  }

  void Count(const Record& last) {
    const std::lock_guard lock(mutex_);
    ++progress_.done;
    if (earlier_.contains(KeyOf(last))) ++progress_.begun_with;
    progress_.passed += last.verdict.passed() ? 1 : 0;
    progress_.model_errors += FullyDone(last) ? 0 : 1;
    on_progress_(progress_);
  }

  const RunPlan& plan_;
  Asker& asker_;
  JudgePool& judges_;
  RunLog& log_;
  Memory* memory_;
  const OnRunProgress& on_progress_;
  const std::stop_token& stop_;
  Earlier earlier_;
  std::mutex mutex_;
  RunProgress progress_;
  std::optional<Error> error_;
};

}  // namespace

Result<RunEnd> RunBenchmark(const RunPlan& plan, Asker& asker, JudgePool& judges, RunLog& log, Memory* memory,
                            const OnRunProgress& on_progress, const std::stop_token& stop) {
  return Runner(plan, asker, judges, log, memory, on_progress, stop).Run();
}

}  // namespace heddle::bench
