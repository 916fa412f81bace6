#include "runner/scheduler.h"

#include <algorithm>

#include "base/guard.h"
#include "base/text.h"
#include "grammar/source.h"
#include "sys/environment.h"

namespace heddle::runner {
namespace {

constexpr size_t kBatch = 2048;         // tokens in one call
constexpr size_t kChunk = kBatch;       // of prompts in one call
constexpr size_t kChunkBeside = 256;    // ... while others are answering
constexpr size_t kKeptCells = 64;       // that kept sequences may hold while others are written
constexpr size_t kWorthRestoring = 64;  // tokens that a parked state must spare
constexpr int64_t kAllOfOwner = -1;
constexpr int32_t kNoCells = 1, kAborted = 2;  // of llama_decode

int64_t Now() { return sys::SystemClock().MonotonicUs(); }

}  // namespace

Scheduler::Scheduler(Model& model, const SchedulerOptions& options)
    : model_(model),
      options_(options),
      sequences_(llama_n_seq_max(model.context())),
      parked_(options.parked_bytes),
      idle_since_(Now()) {
  batch_ = llama_batch_init(static_cast<int32_t>(kBatch), 0, 1);
}

Scheduler::~Scheduler() { llama_batch_free(batch_); }

Result<Job> Scheduler::Prepare(Request request, Send send) const {
  Job job;
  if (request.operation == Operation::kInfill) {
    TRY_ASSIGN(job.prompt, model_.InfillPrompt(request.prefix, request.suffix));
  } else if (!request.messages.empty()) {
    TRY_ASSIGN(std::string prompt, model_.ApplyTemplate(request.messages, request.chat_template));
    prompt += request.assistant_begin;
    job.prompt = model_.Tokenize(prompt, true, true);
  } else {
    job.prompt = model_.Tokenize(request.prompt, true, request.special);
  }
  if (job.prompt.empty()) return Error{Code::kInvalid, "an empty prompt: give messages or a prompt"};
  const size_t context = model_.context_size();
  if (job.prompt.size() >= context)
    return Error{Code::kTooLarge,
                 Cat({"the prompt has ", std::to_string(job.prompt.size()), " tokens and the context holds ",
                      std::to_string(context), ": shorten it, or load the model with a larger context"})};
  if (request.max_tokens >= 0 && job.prompt.size() + static_cast<size_t>(request.max_tokens) > context)
    return Error{Code::kTooLarge,
                 Cat({"the prompt (", std::to_string(job.prompt.size()), " tokens) and max_tokens (",
                      std::to_string(request.max_tokens), ") are more than the context of ", std::to_string(context)})};
  if (request.constraint) {
    TRY_ASSIGN(const auto notation, grammar::NotationOf(request.constraint->notation));
    auto program = std::make_shared<mask::Program>();
    program->engine = model_.engine();
    program->space = program->engine->CurrentSpace();
    const std::lock_guard lock(program->space->mutex);
    TRY_ASSIGN(const auto white_space, grammar::WhiteSpaceOf(request.constraint->layout));
    auto compiled = grammar::CompileSource(program->space->pool, notation, request.constraint->text,
                                           {.white_space = white_space, .plain_integers = true});
    if (!compiled) return std::move(compiled).error().Context("constraint");
    program->start = compiled->start;
    job.program = std::move(program);
  }
  job.request = std::move(request);
  job.send = std::move(send);
  job.arrived_us = Now();
  return job;
}

std::vector<std::vector<Token>> Scheduler::Tokenize(const std::vector<std::string>& texts, bool special) const {
  std::vector<std::vector<Token>> out;
  for (const std::string& text : texts) out.push_back(model_.Tokenize(text, false, special));
  return out;
}

Result<int64_t> Scheduler::CountPrompt(const Request& request) const {
  TRY_ASSIGN(const std::string prompt, model_.ApplyTemplate(request.messages, request.chat_template));
  return static_cast<int64_t>(model_.Tokenize(prompt, true, true).size());
}

Result<> Scheduler::Add(Job job, uint64_t owner) {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= options_.queue)
      return Error{Code::kUnavailable,
                   Cat({std::to_string(waiting_.size()), " requests are waiting already; try again later"})};
    waiting_.push_back({std::move(job), owner});
  }
  wake_.notify_one();
  return {};
}

void Scheduler::Cancel(uint64_t owner, int64_t id) {
  const std::lock_guard lock(mutex_);
  cancels_.emplace_back(owner, id);
  wake_.notify_one();
}

void Scheduler::CancelAll(uint64_t owner) { Cancel(owner, kAllOfOwner); }

void Scheduler::Do(std::function<void(Model&)> work) {
  const std::lock_guard lock(mutex_);
  work_.push_back(std::move(work));
  wake_.notify_one();
}

void Scheduler::Stop() {
  const std::lock_guard lock(mutex_);
  stop_ = true;
  wake_.notify_one();
}

size_t Scheduler::load() const {
  const std::lock_guard lock(mutex_);
  return active_count_ + waiting_.size();
}

int64_t Scheduler::idle_since() const {
  const std::lock_guard lock(mutex_);
  return active_count_ + waiting_.size() + work_.size() > 0 ? 0 : idle_since_;
}

void Scheduler::Run() {
  for (;;) {
    std::deque<std::function<void(Model&)>> work;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock,
                 [&] { return stop_ || !active_.empty() || !waiting_.empty() || !work_.empty() || !cancels_.empty(); });
      if (stop_) break;
      for (const auto& [owner, id] : cancels_) {
        const auto hit = [&, owner = owner, id = id](const Request& r, uint64_t o) {
          return o == owner && (id == kAllOfOwner || id == r.id);
        };
        for (Entry& entry : active_) entry.cancelled |= hit(entry.generation->job().request, entry.owner);
        for (Waiting& waiting : waiting_) waiting.cancelled |= hit(waiting.job.request, waiting.owner);
      }
      cancels_.clear();
      work.swap(work_);
    }
    for (const auto& item : work) (void)Guarded([&] { item(model_); });
    for (Entry& entry : active_) {
      if (entry.cancelled) entry.generation->Finish(Finish::kCancelled);
      if (entry.generation->done()) Remove(entry);
    }
    std::erase_if(active_, [](const Entry& entry) { return entry.generation->done(); });
    Admit();
    if (!active_.empty()) {
      if (const auto done = Guarded([&] { Step(); }); !done) {
        for (Entry& entry : active_) entry.generation->Fail(done.error());
      }
    }
    const std::lock_guard lock(mutex_);
    active_count_ = active_.size();
    if (active_.empty() && waiting_.empty()) idle_since_ = Now();
  }
  FailAll({Code::kUnavailable, "the runner is shutting down"});
}

void Scheduler::Admit() {
  for (;;) {
    Waiting next;
    {
      const std::lock_guard lock(mutex_);
      if (waiting_.empty()) return;
      Waiting& front = waiting_.front();
      if (!front.cancelled) {
        if (active_.size() >= options_.parallel) return;
        size_t reserved = 0;
        for (const Entry& entry : active_) reserved += entry.generation->reserved();
        if (reserved + Generation::Reserve(front.job) > model_.context_size()) return;  // waits for others to end
      }
      next = std::move(front);
      waiting_.pop_front();
      ++active_count_;
    }
    const Send send = next.job.send;
    const int64_t id = next.job.request.id;
    if (const auto begun = Guarded([&] { Begin(std::move(next)); }); !begun) send(ErrorEvent(id, begun.error()));
  }
}

void Scheduler::Begin(Waiting waiting) {
  const size_t context = model_.context_size();
  const size_t prompt = waiting.job.prompt.size();
  const int64_t limit = waiting.job.request.max_tokens;
  const size_t room = limit < 0 ? context - prompt : static_cast<size_t>(limit);
  Entry entry{waiting.owner, std::make_unique<Generation>(std::move(waiting.job), model_, room)};
  if (waiting.cancelled || room == 0) {
    entry.generation->Finish(waiting.cancelled ? Finish::kCancelled : Finish::kLength);
    return;
  }
  const std::span<const Token> tokens = entry.generation->job().prompt;
  const std::span<const Token> reusable = tokens.first(model_.shares_prefixes() ? tokens.size() - 1 : 0);
  if (!Restore(reusable)) Park(reusable);
  const auto start = sequences_.Begin(tokens, reusable.size());
  if (!start) {
    entry.generation->Fail({Code::kInternal, "no sequence is free"});
    return;
  }
  llama_memory_t memory = llama_get_memory(model_.context());
  if (start->dropped >= 0) llama_memory_seq_rm(memory, start->dropped, -1, -1);
  if (start->copy_from >= 0)
    llama_memory_seq_cp(memory, start->copy_from, start->id, 0, static_cast<llama_pos>(start->kept));
  llama_memory_seq_rm(memory, start->id, static_cast<llama_pos>(start->kept), -1);
  entry.generation->Start(start->id, start->kept, Now());
  active_.push_back(std::move(entry));
}

// Kept sequences leave the cells until they hold little, but for the one that `prompt` goes on from.
void Scheduler::Park(std::span<const Token> prompt) {
  llama_context* context = model_.context();
  const size_t longest = sequences_.Longest(prompt);
  while (sequences_.kept_tokens() > kKeptCells) {
    const SequenceId id = *sequences_.Oldest();
    const std::vector<Token>& tokens = sequences_.tokens(id);
    const bool wanted = longest >= kWorthRestoring && tokens.size() >= longest &&
                        std::equal(tokens.begin(), tokens.begin() + static_cast<ptrdiff_t>(longest), prompt.begin());
    if (wanted) return;
    std::string state(llama_state_seq_get_size(context, id), '\0');
    if (llama_state_seq_get_data(context, reinterpret_cast<uint8_t*>(state.data()), state.size(), id) == state.size())
      parked_.Put({tokens, std::move(state)});
    sequences_.Evict();
    llama_memory_seq_rm(llama_get_memory(context), id, -1, -1);
  }
}

// Brings back a parked state where it spares much of `prompt`.
bool Scheduler::Restore(std::span<const Token> prompt) {
  const size_t common = parked_.Longest(prompt);
  if (common < sequences_.Longest(prompt) + kWorthRestoring) return false;
  std::optional<Parked::Entry> entry = parked_.Take(prompt);
  Park(prompt);
  const auto start = sequences_.Begin(prompt.first(common), 0);
  bool done = false;
  if (start) {
    llama_memory_t memory = llama_get_memory(model_.context());
    llama_memory_seq_rm(memory, start->dropped >= 0 ? start->dropped : start->id, -1, -1);
    const auto* bytes = reinterpret_cast<const uint8_t*>(entry->state.data());
    done = llama_state_seq_set_data(model_.context(), bytes, entry->state.size(), start->id) == entry->state.size();
    if (done)
      sequences_.Append(start->id, entry->tokens);
    else
      llama_memory_seq_rm(memory, start->id, -1, -1);
    sequences_.End(start->id, done);
  }
  // What is wholly in the cells again needs no second copy.
  if (!done || common < entry->tokens.size()) parked_.Put(*std::move(entry));
  return done;
}

void Scheduler::Step() {
  // Those who answer come first, then prompts in the order they came.
  parts_.clear();
  size_t size = 0;
  bool answering = false;
  const auto put = [&](size_t index, size_t count) {
    Generation& generation = *active_[index].generation;
    const auto pending = generation.pending();
    const bool whole = count == pending.size();
    const size_t at = sequences_.tokens(generation.sequence).size();
    parts_.push_back({index, size, count, whole});
    for (size_t i = 0; i < count; ++i, ++size) {
      batch_.token[size] = pending[i];
      batch_.pos[size] = static_cast<llama_pos>(at + i);
      batch_.n_seq_id[size] = 1;
      batch_.seq_id[size][0] = generation.sequence;
      batch_.logits[size] = static_cast<int8_t>(whole && i + 1 + generation.drafts() >= count);
    }
  };
  for (size_t i = 0; i < active_.size(); ++i) {
    const Generation& generation = *active_[i].generation;
    if (generation.in_prompt() || size + generation.pending().size() > kBatch) continue;
    put(i, generation.pending().size());
    answering = true;
  }
  size_t left = std::min(kBatch - size, answering ? kChunkBeside : kChunk);
  for (size_t i = 0; i < active_.size() && left > 0; ++i) {
    const Generation& generation = *active_[i].generation;
    if (!generation.in_prompt()) continue;
    const size_t count = std::min(left, generation.pending().size());
    put(i, count);
    left -= count;
  }
  batch_.n_tokens = static_cast<int32_t>(size);
  if (!Decode()) return;
  for (const Part& part : parts_) {
    Generation& generation = *active_[part.entry].generation;
    const SequenceId id = generation.sequence;
    const auto computed = generation.pending().first(part.count);
    sequences_.Append(id, computed);
    if (!part.logits) {
      generation.Computed(part.count);
      continue;
    }
    const size_t drafts = generation.drafts();
    const size_t first = part.first + part.count - 1 - drafts;
    const auto right = Guarded([&] {
      return generation.TakeLogits(
          [&](size_t i) { return llama_get_logits_ith(model_.context(), static_cast<int32_t>(first + i)); }, Now());
    });
    if (!right) {
      generation.Fail(right.error());
      continue;
    }
    if (*right < drafts) {
      const size_t keep = sequences_.tokens(id).size() - (drafts - *right);
      sequences_.Cut(id, keep);
      llama_memory_seq_rm(llama_get_memory(model_.context()), id, static_cast<llama_pos>(keep), -1);
    }
  }
}

bool Scheduler::Decode() {
  for (;;) {
    const int32_t status = llama_decode(model_.context(), batch_);
    if (status == 0) return true;
    if (status == kAborted) {  // the process ends
      Stop();
      return false;
    }
    if (status == kNoCells) {  // kept sequences make room
      if (const auto evicted = sequences_.Evict()) {
        llama_memory_seq_rm(llama_get_memory(model_.context()), *evicted, -1, -1);
        continue;
      }
    }
    // Texts without a limit of their own were begun in the hope of room: the longest ends.
    Generation* longest = nullptr;
    for (const Entry& entry : active_) {
      Generation& generation = *entry.generation;
      if (generation.unlimited() && !generation.done() && (longest == nullptr || generation.size() > longest->size()))
        longest = &generation;
    }
    if (status == kNoCells && longest != nullptr) {
      longest->Finish(Finish::kLength);
      return false;
    }
    for (const Part& part : parts_)
      active_[part.entry].generation->Fail(
          {Code::kInternal, Cat({"the model's call failed with ", std::to_string(status)})});
    return false;
  }
}

void Scheduler::Remove(Entry& entry) {
  const SequenceId id = entry.generation->sequence;
  if (id < 0) return;
  // Cells that an unfinished call may have begun are not in the books.
  const size_t known = sequences_.tokens(id).size();
  llama_memory_t memory = llama_get_memory(model_.context());
  if (model_.shares_prefixes())
    llama_memory_seq_rm(memory, id, static_cast<llama_pos>(known), -1);
  else
    llama_memory_seq_rm(memory, id, -1, -1);
  sequences_.End(id, model_.shares_prefixes());
  entry.generation->sequence = -1;
}

void Scheduler::FailAll(const Error& error) {
  for (Entry& entry : active_) entry.generation->Fail(error);
  active_.clear();
  const std::lock_guard lock(mutex_);
  for (Waiting& waiting : waiting_) waiting.job.send(ErrorEvent(waiting.job.request.id, error));
  waiting_.clear();
}

}  // namespace heddle::runner
