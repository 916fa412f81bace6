// Model: a loaded GGUF with its context and vocabulary. The one owner of llama.cpp's objects; everything that decodes
// goes through the thread that owns it, what is const may be called from any.
#pragma once

#include <llama.h>

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "mask/engine.h"
#include "runner/request.h"
#include "vocab/tokenizer.h"

namespace heddle::runner {

struct ModelOptions {
  std::string path;         // of the GGUF
  std::string backends;     // folder of ggml's backends; empty: where ggml looks by itself
  uint32_t context = 0;     // tokens that all sequences share; 0: the model's own, at most 8,192
  uint32_t sequences = 36;  // in use and kept
  int32_t threads = 0;      // 0: one per core
  int32_t gpu_layers = -1;  // -1: all that a GPU backend takes
};

class Model {
 public:
  // kInvalid: not a model that can be loaded, with the reason that llama.cpp gave last. kCancelled: AskedToEnd(), by
  // which computing is given up as well.
  static Result<std::unique_ptr<Model>> Load(const ModelOptions& options);
  ~Model();
  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;

  llama_context* context() const { return context_; }
  const llama_vocab* vocab() const { return vocab_; }
  uint32_t context_size() const { return llama_n_ctx(context_); }
  int32_t vocabulary_size() const { return llama_vocab_n_tokens(vocab_); }
  // Whether cells of one sequence can be shared with another from any position on.
  bool shares_prefixes() const { return shares_prefixes_; }
  const std::shared_ptr<mask::Engine>& engine() const { return engine_; }
  const vocab::Tokenizer& tokenizer() const { return *tokenizer_; }

  std::vector<llama_token> Tokenize(std::string_view text, bool add_special, bool parse_special) const;
  // The bytes of a token as text; empty for control tokens.
  std::string_view Bytes(llama_token token) const;
  bool Ends(llama_token token) const { return llama_vocab_is_eog(vocab_, token); }

  // The prompt for `messages`, ready for an answer. kUnavailable for a template that llama.cpp does not know.
  Result<std::string> ApplyTemplate(const std::vector<Message>& messages, const std::string& own_template) const;
  // The tokens that ask for what stands between two texts. kUnavailable for models without such tokens.
  Result<std::vector<llama_token>> InfillPrompt(std::string_view prefix, std::string_view suffix) const;
  // One vector of unit length per text.
  Result<std::vector<std::vector<float>>> Embed(std::span<const std::string> texts);

  std::string Meta(const char* key) const;  // empty: it has none
  std::string description() const;
  uint64_t bytes() const { return llama_model_size(model_); }
  uint64_t parameters() const { return llama_model_n_params(model_); }
  int32_t trained_context() const { return llama_model_n_ctx_train(model_); }

 private:
  Model() = default;
  Result<> MakeVocabulary();

  ModelOptions options_;
  llama_model* model_ = nullptr;
  llama_context* context_ = nullptr;
  llama_context* embedding_context_ = nullptr;  // made at the first use
  const llama_vocab* vocab_ = nullptr;
  bool shares_prefixes_ = true;
  std::shared_ptr<mask::Engine> engine_;
  std::unique_ptr<vocab::Tokenizer> tokenizer_;
};

// ggml's backends from `folder`; empty: where ggml looks by itself. Once, before anything else of llama.cpp.
void LoadBackends(const std::string& folder);
// `what`, with the reason that llama.cpp gave.
Error LlamaError(std::string_view what);

}  // namespace heddle::runner
