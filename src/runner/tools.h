// What the runner does with a model file besides serving it: write it in smaller numbers, and measure how well a model
// foresees a text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "runner/model.h"

namespace heddle::runner {

// Writes `from` as `to` with weights of `type` ("Q4_K_M", "Q8_0", ...; llama.cpp's own quantisation). kInvalid names
// the types. `to` must not exist; a file that was not finished is removed.
// Until then its name is PartOf(to).
Result<> Quantize(const std::string& from, const std::string& to, std::string_view type, int threads);

std::string PartOf(const std::string& to);

struct Perplexity {
  double value = 0;    // e to the mean negative log-likelihood of a token, given those before it in its window
  int64_t tokens = 0;  // that were judged: the second half of each window
};
// Windows of at most 512 tokens. kInvalid: the text is too short to say anything.
Result<Perplexity> MeasurePerplexity(Model& model, std::string_view text);

}  // namespace heddle::runner
