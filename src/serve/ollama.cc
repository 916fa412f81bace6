// Ollama's own wire: chats, texts and embeddings, as lines of JSON.
#include <algorithm>
#include <ctime>

#include "base/text.h"
#include "model/runner_backend.h"
#include "serve/dialect.h"

namespace heddle::serve {
namespace {

using model::ChatPiece;
using model::Role;

std::string ErrorOf(int, const Refusal& refusal) {
  return json::serialize(json::object{{"error", refusal.error.message}}) + "\n";
}

void ReadOptions(Body& body, model::Sampling& sampling, int64_t* context) {
  const json::value* options = body.Get("options");
  if (options == nullptr) return;
  Body part(*options, "options.");
  ReadSampling(part, sampling);
  sampling.max_tokens = part.Whole("num_predict", -2, 1 << 30).value_or(-1);
  if (sampling.max_tokens < 0) sampling.max_tokens = -1;
  const auto window = part.Whole("num_ctx", 1, 1 << 30);
  if (context != nullptr) *context = window.value_or(0);
  body.Adopt(part);
}

void ReadFormat(Body& body, std::optional<model::Constraint>& out) {
  const json::value* format = body.Get("format");
  if (format == nullptr || (format->is_string() && format->as_string().empty())) return;
  if (format->is_object())
    out = SchemaConstraint(*format);
  else if (format->is_string() && format->as_string() == "json")
    out = model::Constraint{"json-schema", R"({"type":"object"})"};
  else
    body.Refuse("format", "expected \"json\" or a JSON Schema");
}

void ReadThink(Body& body, model::ChatRequest& out) {
  const json::value* think = body.Get("think");
  if (think == nullptr) return;
  if (think->is_bool())
    out.thinking = think->as_bool() ? "on" : "off";
  else
    out.thinking = body.Text("think");
}

// How long the model stays loaded: a time such as "5m", or seconds; negative: for ever.
std::string ReadKeepAlive(Body& body) {
  const json::value* value = body.Get("keep_alive");
  if (value == nullptr) return {};
  std::string out = value->is_int64() ? std::to_string(value->as_int64()) + "s" : body.Text("keep_alive");
  if (!out.empty() && !model::ParseDuration(out)) body.Refuse("keep_alive", "expected a time such as 5m, or seconds");
  return out;
}

void ReadMessages(Body& body, model::ChatRequest& out) {
  const json::array* messages = body.List("messages");
  constexpr std::pair<std::string_view, Role> kRoles[] = {
      {"system", Role::kSystem}, {"user", Role::kUser}, {"assistant", Role::kAssistant}, {"tool", Role::kTool}};
  for (size_t i = 0; messages != nullptr && i < messages->size(); ++i) {
    Body part((*messages)[i], "messages[].");
    const std::string role = part.Text("role");
    const auto* known =
        std::find_if(std::begin(kRoles), std::end(kRoles), [&](const auto& row) { return row.first == role; });
    if (known == std::end(kRoles)) {
      part.Refuse("role", "expected system, user, assistant or tool");
      return body.Adopt(part);
    }
    model::Message& message = out.messages.emplace_back();
    message.role = known->second;
    message.content = part.Text("content"), message.thinking = part.Text("thinking"),
    message.tool_name = part.Text("tool_name");
    part.Never("images", "only text is supported here");
    const json::array* calls = part.List("tool_calls");
    for (size_t k = 0; calls != nullptr && k < calls->size(); ++k) {
      Body call((*calls)[k], "messages[].tool_calls[].");
      if (const json::value* function = call.Get("function")) {
        Body inner(*function, "messages[].tool_calls[].function.");
        const json::value* arguments = inner.Get("arguments");
        message.calls.push_back(
            {.name = inner.Text("name"), .arguments = arguments == nullptr ? "{}" : json::serialize(*arguments)});
        call.Adopt(inner);
      }
      part.Adopt(call);
    }
    body.Adopt(part);
  }
}

bool ReadChat(Body& body, Call& out) {
  out.model = body.Text("model");
  if (out.model.empty()) body.Refuse("model", "expected a name");
  ReadMessages(body, out.chat);
  const json::array* tools = body.List("tools");
  for (size_t i = 0; tools != nullptr && i < tools->size(); ++i) {
    Body tool((*tools)[i], "tools[].");
    if (const json::value* function = tool.Get("function")) {
      Body inner(*function, "tools[].function.");
      model::Tool& made = out.chat.tools.emplace_back();
      made.name = inner.Text("name"), made.description = inner.Text("description");
      if (const json::value* parameters = inner.Get("parameters")) made.parameters = json::serialize(*parameters);
      tool.Adopt(inner);
    } else {
      tool.Refuse("function", "expected an object");
    }
    body.Adopt(tool);
  }
  ReadOptions(body, out.chat, &out.chat.context);
  ReadFormat(body, out.chat.constraint);
  ReadConstraint(body, out.chat.constraint);
  ReadThink(body, out.chat);
  out.chat.keep_alive = ReadKeepAlive(body);
  out.stream = body.Flag("stream", true);
  return body.ok();
}

bool ReadGenerate(Body& body, Call& out) {
  out.model = body.Text("model");
  if (out.model.empty()) body.Refuse("model", "expected a name");
  const std::string prompt = body.Text("prompt"), suffix = body.Text("suffix"), system = body.Text("system");
  const bool raw = body.Flag("raw", false);
  body.Never("images", "only text is supported here");
  body.Never("template", "the model's own template is used here");
  body.Never("context", "earlier answers are not kept here; use /api/chat");
  out.stream = body.Flag("stream", true);
  out.chat.keep_alive = out.text.keep_alive = ReadKeepAlive(body);
  if (raw || !suffix.empty()) {
    out.job = Job::kText;
    out.text.prefix = prompt, out.text.suffix = suffix, out.text.plain = suffix.empty();
    ReadOptions(body, out.text, nullptr);
    body.Never("format", "a format needs the model's template: leave out raw and suffix");
    return body.ok();
  }
  if (!system.empty()) out.chat.messages.push_back({.role = Role::kSystem, .content = system});
  if (!prompt.empty()) out.chat.messages.push_back({.role = Role::kUser, .content = prompt});
  ReadOptions(body, out.chat, &out.chat.context);
  ReadFormat(body, out.chat.constraint);
  ReadConstraint(body, out.chat.constraint);
  ReadThink(body, out.chat);
  return body.ok();
}

class LineVoice : public Voice {
 public:
  LineVoice(const Call&, AnswerId id, bool chat) : id_(std::move(id)), chat_(chat) {}
  std::string Piece(const ChatPiece& piece) override {
    if (piece.kind == ChatPiece::Kind::kCall) return {};  // calls come whole, at the end
    const bool thinking = piece.kind == ChatPiece::Kind::kThinking;
    return Line(thinking ? "" : piece.text, thinking ? piece.text : "", {}, nullptr);
  }
  std::string End(const model::ChatReply& reply) override {
    std::string out;
    if (!reply.message.calls.empty()) out = Line("", "", reply.message.calls, nullptr);
    return out + Line("", "", {}, &reply);
  }
  std::string Fail(int status, const Error& error) override { return ErrorOf(status, {error, ""}); }
  std::string Whole(const model::ChatReply& reply) override {
    return Line(reply.message.content, reply.message.thinking, reply.message.calls, &reply);
  }

 private:
  std::string Line(std::string_view text, std::string_view thinking, const std::vector<model::ToolCall>& calls,
                   const model::ChatReply* done) const {
    char when[32];
    const std::time_t now = id_.created;
    std::tm tm{};
    gmtime_r(&now, &tm);
    (void)std::strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", &tm);
    json::object out{{"model", id_.model}, {"created_at", when}};
    json::object message{{"role", "assistant"}, {"content", text}};
    if (!thinking.empty()) message["thinking"] = thinking;
    if (!calls.empty()) message["tool_calls"] = CallsOf(calls);
    if (chat_) {
      out["message"] = std::move(message);
    } else {
      out["response"] = text;
      if (!thinking.empty()) out["thinking"] = thinking;
    }
    out["done"] = done != nullptr;
    if (done != nullptr) {
      const auto count = [](int64_t n) { return std::max<int64_t>(n, 0); };
      out["done_reason"] = done->finish == model::Finish::kLength ? "length" : "stop";
      out["total_duration"] = done->total_us * 1000, out["load_duration"] = 0;
      out["prompt_eval_count"] = count(done->usage.prompt_tokens), out["prompt_eval_duration"] = done->first_us * 1000;
      out["eval_count"] = count(done->usage.completion_tokens);
      out["eval_duration"] = count(done->total_us - done->first_us) * 1000;
    }
    return json::serialize(out) + "\n";
  }
  static json::array CallsOf(const std::vector<model::ToolCall>& calls) {
    json::array out;
    for (const model::ToolCall& call : calls) {
      boost::system::error_code failed;
      json::value arguments = json::parse(call.arguments, failed, {}, {.max_depth = 64});
      if (failed) arguments = json::object();
      out.push_back(json::object{
          {"function", json::object{{"index", out.size()}, {"name", call.name}, {"arguments", std::move(arguments)}}}});
    }
    return out;
  }

  AnswerId id_;
  bool chat_;
};

bool ReadEmbed(Body& body, Call& out) {
  out.job = Job::kEmbed;
  out.model = body.Text("model");
  out.texts = body.Get("prompt") != nullptr ? std::vector{body.Text("prompt")} : body.Texts("input");
  if (body.ok() && out.texts.empty()) body.Refuse("input", "expected a text or a list of texts");
  body.Never("dimensions", "vectors have the length that the model gives them");
  return body.ok();
}

std::string WriteVectors(const Call&, const AnswerId& id, const Vectors& vectors) {
  return json::serialize(json::object{{"model", id.model}, {"embeddings", json::value_from(vectors)}}) + "\n";
}
std::string WriteVector(const Call&, const AnswerId&, const Vectors& vectors) {
  return json::serialize(
             json::object{{"embedding", json::value_from(vectors.empty() ? std::vector<float>() : vectors[0])}}) +
         "\n";
}

}  // namespace

const Dialect kOllamaChat = {.name = "ollama.chat",
                             .path = "/api/chat",
                             .stream_type = "application/x-ndjson",
                             .read = &ReadChat,
                             .voice = [](const Call& call, const AnswerId& id) -> std::unique_ptr<Voice> {
                               return std::make_unique<LineVoice>(call, id, true);
                             },
                             .error = &ErrorOf};
const Dialect kOllamaGenerate = {.name = "ollama.generate",
                                 .path = "/api/generate",
                                 .stream_type = "application/x-ndjson",
                                 .read = &ReadGenerate,
                                 .voice = [](const Call& call, const AnswerId& id) -> std::unique_ptr<Voice> {
                                   return std::make_unique<LineVoice>(call, id, false);
                                 },
                                 .error = &ErrorOf};
const Dialect kOllamaEmbed = {
    .name = "ollama.embed", .path = "/api/embed", .read = &ReadEmbed, .vectors = &WriteVectors, .error = &ErrorOf};
const Dialect kOllamaEmbeddings = {.name = "ollama.embeddings",
                                   .path = "/api/embeddings",
                                   .read = &ReadEmbed,
                                   .vectors = &WriteVector,
                                   .error = &ErrorOf};

}  // namespace heddle::serve
