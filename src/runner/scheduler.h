// Scheduler: all generations of a model share its calls (continuous batching). Each call computes the next tokens of
// every generation that is answering and a chunk of the prompts that wait, so a long prompt never stops the others.
// Prompts begin with what other sequences have computed already. One thread; Add and Cancel may be called from others.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include "runner/generation.h"
#include "runner/parked.h"

namespace heddle::runner {

struct SchedulerOptions {
  size_t parallel = 8;                    // generations at a time; others wait in the order they came
  size_t queue = 512;                     // that may wait
  size_t parked_bytes = size_t{1} << 30;  // of states of sequences outside the model's cells
};

class Scheduler {
 public:
  Scheduler(Model& model, const SchedulerOptions& options);
  ~Scheduler();

  // Reads and compiles a request on the caller's thread. Errors: a template, a constraint, or a prompt that cannot be.
  Result<Job> Prepare(Request request, Send send) const;
  std::vector<std::vector<Token>> Tokenize(const std::vector<std::string>& texts, bool special) const;
  // Tokens of these messages through the chat template.
  Result<int64_t> CountPrompt(const Request& request) const;
  // kUnavailable when the queue is full.
  Result<> Add(Job job, uint64_t owner);
  void Cancel(uint64_t owner, int64_t id);
  void CancelAll(uint64_t owner);
  // Work on the model beside the generations (embeddings), on the scheduler's thread.
  void Do(std::function<void(Model&)> work);

  // Works until Stop; what is under way then is cancelled.
  void Run();
  void Stop();

  size_t load() const;         // generations under way and waiting
  int64_t idle_since() const;  // of the monotonic clock, in us; 0 while there is work

 private:
  struct Entry {
    uint64_t owner = 0;
    std::unique_ptr<Generation> generation;
    bool cancelled = false;
  };
  struct Waiting {
    Job job;
    uint64_t owner = 0;
    bool cancelled = false;
  };

  void Admit();
  void Begin(Waiting waiting);
  void Park(std::span<const Token> prompt);
  bool Restore(std::span<const Token> prompt);
  void Step();
  bool Decode();
  void Remove(Entry& entry);
  void FailAll(const Error& error);

  Model& model_;
  SchedulerOptions options_;
  Sequences sequences_;
  Parked parked_;
  std::vector<Entry> active_;  // of the scheduler's thread; `cancelled` under the mutex
  llama_batch batch_;
  struct Part {  // of the batch
    size_t entry = 0, first = 0, count = 0;
    bool logits = false;
  };
  std::vector<Part> parts_;

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Waiting> waiting_;
  std::deque<std::function<void(Model&)>> work_;
  std::vector<std::pair<uint64_t, int64_t>> cancels_;  // owner, id; -1: all of the owner's
  size_t active_count_ = 0;
  int64_t idle_since_ = 0;
  bool stop_ = false;
};

}  // namespace heddle::runner
