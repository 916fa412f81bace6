#include "runner/generation.h"

#include <algorithm>

#include "base/text.h"
#include "sys/environment.h"

namespace heddle::runner {
namespace {

constexpr size_t kMaxForced = 256;  // bytes of forced text at a time
constexpr size_t kMaxDraft = 8;     // tokens

TextStream::Options StreamOptions(const Request& request) {
  return {request.stop, request.thinking, request.thinking && Trim(request.assistant_begin).ends_with("<think>")};
}

}  // namespace

Generation::Generation(Job job, const Model& model, size_t room)
    : job_(std::move(job)),
      model_(model),
      room_(room),
      sampler_(job_.request.sampling, model.vocab(), job_.program),
      stream_(StreamOptions(job_.request)),
      text_(job_.prompt) {
  for (const Token token : text_) sampler_.TakePrompt(token);
  usage_.prompt_tokens = static_cast<int64_t>(text_.size());
}

size_t Generation::Reserve(const Job& job) {
  return job.prompt.size() + (job.request.max_tokens < 0 ? 1 : static_cast<size_t>(job.request.max_tokens));
}

void Generation::Start(SequenceId id, size_t kept, int64_t now_us) {
  sequence = id;
  started_us_ = now_us;
  usage_.queue_us = now_us - job_.arrived_us;
  usage_.cached_tokens = static_cast<int64_t>(kept);
  pending_.assign(text_.begin() + static_cast<ptrdiff_t>(kept), text_.end());
}

void Generation::Computed(size_t count) {
  pending_.erase(pending_.begin(), pending_.begin() + static_cast<ptrdiff_t>(count));
}

size_t Generation::TakeLogits(const std::function<const float*(size_t)>& logits, int64_t now_us) {
  if (!answering_) {
    answering_ = true;
    first_us_ = now_us;
    usage_.prompt_us = now_us - started_us_;
  } else {
    ++usage_.decode_calls;
  }
  const std::vector<Token> drafted(pending_.end() - static_cast<ptrdiff_t>(drafts_), pending_.end());
  pending_.clear();
  drafts_ = 0;
  size_t right = 0;
  for (;; ++right) {
    const float* row = logits(right);
    const auto token = sampler_.Next(row);
    if (!token) {
      Fail(token.error());
      break;
    }
    if (!TakeToken(*token, row)) break;
    if (right == drafted.size() || drafted[right] != *token) {
      pending_.push_back(*token);
      break;
    }
  }
  right = std::min(right, drafted.size());
  if (!drafted.empty()) {
    usage_.drafted += static_cast<int64_t>(drafted.size());
    usage_.accepted += static_cast<int64_t>(right);
    drafter_.Judge(drafted.size(), right);
  }
  if (!done_) AddForced();
  if (!done_ && sampler_.complete()) Finish(Finish::kStop);
  if (!done_) AddDraft();
  Flush();
  return right;
}

bool Generation::TakeToken(Token token, const float* logits) {
  if (model_.Ends(token)) {
    Finish(Finish::kStop);
    return false;
  }
  text_.push_back(token);
  ++usage_.completion_tokens;
  if (logits != nullptr && job_.request.logprobs >= 0) {
    auto& list = chances_.emplace_back();
    for (const auto& [other, chance] : Sampler::Chances(logits, model_.vocabulary_size(), token, job_.request.logprobs))
      list.push_back({std::string(model_.Bytes(other)), chance});
  }
  const bool more = stream_.Take(model_.Bytes(token), pieces_);
  if (!more)
    Finish(Finish::kStop);
  else if (static_cast<size_t>(usage_.completion_tokens) >= room_)
    Finish(sampler_.complete() ? Finish::kStop : Finish::kLength);
  return !done_;
}

void Generation::AddForced() {
  for (const vocab::Token token : sampler_.Forced(model_.tokenizer(), kMaxForced)) {
    if (!sampler_.Take(static_cast<Token>(token))) return;
    ++usage_.forced_tokens;
    if (!TakeToken(static_cast<Token>(token), nullptr)) return;
    pending_.push_back(static_cast<Token>(token));
  }
}

void Generation::AddDraft() {
  const size_t left = room_ - static_cast<size_t>(usage_.completion_tokens);
  if (!job_.request.speculate || !model_.shares_prefixes() || left < 2) return;
  std::vector<Token> draft = drafter_.Draft(text_, std::min(kMaxDraft, left - 1));
  if (sampler_.constrained()) draft.resize(sampler_.Allowed(std::vector<vocab::Token>(draft.begin(), draft.end())));
  pending_.insert(pending_.end(), draft.begin(), draft.end());
  drafts_ = draft.size();
}

void Generation::Flush() {
  for (size_t i = 0; i < pieces_.size(); ++i) {
    const bool last = i + 1 == pieces_.size();
    job_.send(TextEvent(job_.request.id, pieces_[i].text, pieces_[i].thinking, last ? chances_ : decltype(chances_){}));
    if (last) chances_.clear();
  }
  pieces_.clear();
}

void Generation::Finish(runner::Finish finish) {
  if (done_) return;
  done_ = true;
  stream_.End(pieces_);
  Flush();
  const int64_t now = sys::SystemClock().MonotonicUs();
  usage_.decode_us = first_us_ == 0 ? 0 : now - first_us_;
  usage_.masks = sampler_.masks();
  usage_.mask_us = sampler_.mask_us();
  job_.send(DoneEvent(job_.request.id, finish, stream_.stopped_by(), usage_));
}

void Generation::Fail(const Error& error) {
  if (done_) return;
  done_ = true;
  Flush();
  job_.send(ErrorEvent(job_.request.id, error));
}

}  // namespace heddle::runner
