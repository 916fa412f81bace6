#include "runner/model.h"

#include <ggml-backend.h>

#include <algorithm>
#include <cmath>
#include <mutex>
#include <thread>
#include <utility>

#include "base/text.h"
#include "runner/signals.h"

namespace heddle::runner {
namespace {

// What llama.cpp said first at the level of errors since it was last asked: the reason, where a call only says that it
// failed; later lines only say what failed along.
std::mutex error_mutex;
std::string first_error;

// As llama.cpp calls them between the parts of its work.
bool GiveUp(void*) { return AskedToEnd(); }
bool GoOn(float, void*) { return !AskedToEnd(); }

void TakeLog(ggml_log_level level, const char* text, void*) {
  if (level != GGML_LOG_LEVEL_ERROR) return;
  const std::lock_guard lock(error_mutex);
  if (first_error.empty()) first_error = Trim(text);
}

class LlamaTokenizer : public vocab::Tokenizer {
 public:
  explicit LlamaTokenizer(const Model& model) : model_(model) {}
  std::vector<vocab::Token> Encode(std::string_view text) const override {
    const auto tokens = model_.Tokenize(text, false, false);
    return {tokens.begin(), tokens.end()};
  }

 private:
  const Model& model_;
};

}  // namespace

Error LlamaError(std::string_view what) {
  const std::lock_guard lock(error_mutex);
  const std::string why = std::exchange(first_error, {});
  return {Code::kInvalid, why.empty() ? std::string(what) : Cat({what, ": ", ForTerminal(why)})};
}

void LoadBackends(const std::string& folder) {
  llama_log_set(TakeLog, nullptr);
  llama_backend_init();
  if (folder.empty())
    ggml_backend_load_all();
  else
    ggml_backend_load_all_from_path(folder.c_str());
}

Result<std::unique_ptr<Model>> Model::Load(const ModelOptions& options) {
  LoadBackends(options.backends);
  if (ggml_backend_dev_count() == 0)
    return Error{Code::kUnavailable, "no backend of ggml was found; is llama.cpp installed whole?"};

  std::unique_ptr<Model> out(new Model);
  out->options_ = options;
  llama_model_params params = llama_model_default_params();
  params.n_gpu_layers = options.gpu_layers;
  params.progress_callback = GoOn;
  out->model_ = llama_model_load_from_file(options.path.c_str(), params);
  if (AskedToEnd()) return Error{Code::kCancelled, "asked to end while it loaded the model"};
  if (out->model_ == nullptr) return LlamaError("the model cannot be loaded");
  out->vocab_ = llama_model_get_vocab(out->model_);
  if (!llama_model_has_decoder(out->model_))
    return Error{Code::kUnavailable, "the model has no decoder: it cannot write text"};

  llama_context_params context = llama_context_default_params();
  const auto trained = static_cast<uint32_t>(std::max(1, llama_model_n_ctx_train(out->model_)));
  context.n_ctx = options.context != 0 ? options.context : std::min(trained, 8192U);
  context.n_batch = 2048;
  context.n_seq_max = std::min<uint32_t>(options.sequences, static_cast<uint32_t>(llama_max_parallel_sequences()));
  context.n_threads = context.n_threads_batch =
      options.threads > 0 ? options.threads : static_cast<int32_t>(std::max(1U, std::thread::hardware_concurrency()));
  context.kv_unified = true;
  context.no_perf = true;
  context.abort_callback = GiveUp;
  out->context_ = llama_init_from_model(out->model_, context);
  if (out->context_ == nullptr)
    return LlamaError("no context can be made for the model; a smaller --context needs less memory");
  out->shares_prefixes_ = !llama_model_is_recurrent(out->model_) && !llama_model_is_hybrid(out->model_) &&
                          llama_model_n_swa(out->model_) == 0;
  TRY(out->MakeVocabulary());
  return out;
}

Model::~Model() {
  if (embedding_context_ != nullptr) llama_free(embedding_context_);
  if (context_ != nullptr) llama_free(context_);
  if (model_ != nullptr) llama_model_free(model_);
}

Result<> Model::MakeVocabulary() {
  vocab::VocabularyData data;
  std::string piece(256, '\0');
  const int32_t size = vocabulary_size();
  if (size <= 0) return Error{Code::kUnavailable, "the model has no vocabulary"};
  for (llama_token token = 0; token < size; ++token) {
    const bool control =
        llama_vocab_is_control(vocab_, token) || llama_vocab_is_eog(vocab_, token) ||
        (llama_vocab_get_attr(vocab_, token) & (LLAMA_TOKEN_ATTR_UNUSED | LLAMA_TOKEN_ATTR_UNKNOWN)) != 0;
    int32_t length = llama_token_to_piece(vocab_, token, piece.data(), static_cast<int32_t>(piece.size()), 0, true);
    if (length < 0) {
      piece.resize(static_cast<size_t>(-length));
      length = llama_token_to_piece(vocab_, token, piece.data(), static_cast<int32_t>(piece.size()), 0, true);
    }
    data.tokens.emplace_back(piece.data(), static_cast<size_t>(std::max(0, length)));
    data.special.push_back(control);
    if (llama_vocab_is_eog(vocab_, token)) data.ends.push_back(static_cast<vocab::Token>(token));
  }
  TRY_ASSIGN(auto vocabulary, vocab::Vocabulary::Make(std::move(data)));
  engine_ = mask::Engine::Make(std::move(vocabulary));
  tokenizer_ = std::make_unique<LlamaTokenizer>(*this);
  return {};
}

std::vector<llama_token> Model::Tokenize(std::string_view text, bool add_special, bool parse_special) const {
  std::vector<llama_token> out(text.size() / 3 + 16);
  const auto call = [&] {
    return llama_tokenize(vocab_, text.data(), static_cast<int32_t>(text.size()), out.data(),
                          static_cast<int32_t>(out.size()), add_special, parse_special);
  };
  int32_t count = call();
  if (count < 0) {
    out.resize(static_cast<size_t>(-count));
    count = call();
  }
  out.resize(static_cast<size_t>(std::max(0, count)));
  return out;
}

std::string_view Model::Bytes(llama_token token) const {
  const vocab::Vocabulary& all = engine_->vocabulary();
  const auto id = static_cast<vocab::Token>(token);
  return all.special(id) ? std::string_view() : all.bytes(id);
}

Result<std::string> Model::ApplyTemplate(const std::vector<Message>& messages, const std::string& own_template) const {
  const char* text = own_template.empty() ? llama_model_chat_template(model_, nullptr) : own_template.c_str();
  if (text == nullptr)
    return Error{Code::kUnavailable,
                 "the model has no chat template; give one (chat_template), or a prompt as it stands"};
  std::vector<llama_chat_message> list;
  size_t size = 1024;
  for (const Message& message : messages) {
    list.push_back({message.role.c_str(), message.content.c_str()});
    size += 2 * (message.role.size() + message.content.size()) + 64;
  }
  std::string out(size, '\0');
  int32_t length =
      llama_chat_apply_template(text, list.data(), list.size(), true, out.data(), static_cast<int32_t>(out.size()));
  if (length > static_cast<int32_t>(out.size())) {
    out.resize(static_cast<size_t>(length));
    length = llama_chat_apply_template(text, list.data(), list.size(), true, out.data(), length);
  }
  if (length < 0)
    return Error{
        Code::kUnavailable,
        "llama.cpp does not know the model's chat template; name one that it knows (chat_template, such as chatml)"};
  out.resize(static_cast<size_t>(length));
  return out;
}

Result<std::vector<llama_token>> Model::InfillPrompt(std::string_view prefix, std::string_view suffix) const {
  const llama_token marks[] = {llama_vocab_fim_pre(vocab_), llama_vocab_fim_suf(vocab_), llama_vocab_fim_mid(vocab_)};
  if (std::any_of(std::begin(marks), std::end(marks), [](llama_token t) { return t == LLAMA_TOKEN_NULL; }))
    return Error{Code::kUnavailable, "the model has no tokens for filling in the middle"};
  std::vector<llama_token> out;
  if (llama_vocab_get_add_bos(vocab_)) out.push_back(llama_vocab_bos(vocab_));
  const auto add = [&](llama_token mark, std::string_view text) {
    out.push_back(mark);
    const auto tokens = Tokenize(text, false, false);
    out.insert(out.end(), tokens.begin(), tokens.end());
  };
  add(marks[0], prefix);
  add(marks[1], suffix);
  out.push_back(marks[2]);
  return out;
}

Result<std::vector<std::vector<float>>> Model::Embed(std::span<const std::string> texts) {
  if (embedding_context_ == nullptr) {
    llama_context_params params = llama_context_default_params();
    params.n_ctx = params.n_batch = params.n_ubatch =
        std::min(2048U, static_cast<uint32_t>(std::max(1, trained_context())));
    params.embeddings = true;
    params.no_perf = true;
    params.abort_callback = GiveUp;
    params.n_threads = params.n_threads_batch = llama_n_threads(context_);
    embedding_context_ = llama_init_from_model(model_, params);
    if (embedding_context_ != nullptr && llama_pooling_type(embedding_context_) == LLAMA_POOLING_TYPE_NONE) {
      llama_free(embedding_context_);
      params.pooling_type = LLAMA_POOLING_TYPE_MEAN;
      embedding_context_ = llama_init_from_model(model_, params);
    }
    if (embedding_context_ == nullptr) return LlamaError("no context for embeddings can be made");
  }
  std::vector<std::vector<float>> out;
  const auto width = static_cast<size_t>(llama_model_n_embd_out(model_));
  for (const std::string& text : texts) {
    std::vector<llama_token> tokens = Tokenize(text, true, false);
    if (tokens.empty()) return Error{Code::kInvalid, "an empty text has no embedding"};
    if (tokens.size() > llama_n_ctx(embedding_context_))
      return Error{Code::kTooLarge,
                   Cat({"a text of ", std::to_string(tokens.size()), " tokens is longer than the ",
                        std::to_string(llama_n_ctx(embedding_context_)), " that are embedded at a time"})};
    if (llama_memory_t memory = llama_get_memory(embedding_context_)) llama_memory_clear(memory, true);
    if (llama_decode(embedding_context_, llama_batch_get_one(tokens.data(), static_cast<int32_t>(tokens.size()))) != 0)
      return LlamaError("the text could not be embedded");
    const float* vector = llama_get_embeddings_seq(embedding_context_, 0);
    if (vector == nullptr) return LlamaError("the model gave no embedding");
    double norm = 0;
    for (size_t i = 0; i < width; ++i) norm += static_cast<double>(vector[i]) * vector[i];
    const auto scale = static_cast<float>(norm > 0 ? 1 / std::sqrt(norm) : 0);
    std::vector<float>& unit = out.emplace_back(vector, vector + width);
    for (float& value : unit) value *= scale;
  }
  return out;
}

std::string Model::Meta(const char* key) const {
  std::string out(4096, '\0');
  const int32_t length = llama_model_meta_val_str(model_, key, out.data(), out.size());
  out.resize(length < 0 ? 0 : std::min(out.size() - 1, static_cast<size_t>(length)));
  return out;
}

std::string Model::description() const {
  std::string out(256, '\0');
  const int32_t length = llama_model_desc(model_, out.data(), out.size());
  out.resize(length < 0 ? 0 : std::min(out.size() - 1, static_cast<size_t>(length)));
  return out;
}

}  // namespace heddle::runner
