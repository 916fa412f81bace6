// OpenAI's older text completions, and embeddings.
#include <bit>
#include <cstring>

#include "base/text.h"
#include "serve/dialect.h"

namespace heddle::serve {
namespace {

bool ReadText(Body& body, Call& out) {
  out.job = Job::kText;
  out.model = body.Text("model", "auto");
  const json::value* prompt = body.Get("prompt");
  if (prompt != nullptr && prompt->is_array() && prompt->as_array().size() == 1) prompt = &prompt->as_array()[0];
  if (prompt == nullptr || !prompt->is_string())
    body.Refuse("prompt", "expected one text; lists and token numbers are not supported here");
  else
    out.text.prefix = std::string(prompt->as_string());
  out.text.suffix = body.Text("suffix");
  out.text.plain = out.text.suffix.empty();
  ReadSampling(body, out.text);
  out.text.max_tokens = body.Whole("max_tokens", 0, 1 << 30).value_or(16);
  out.stream = body.Flag("stream", false);
  out.stream_usage = false;
  if (const json::value* options = body.Get("stream_options")) {
    Body part(*options, "stream_options.");
    out.stream_usage = part.Flag("include_usage", false);
    body.Adopt(part);
  }
  body.Never("n", "one answer is given per request", 1);
  body.Never("best_of", "one answer is given per request", 1);
  body.Never("echo", "the prompt is not repeated here");
  body.Never("logprobs", "log-probabilities are not given here");
  body.Never("logit_bias", "single tokens cannot be weighed here");
  return body.ok();
}

json::value FinishOf(const model::ChatReply& reply) {
  return reply.finish == model::Finish::kLength ? "length" : "stop";
}

class TextVoice : public Voice {
 public:
  TextVoice(const Call& call, AnswerId id) : id_(std::move(id)), usage_(call.stream_usage) {}
  std::string Piece(const model::ChatPiece& piece) override {
    return piece.kind == model::ChatPiece::Kind::kText ? Event(json::serialize(Frame(piece.text, nullptr))) : "";
  }
  std::string End(const model::ChatReply& reply) override {
    std::string out = Event(json::serialize(Frame("", FinishOf(reply))));
    if (usage_) {
      json::object last = Frame("", nullptr);
      last["choices"] = json::array(), last["usage"] = OpenAiUsage(reply.usage);
      out += Event(json::serialize(last));
    }
    return out + Event("[DONE]");
  }
  std::string Fail(int status, const Error& error) override { return Event(Trim(OpenAiError(status, {error, ""}))); }
  std::string Whole(const model::ChatReply& reply) override {
    json::object out = Frame(reply.message.content, FinishOf(reply));
    out["usage"] = OpenAiUsage(reply.usage);
    return json::serialize(out) + "\n";
  }

 private:
  json::object Frame(std::string_view text, const json::value& finish) const {
    return {{"id", "cmpl-" + id_.id},
            {"object", "text_completion"},
            {"created", id_.created},
            {"model", id_.model},
            {"choices", json::array{json::object{
                            {"text", text}, {"index", 0}, {"logprobs", nullptr}, {"finish_reason", finish}}}}};
  }
  AnswerId id_;
  bool usage_;
};

bool ReadEmbeddings(Body& body, Call& out) {
  out.job = Job::kEmbed;
  out.model = body.Text("model", "auto");
  out.texts = body.Texts("input");
  if (body.ok() && out.texts.empty()) body.Refuse("input", "expected a text or a list of texts");
  if (out.texts.size() > 2048) body.Refuse("input", "expected at most 2,048 texts");
  const std::string form = body.Text("encoding_format", "float");
  out.base64 = form == "base64";
  if (form != "float" && form != "base64") body.Refuse("encoding_format", "expected float or base64");
  body.Never("dimensions", "vectors have the length that the model gives them");
  return body.ok();
}

std::string WriteVectors(const Call& call, const AnswerId& id, const Vectors& vectors) {
  json::array data;
  for (const auto& vector : vectors) {
    json::value embedding;
    if (call.base64) {
      static_assert(std::endian::native == std::endian::little);
      std::string bytes(vector.size() * sizeof(float), '\0');
      if (!vector.empty()) std::memcpy(bytes.data(), vector.data(), bytes.size());
      embedding = EncodeBase64(bytes);
    } else {
      embedding = json::value_from(vector);
    }
    data.push_back(json::object{{"object", "embedding"}, {"index", data.size()}, {"embedding", std::move(embedding)}});
  }
  // Without counts: backends give none for embeddings.
  return json::serialize(json::object{{"object", "list"}, {"data", std::move(data)}, {"model", id.model}}) + "\n";
}

}  // namespace

const Dialect kCompletions = {.name = "openai.text",
                              .path = "/v1/completions",
                              .stream_type = "text/event-stream",
                              .read = &ReadText,
                              .voice = [](const Call& call, const AnswerId& id) -> std::unique_ptr<Voice> {
                                return std::make_unique<TextVoice>(call, id);
                              },
                              .error = &OpenAiError};

const Dialect kEmbeddings = {.name = "openai.embeddings",
                             .path = "/v1/embeddings",
                             .read = &ReadEmbeddings,
                             .vectors = &WriteVectors,
                             .error = &OpenAiError};

}  // namespace heddle::serve
