// Sampler: the next token of one generation from the model's logits, under its constraint. The token is drawn first and
// checked; only when it is refused a mask is computed and the draw is made among what it allows, which gives the
// distribution that the mask alone would give. While draws are being refused the mask comes first. Not thread-safe; one
// per generation.
#pragma once

#include <llama.h>

#include <memory>
#include <optional>
#include <vector>

#include "base/result.h"
#include "mask/matcher.h"
#include "runner/request.h"

namespace heddle::runner {

class Sampler {
 public:
  // `program` may be null: no constraint.
  Sampler(const Sampling& sampling, const llama_vocab* vocab, std::shared_ptr<const mask::Program> program);

  // The next token, taken into the penalties and the constraint. kInvalid when the constraint allows none.
  Result<llama_token> Next(const float* logits);
  // Takes a token of the prompt (into the penalties alone), or one that was not sampled (into both).
  void TakePrompt(llama_token token) { llama_sampler_accept(chain_.get(), token); }
  Result<> Take(llama_token token);

  // Tokens that must come next under the constraint, whatever the model thinks.
  std::vector<vocab::Token> Forced(const vocab::Tokenizer& tokenizer, size_t limit) const;
  // How many of `draft` the constraint allows, one after another.
  size_t Allowed(std::span<const vocab::Token> draft) const;
  // Whether the constraint allows no more text.
  bool complete() const { return matcher_ && matcher_->IsComplete(); }
  bool constrained() const { return matcher_.has_value(); }

  // The likeliest `count` tokens with the logarithms of their probabilities, before penalties, temperature and
  // constraint; the first is `taken`.
  static std::vector<std::pair<llama_token, float>> Chances(const float* logits, int32_t size, llama_token taken,
                                                            int32_t count);

  int64_t masks() const { return masks_; }
  int64_t mask_us() const { return mask_ns_ / 1000; }

 private:
  llama_token Draw(const float* logits, bool masked);
  void TakeTops(const float* logits);
  llama_token Likeliest(const float* logits);
  void TakeLikeliest(const float* logits, size_t count);

  struct Free {
    void operator()(llama_sampler* sampler) const { llama_sampler_free(sampler); }
  };
  std::unique_ptr<llama_sampler, Free> chain_;
  size_t only_ = 0;      // so many of the likeliest are all that the chain looks at; 0: it may look at any
  bool greedy_ = false;  // and no penalties: the likeliest token, without the chain
  int32_t size_ = 0;
  std::optional<mask::Matcher> matcher_;
  std::vector<uint32_t> mask_;
  std::vector<llama_token_data> candidates_;
  std::vector<float> tops_, sorted_tops_;
  bool mask_first_ = false;
  int64_t masks_ = 0, mask_ns_ = 0;
};

}  // namespace heddle::runner
