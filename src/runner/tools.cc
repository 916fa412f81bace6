#include "runner/tools.h"

#include <unistd.h>
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "base/text.h"
#include "runner/sampler.h"

namespace heddle::runner {
namespace {

struct Type {
  std::string_view name;
  llama_ftype type;
};
constexpr Type kTypes[] = {
    {"F16", LLAMA_FTYPE_MOSTLY_F16},   {"BF16", LLAMA_FTYPE_MOSTLY_BF16},     {"Q8_0", LLAMA_FTYPE_MOSTLY_Q8_0},
    {"Q6_K", LLAMA_FTYPE_MOSTLY_Q6_K}, {"Q5_K_M", LLAMA_FTYPE_MOSTLY_Q5_K_M}, {"Q5_K_S", LLAMA_FTYPE_MOSTLY_Q5_K_S},
    {"Q5_0", LLAMA_FTYPE_MOSTLY_Q5_0}, {"Q4_K_M", LLAMA_FTYPE_MOSTLY_Q4_K_M}, {"Q4_K_S", LLAMA_FTYPE_MOSTLY_Q4_K_S},
    {"Q4_0", LLAMA_FTYPE_MOSTLY_Q4_0}, {"IQ4_XS", LLAMA_FTYPE_MOSTLY_IQ4_XS}, {"Q3_K_M", LLAMA_FTYPE_MOSTLY_Q3_K_M},
    {"Q2_K", LLAMA_FTYPE_MOSTLY_Q2_K}};
constexpr size_t kWindow = 512;

}  // namespace

std::string PartOf(const std::string& to) { return to + ".part"; }

Result<> Quantize(const std::string& from, const std::string& to, std::string_view type, int threads) {
  const Type* found = nullptr;
  std::string names;
  for (const Type& each : kTypes) {
    if (each.name == type) found = &each;
    names += Cat({names.empty() ? "" : ", ", each.name});
  }
  if (found == nullptr) return Error{Code::kInvalid, Cat({ForTerminal(type), ": expected one of ", names})};
  if (access(to.c_str(), F_OK) == 0) return Error{Code::kInvalid, Cat({to, ": is there already"})};
  llama_model_quantize_params params = llama_model_quantize_default_params();
  params.ftype = found->type;
  params.nthread = threads;
  params.allow_requantize = true;
  const std::string part = PartOf(to);
  if (llama_model_quantize(from.c_str(), part.c_str(), &params) != 0) {
    std::remove(part.c_str());
    return LlamaError("the model cannot be quantised");
  }
  if (std::rename(part.c_str(), to.c_str()) != 0) {
    std::remove(part.c_str());
    return Error{Code::kInternal, Cat({to, ": cannot be written"})};
  }
  return {};
}

Result<Perplexity> MeasurePerplexity(Model& model, std::string_view text) {
  const std::vector<llama_token> tokens = model.Tokenize(text, true, false);
  const size_t window = std::min<size_t>(kWindow, model.context_size());
  if (tokens.size() < 64)
    return Error{Code::kInvalid,
                 Cat({"a text of ", std::to_string(tokens.size()), " tokens says nothing; give some hundreds"})};
  llama_batch batch = llama_batch_init(static_cast<int32_t>(window), 0, 1);
  double sum = 0;
  Perplexity out;
  Result<> failed;
  const int32_t size = model.vocabulary_size();
  for (size_t begin = 0; begin < tokens.size() && failed; begin += window) {
    const size_t count = std::min(window, tokens.size() - begin);
    if (count < 16) break;
    llama_memory_clear(llama_get_memory(model.context()), true);
    batch.n_tokens = static_cast<int32_t>(count);
    for (size_t i = 0; i < count; ++i) {
      batch.token[i] = tokens[begin + i], batch.pos[i] = static_cast<llama_pos>(i), batch.n_seq_id[i] = 1,
      batch.seq_id[i][0] = 0;
      batch.logits[i] = static_cast<int8_t>(i + 1 >= count / 2 && i + 1 < count);
    }
    if (llama_decode(model.context(), batch) != 0) {
      failed = LlamaError("the text could not be computed");
      break;
    }
    for (size_t i = 0; i + 1 < count; ++i) {
      if (batch.logits[i] == 0) continue;
      sum -= Sampler::Chances(llama_get_logits_ith(model.context(), static_cast<int32_t>(i)), size,
                              tokens[begin + i + 1], 0)[0]
                 .second;
      ++out.tokens;
    }
  }
  llama_batch_free(batch);
  if (!failed) return std::move(failed).error();
  out.value = std::exp(sum / static_cast<double>(out.tokens));
  return out;
}

}  // namespace heddle::runner
