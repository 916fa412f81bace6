// Generation: one text being written, from its prompt to its last event. It knows what must be computed next and takes
// the results; the scheduler decides when. Used by the scheduler's thread alone.
#pragma once

#include <functional>
#include <string>

#include "runner/draft.h"
#include "runner/model.h"
#include "runner/sampler.h"
#include "runner/sequences.h"
#include "runner/text_stream.h"

namespace heddle::runner {

using Send = std::function<void(std::string line)>;

// A request that was read, tokenised and compiled, by any thread.
struct Job {
  Request request;
  std::vector<Token> prompt;
  std::shared_ptr<const mask::Program> program;  // null: no constraint
  Send send;
  int64_t arrived_us = 0;
};

class Generation {
 public:
  Generation(Job job, const Model& model, size_t room);

  // Tokens whose cells are to be computed next, and from which of them on the logits are wanted.
  std::span<const Token> pending() const { return pending_; }
  size_t drafts() const { return drafts_; }
  bool in_prompt() const { return pending_.size() > 1 && !answering_; }
  bool done() const { return done_; }

  // The first `kept` tokens of the prompt are there already.
  void Start(SequenceId id, size_t kept, int64_t now_us);
  // The first `count` pending tokens were computed, but logits are not there yet.
  void Computed(size_t count);
  // All pending tokens were computed; `logits(i)` are those after the i-th of the last 1 + drafts() tokens. Returns how
  // many of the drafts were right: the cells of the others must be removed.
  size_t TakeLogits(const std::function<const float*(size_t)>& logits, int64_t now_us);
  void Finish(runner::Finish finish);
  void Fail(const Error& error);

  SequenceId sequence = -1;
  const Job& job() const { return job_; }
  // The cells that a job may come to need; of one without a limit, what it needs to begin.
  static size_t Reserve(const Job& job);
  size_t reserved() const { return std::max(Reserve(job_), text_.size()); }
  bool unlimited() const { return job_.request.max_tokens < 0; }
  size_t size() const { return text_.size(); }

 private:
  bool TakeToken(Token token, const float* logits);  // false: the text has ended
  void AddForced();
  void AddDraft();
  void Flush();

  Job job_;
  const Model& model_;
  size_t room_;  // tokens that may be written
  Sampler sampler_;
  TextStream stream_;
  Drafter drafter_;
  std::vector<Token> text_;  // prompt and answer
  std::vector<Token> pending_;
  size_t drafts_ = 0;
  bool answering_ = false, done_ = false;
  std::vector<TextStream::Piece> pieces_;
  std::vector<std::vector<TokenChance>> chances_;
  Usage usage_;
  int64_t started_us_ = 0, first_us_ = 0;
};

}  // namespace heddle::runner
