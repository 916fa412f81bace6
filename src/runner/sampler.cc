#include "runner/sampler.h"

#include <algorithm>
#include <bit>
#include <chrono>
#include <cmath>
#include <cstring>
#include <functional>
#include <random>

#include "base/text.h"

namespace heddle::runner {
namespace {

constexpr size_t kBlock = 64;

}  // namespace

Sampler::Sampler(const Sampling& sampling, const llama_vocab* vocab, std::shared_ptr<const mask::Program> program)
    : chain_(llama_sampler_chain_init({.no_perf = true})), size_(llama_vocab_n_tokens(vocab)) {
  const auto add = [&](llama_sampler* step) { llama_sampler_chain_add(chain_.get(), step); };
  const bool penalties =
      sampling.penalty_last > 0 &&
      (sampling.repeat_penalty != 1 || sampling.frequency_penalty != 0 || sampling.presence_penalty != 0);
  if (penalties)
    add(llama_sampler_init_penalties(size_, sampling.penalty_last, sampling.repeat_penalty, sampling.frequency_penalty,
                                     sampling.presence_penalty));
  if (sampling.temperature <= 0) {
    add(llama_sampler_init_greedy());
    greedy_ = !penalties;
  } else {
    if (sampling.top_k > 0) add(llama_sampler_init_top_k(sampling.top_k));
    if (sampling.top_k > 0 && !penalties) only_ = static_cast<size_t>(sampling.top_k);
    if (sampling.top_p < 1) add(llama_sampler_init_top_p(sampling.top_p, 1));
    if (sampling.min_p > 0) add(llama_sampler_init_min_p(sampling.min_p, 1));
    add(llama_sampler_init_temp(sampling.temperature));
    add(llama_sampler_init_dist(sampling.seed ? *sampling.seed : std::random_device{}()));
  }
  if (program != nullptr) {
    mask_.resize(program->engine->words());
    matcher_.emplace(std::move(program));
  }
}

// The greatest of each block of 64 logits, eight at a time (vectors of the compiler: the standard library's search for
// a greatest element is a loop of branches, and a vocabulary is looked through at every token).
void Sampler::TakeTops(const float* logits) {
  using Eight = float __attribute__((vector_size(32)));
  const auto size = static_cast<size_t>(size_);
  tops_.clear();
  size_t begin = 0;
  for (; begin + kBlock <= size; begin += kBlock) {
    Eight top;
    std::memcpy(&top, logits + begin, sizeof(top));
    for (size_t i = 8; i < kBlock; i += 8) {
      Eight next;
      std::memcpy(&next, logits + begin + i, sizeof(next));
      top = next > top ? next : top;
    }
    float best = top[0];
    for (int i = 1; i < 8; ++i) best = std::max(best, top[i]);
    tops_.push_back(best);
  }
  if (begin < size) tops_.push_back(*std::max_element(logits + begin, logits + size));
}

llama_token Sampler::Likeliest(const float* logits) {
  TakeTops(logits);
  const auto block = static_cast<size_t>(std::max_element(tops_.begin(), tops_.end()) - tops_.begin()) * kBlock;
  return static_cast<llama_token>(
      std::max_element(logits + block, logits + std::min<size_t>(block + kBlock, static_cast<size_t>(size_))) - logits);
}

// The candidates: all tokens, or some that the likeliest `count` are among: the `count`-th greatest of the blocks' tops
// is a bound that at least `count` tokens reach, and blocks below it need no look.
void Sampler::TakeLikeliest(const float* logits, size_t count) {
  const auto size = static_cast<size_t>(size_);
  if (count == 0 || count > size / kBlock) {
    for (llama_token token = 0; token < size_; ++token) candidates_.push_back({token, logits[token], 0});
    return;
  }
  TakeTops(logits);
  std::vector<float>& sorted = sorted_tops_;
  sorted = tops_;
  std::nth_element(sorted.begin(), sorted.begin() + static_cast<ptrdiff_t>(count - 1), sorted.end(), std::greater<>());
  const float bound = sorted[count - 1];
  for (size_t block = 0; block < tops_.size(); ++block) {
    if (tops_[block] < bound) continue;
    for (size_t i = block * kBlock; i < std::min(size, (block + 1) * kBlock); ++i) {
      if (logits[i] >= bound) candidates_.push_back({static_cast<llama_token>(i), logits[i], 0});
    }
  }
}

llama_token Sampler::Draw(const float* logits, bool masked) {
  candidates_.clear();
  if (masked) {
    for (size_t word = 0; word < mask_.size(); ++word) {
      for (uint32_t bits = mask_[word]; bits != 0; bits &= bits - 1) {
        const auto token = static_cast<llama_token>(word * 32 + static_cast<size_t>(std::countr_zero(bits)));
        candidates_.push_back({token, logits[token], 0});
      }
    }
    if (candidates_.empty()) return LLAMA_TOKEN_NULL;
    if (candidates_.size() == 1) return candidates_[0].id;
    if (greedy_)
      return std::max_element(candidates_.begin(), candidates_.end(),
                              [](const auto& a, const auto& b) { return a.logit < b.logit; })
          ->id;
  } else {
    if (greedy_) return Likeliest(logits);
    TakeLikeliest(logits, only_);
  }
  llama_token_data_array array{candidates_.data(), candidates_.size(), -1, false};
  llama_sampler_apply(chain_.get(), &array);
  return array.selected >= 0 ? array.data[array.selected].id : LLAMA_TOKEN_NULL;
}

Result<llama_token> Sampler::Next(const float* logits) {
  llama_token token = LLAMA_TOKEN_NULL;
  const auto allowed = [&](llama_token t) {
    return t != LLAMA_TOKEN_NULL && matcher_->Check(static_cast<vocab::Token>(t));
  };
  if (!matcher_) {
    token = Draw(logits, false);
  } else {
    bool drawn = false;
    if (!mask_first_) {
      token = Draw(logits, false);
      drawn = allowed(token);
      mask_first_ = !drawn;
    }
    if (!drawn) {
      const auto start = std::chrono::steady_clock::now();
      matcher_->Fill(mask_);
      ++masks_;
      mask_ns_ += (std::chrono::steady_clock::now() - start).count();
      // Where most of the vocabulary is allowed the next draw is probably allowed as well.
      size_t open = 0;
      for (const uint32_t word : mask_) open += static_cast<size_t>(std::popcount(word));
      mask_first_ = open < static_cast<size_t>(size_) / 2;
      token = Draw(logits, true);
    }
  }
  if (token == LLAMA_TOKEN_NULL) {
    const std::string failure = matcher_ ? matcher_->failure() : "";
    return Error{Code::kTooLarge, Cat({"the constraint allows no further token: ",
                                       failure.empty() ? "the model gave no numbers" : failure})};
  }
  TRY(Take(token));
  return token;
}

Result<> Sampler::Take(llama_token token) {
  llama_sampler_accept(chain_.get(), token);
  if (matcher_) return matcher_->Accept(static_cast<vocab::Token>(token));
  return {};
}

std::vector<vocab::Token> Sampler::Forced(const vocab::Tokenizer& tokenizer, size_t limit) const {
  if (!matcher_ || matcher_->ended()) return {};
  return matcher_->ForcedTokens(tokenizer, limit);
}

size_t Sampler::Allowed(std::span<const vocab::Token> draft) const {
  return matcher_ ? matcher_->CheckDraft(draft) : draft.size();
}

std::vector<std::pair<llama_token, float>> Sampler::Chances(const float* logits, int32_t size, llama_token taken,
                                                            int32_t count) {
  const float top = *std::max_element(logits, logits + size);
  double sum = 0;
  for (int32_t i = 0; i < size; ++i) sum += std::exp(static_cast<double>(logits[i] - top));
  const auto chance = [&](llama_token token) { return static_cast<float>(logits[token] - top - std::log(sum)); };
  std::vector<std::pair<llama_token, float>> out{{taken, chance(taken)}};
  std::vector<llama_token> order(static_cast<size_t>(size));
  for (int32_t i = 0; i < size; ++i) order[static_cast<size_t>(i)] = i;
  const auto wanted = std::min<ptrdiff_t>(count, size);
  std::partial_sort(order.begin(), order.begin() + wanted, order.end(),
                    [&](llama_token a, llama_token b) { return logits[a] > logits[b]; });
  for (ptrdiff_t i = 0; i < wanted; ++i)
    out.emplace_back(order[static_cast<size_t>(i)], chance(order[static_cast<size_t>(i)]));
  return out;
}

}  // namespace heddle::runner
