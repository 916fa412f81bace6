// OpenAI Chat Completions, as its clients speak it.
#include <algorithm>

#include "base/text.h"
#include "serve/dialect.h"

namespace heddle::serve {
namespace {

using model::ChatPiece;
using model::Role;

void ReadCalls(Body& body, model::Message& out) {
  const json::array* calls = body.List("tool_calls");
  for (size_t i = 0; calls != nullptr && i < calls->size(); ++i) {
    Body call((*calls)[i], "messages[].tool_calls[].");
    model::ToolCall made{.id = call.Text("id")};
    if (const json::value* function = call.Get("function")) {
      Body inner(*function, "messages[].tool_calls[].function.");
      made.name = inner.Text("name"), made.arguments = inner.Text("arguments", "{}");
      call.Adopt(inner);
    }
    body.Adopt(call);
    out.calls.push_back(std::move(made));
  }
}

void ReadMessages(Body& body, model::ChatRequest& out) {
  const json::array* messages = body.List("messages");
  if (messages == nullptr || messages->empty()) return body.Refuse("messages", "expected a list that is not empty");
  constexpr std::pair<std::string_view, Role> kRoles[] = {{"system", Role::kSystem},
                                                          {"developer", Role::kSystem},
                                                          {"user", Role::kUser},
                                                          {"assistant", Role::kAssistant},
                                                          {"tool", Role::kTool}};
  for (const json::value& each : *messages) {
    Body part(each, "messages[].");
    const std::string role = part.Text("role");
    const auto* known =
        std::find_if(std::begin(kRoles), std::end(kRoles), [&](const auto& row) { return row.first == role; });
    if (known == std::end(kRoles)) {
      part.Refuse("role", "expected system, developer, user, assistant or tool");
      return body.Adopt(part);
    }
    model::Message& message = out.messages.emplace_back();
    message.role = known->second;
    message.content = ReadContent(part, "content");
    message.thinking = part.Text("reasoning_content");
    ReadCalls(part, message);
    message.call_id = part.Text("tool_call_id");
    body.Adopt(part);
  }
}

void ReadTools(Body& body, model::ChatRequest& out) {
  const json::array* tools = body.List("tools");
  for (size_t i = 0; tools != nullptr && i < tools->size(); ++i) {
    Body tool((*tools)[i], "tools[].");
    if (tool.Text("type", "function") != "function") tool.Refuse("type", "only functions are supported here");
    if (const json::value* function = tool.Get("function")) {
      Body inner(*function, "tools[].function.");
      model::Tool made{.name = inner.Text("name"), .description = inner.Text("description")};
      if (const json::value* parameters = inner.Get("parameters")) made.parameters = json::serialize(*parameters);
      if (made.name.empty()) inner.Refuse("name", "expected a name");
      tool.Adopt(inner);
      out.tools.push_back(std::move(made));
    } else {
      tool.Refuse("function", "expected an object");
    }
    body.Adopt(tool);
  }
  const json::value* choice = body.Get("tool_choice");
  if (choice == nullptr) return;
  if (choice->is_string()) {
    out.tool_choice = choice->as_string() == "auto" ? "" : std::string(choice->as_string());
    if (!out.tool_choice.empty() && out.tool_choice != "none" && out.tool_choice != "required")
      body.Refuse("tool_choice", "expected auto, none, required or a function");
    return;
  }
  Body part(*choice, "tool_choice.");
  if (const json::value* function = part.Get("function")) {
    Body inner(*function, "tool_choice.function.");
    out.tool_choice = inner.Text("name");
    part.Adopt(inner);
  } else {
    part.Refuse("function", "expected an object with a name");
  }
  body.Adopt(part);
}

void ReadFormat(Body& body, model::ChatRequest& out) {
  const json::value* format = body.Get("response_format");
  if (format == nullptr) return;
  Body part(*format, "response_format.");
  const std::string type = part.Text("type");
  if (type == "json_object") {
    out.constraint = model::Constraint{"json-schema", R"({"type":"object"})"};
  } else if (type == "json_schema") {
    const json::value* holder = part.Get("json_schema");
    const json::value* schema =
        holder == nullptr || !holder->is_object() ? nullptr : holder->as_object().if_contains("schema");
    if (schema == nullptr)
      part.Refuse("json_schema.schema", "expected a JSON Schema");
    else
      out.constraint = SchemaConstraint(*schema);
  } else if (type != "text") {
    part.Refuse("type", "expected text, json_object or json_schema");
  }
  body.Adopt(part);
}

bool Read(Body& body, Call& out) {
  out.model = body.Text("model", "auto");
  ReadMessages(body, out.chat);
  ReadTools(body, out.chat);
  ReadSampling(body, out.chat);
  ReadFormat(body, out.chat);
  ReadConstraint(body, out.chat.constraint);
  const auto older = body.Whole("max_tokens", 0, 1 << 30), most = body.Whole("max_completion_tokens", 0, 1 << 30);
  out.chat.max_tokens = most.value_or(older.value_or(-1));
  out.stream = body.Flag("stream", false);
  out.stream_usage = false;
  if (const json::value* options = body.Get("stream_options")) {
    Body part(*options, "stream_options.");
    out.stream_usage = part.Flag("include_usage", false);
    body.Adopt(part);
  }
  const std::string effort = body.Text("reasoning_effort");
  out.chat.thinking = effort == "none" || effort == "minimal" ? "off" : effort;
  body.Never("n", "one answer is given per request", 1);
  body.Never("logprobs", "log-probabilities are not given here");
  body.Never("top_logprobs", "log-probabilities are not given here");
  body.Never("logit_bias", "single tokens cannot be weighed here");
  body.Never("functions", "give tools instead");
  body.Never("audio", "only text is supported here");
  body.Never("modalities", "only text is supported here", json::array{"text"});
  body.Never("web_search_options", "nothing is searched here");
  return body.ok();
}

std::string_view FinishOf(const model::ChatReply& reply) {
  switch (reply.finish) {
    case model::Finish::kLength: return "length";
    case model::Finish::kToolCalls: return "tool_calls";
    case model::Finish::kFiltered: return "content_filter";
    default: return reply.message.calls.empty() ? "stop" : "tool_calls";
  }
}

class ChatVoice : public Voice {
 public:
  ChatVoice(const Call& call, AnswerId id) : id_(std::move(id)), usage_(call.stream_usage) {}

  std::string Begin() override { return Chunk(json::object{{"role", "assistant"}, {"content", ""}}, nullptr); }
  std::string Piece(const ChatPiece& piece) override {
    if (piece.kind == ChatPiece::Kind::kText) return Chunk(json::object{{"content", piece.text}}, nullptr);
    if (piece.kind == ChatPiece::Kind::kThinking)
      return Chunk(json::object{{"reasoning_content", piece.text}}, nullptr);
    json::object call{{"index", 0}};
    if (piece.call->id != call_ || calls_ == 0) {
      call_ = piece.call->id;
      call["index"] = calls_++;
      call["id"] = call_, call["type"] = "function";
      call["function"] = {{"name", piece.call->name}, {"arguments", piece.text}};
    } else {
      call["index"] = calls_ - 1;
      call["function"] = {{"arguments", piece.text}};
    }
    return Chunk(json::object{{"tool_calls", json::array{std::move(call)}}}, nullptr);
  }
  std::string End(const model::ChatReply& reply) override {
    std::string out = Chunk(json::object(), json::value(FinishOf(reply)));
    if (usage_) {
      json::object last = Frame("chat.completion.chunk");
      last["choices"] = json::array(), last["usage"] = OpenAiUsage(reply.usage);
      out += Event(json::serialize(last));
    }
    return out + Event("[DONE]");
  }
  std::string Fail(int status, const Error& error) override { return Event(Trim(OpenAiError(status, {error, ""}))); }
  std::string Whole(const model::ChatReply& reply) override {
    json::object message{{"role", "assistant"}, {"content", reply.message.content}, {"refusal", nullptr}};
    if (!reply.message.thinking.empty()) message["reasoning_content"] = reply.message.thinking;
    if (!reply.message.calls.empty()) {
      json::array calls;
      for (const model::ToolCall& call : reply.message.calls)
        calls.push_back(json::object{
            {"id", call.id}, {"type", "function"}, {"function", {{"name", call.name}, {"arguments", call.arguments}}}});
      if (reply.message.content.empty()) message["content"] = nullptr;
      message["tool_calls"] = std::move(calls);
    }
    json::object out = Frame("chat.completion");
    out["choices"] = json::array{json::object{
        {"index", 0}, {"message", std::move(message)}, {"logprobs", nullptr}, {"finish_reason", FinishOf(reply)}}};
    out["usage"] = OpenAiUsage(reply.usage);
    return json::serialize(out) + "\n";
  }

 private:
  json::object Frame(std::string_view object) const {
    return {{"id", "chatcmpl-" + id_.id}, {"object", object}, {"created", id_.created}, {"model", id_.model}};
  }
  std::string Chunk(json::object delta, const json::value& finish) const {
    json::object out = Frame("chat.completion.chunk");
    out["choices"] = json::array{json::object{{"index", 0}, {"delta", std::move(delta)}, {"finish_reason", finish}}};
    return Event(json::serialize(out));
  }

  AnswerId id_;
  bool usage_;
  std::string call_;  // the one under way
  int64_t calls_ = 0;
};

}  // namespace

const Dialect kChatCompletions = {.name = "openai.chat",
                                  .path = "/v1/chat/completions",
                                  .stream_type = "text/event-stream",
                                  .read = &Read,
                                  .voice = [](const Call& call, const AnswerId& id) -> std::unique_ptr<Voice> {
                                    return std::make_unique<ChatVoice>(call, id);
                                  },
                                  .error = &OpenAiError};

}  // namespace heddle::serve
