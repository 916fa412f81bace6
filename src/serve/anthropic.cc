// Anthropic Messages.
#include <algorithm>

#include "base/text.h"
#include "serve/dialect.h"

namespace heddle::serve {
namespace {

using model::ChatPiece;
using model::Role;

std::string ErrorOf(int status, const Refusal& refusal) {
  return json::serialize(json::object{{"type", "error"},
                                      {"error", {{"type", ErrorType(status)}, {"message", refusal.error.message}}}}) +
         "\n";
}

// One block of a message; results of tools are messages of their own here.
void ReadBlock(Body& block, model::Message& message, std::vector<model::Message>& results) {
  const std::string type = block.Text("type");
  if (type == "text") {
    message.content += block.Text("text");
  } else if (type == "thinking") {
    message.thinking += block.Text("thinking"), message.signature = block.Text("signature");
  } else if (type == "tool_use") {
    const json::value* input = block.Get("input");
    message.calls.push_back({.id = block.Text("id"),
                             .name = block.Text("name"),
                             .arguments = input == nullptr ? "{}" : json::serialize(*input)});
  } else if (type == "tool_result") {
    model::Message& result = results.emplace_back();
    result.role = Role::kTool, result.call_id = block.Text("tool_use_id");
    result.content = ReadContent(block, "content"), result.failed = block.Flag("is_error", false);
  } else if (type != "redacted_thinking") {
    block.Refuse("type", Cat({"'", type, "' is not supported here"}));
  }
}

void ReadMessages(Body& body, model::ChatRequest& out) {
  const json::array* messages = body.List("messages");
  if (messages == nullptr || messages->empty()) return body.Refuse("messages", "expected a list that is not empty");
  for (const json::value& each : *messages) {
    Body part(each, "messages[].");
    const std::string role = part.Text("role");
    if (role != "user" && role != "assistant") part.Refuse("role", "expected user or assistant");
    model::Message message{.role = role == "user" ? Role::kUser : Role::kAssistant};
    std::vector<model::Message> results;
    const json::value* content = part.Get("content");
    if (content != nullptr && content->is_array()) {
      for (const json::value& inner : content->as_array()) {
        Body block(inner, "messages[].content[].");
        ReadBlock(block, message, results);
        part.Adopt(block);
      }
    } else {
      message.content = part.Text("content");
    }
    body.Adopt(part);
    const bool only_results = !results.empty() && message.content.empty();
    for (model::Message& result : results) out.messages.push_back(std::move(result));
    if (!only_results) out.messages.push_back(std::move(message));
  }
}

void ReadTools(Body& body, model::ChatRequest& out) {
  const json::array* tools = body.List("tools");
  for (size_t i = 0; tools != nullptr && i < tools->size(); ++i) {
    Body tool((*tools)[i], "tools[].");
    if (const std::string type = tool.Text("type", "custom"); type != "custom")
      tool.Refuse("type", Cat({"'", type, "' is a tool of the server's, which this one has not"}));
    model::Tool& made = out.tools.emplace_back();
    made.name = tool.Text("name"), made.description = tool.Text("description");
    if (made.name.empty()) tool.Refuse("name", "expected a name");
    if (const json::value* schema = tool.Get("input_schema")) made.parameters = json::serialize(*schema);
    body.Adopt(tool);
  }
  const json::value* choice = body.Get("tool_choice");
  if (choice == nullptr) return;
  Body part(*choice, "tool_choice.");
  const std::string type = part.Text("type");
  if (type == "any")
    out.tool_choice = "required";
  else if (type == "none")
    out.tool_choice = "none";
  else if (type == "tool")
    out.tool_choice = part.Text("name");
  else if (type != "auto")
    part.Refuse("type", "expected auto, any, tool or none");
  body.Adopt(part);
}

bool Read(Body& body, Call& out) {
  out.model = body.Text("model", "auto");
  if (const json::value* system = body.Get("system")) {
    const std::string text = system->is_string() ? body.Text("system") : ReadContent(body, "system");
    if (!text.empty()) out.chat.messages.push_back({.role = Role::kSystem, .content = text});
  }
  ReadMessages(body, out.chat);
  ReadTools(body, out.chat);
  ReadSampling(body, out.chat);
  if (auto stops = body.Texts("stop_sequences"); !stops.empty()) out.chat.stop = std::move(stops);
  const auto most = body.Whole("max_tokens", 1, 1 << 30);
  if (!most && out.job == Job::kChat) body.Refuse("max_tokens", "expected a number: this wire demands it");
  out.chat.max_tokens = most.value_or(-1);
  ReadConstraint(body, out.chat.constraint);
  if (const json::value* config = body.Get("output_config")) {
    Body part(*config, "output_config.");
    out.chat.thinking = part.Text("effort");
    if (const json::value* format = part.Get("format"); format != nullptr && format->is_object()) {
      if (const json::value* schema = format->as_object().if_contains("schema"))
        out.chat.constraint = SchemaConstraint(*schema);
    }
    body.Adopt(part);
  }
  if (const json::value* thinking = body.Get("thinking")) {
    Body part(*thinking, "thinking.");
    const std::string type = part.Text("type");
    if (type == "disabled")
      out.chat.thinking = "off";
    else if (type == "enabled" || type == "adaptive")
      out.chat.thinking = out.chat.thinking.empty() ? "on" : out.chat.thinking;
    else
      part.Refuse("type", "expected enabled, adaptive or disabled");
    body.Adopt(part);
  }
  out.stream = body.Flag("stream", false);
  body.Never("mcp_servers", "no MCP servers are asked here");
  body.Never("container", "nothing is run here");
  return body.ok();
}

json::object UsageOf(const model::Usage& usage) {
  const int64_t cached = std::max<int64_t>(usage.cached_tokens, 0);
  return {{"input_tokens", std::max<int64_t>(usage.prompt_tokens - cached, 0)},
          {"cache_creation_input_tokens", 0},
          {"cache_read_input_tokens", cached},
          {"output_tokens", std::max<int64_t>(usage.completion_tokens, 0)}};
}

std::string_view StopOf(const model::ChatReply& reply) {
  if (!reply.message.calls.empty()) return "tool_use";
  return reply.finish == model::Finish::kLength     ? "max_tokens"
         : reply.finish == model::Finish::kFiltered ? "refusal"
                                                    : "end_turn";
}

class MessageVoice : public Voice {
 public:
  MessageVoice(const Call&, AnswerId id) : id_(std::move(id)) {}

  std::string Begin() override {
    json::object message = Frame();
    message["content"] = json::array(), message["stop_reason"] = nullptr, message["usage"] = UsageOf({});
    return Send("message_start", json::object{{"message", std::move(message)}});
  }
  std::string Piece(const ChatPiece& piece) override {
    std::string out;
    if (!open_ || piece.kind != kind_ || (piece.call != nullptr && piece.call->id != call_)) {
      out += Close();
      kind_ = piece.kind, open_ = true;
      json::object block = piece.kind == ChatPiece::Kind::kText ? json::object{{"type", "text"}, {"text", ""}}
                           : piece.kind == ChatPiece::Kind::kThinking
                               ? json::object{{"type", "thinking"}, {"thinking", ""}, {"signature", ""}}
                               : json::object{{"type", "tool_use"},
                                              {"id", piece.call->id},
                                              {"name", piece.call->name},
                                              {"input", json::object()}};
      if (piece.call != nullptr) call_ = piece.call->id;
      out += Send("content_block_start", json::object{{"index", index_}, {"content_block", std::move(block)}});
    }
    json::object delta = piece.kind == ChatPiece::Kind::kText
                             ? json::object{{"type", "text_delta"}, {"text", piece.text}}
                         : piece.kind == ChatPiece::Kind::kThinking
                             ? json::object{{"type", "thinking_delta"}, {"thinking", piece.text}}
                             : json::object{{"type", "input_json_delta"}, {"partial_json", piece.text}};
    return out + Send("content_block_delta", json::object{{"index", index_}, {"delta", std::move(delta)}});
  }
  std::string End(const model::ChatReply& reply) override {
    std::string out = Close();
    out += Send("message_delta", json::object{{"delta", {{"stop_reason", StopOf(reply)}, {"stop_sequence", nullptr}}},
                                              {"usage", UsageOf(reply.usage)}});
    return out + Send("message_stop", json::object());
  }
  std::string Fail(int status, const Error& error) override {
    return Event(Trim(ErrorOf(status, {error, ""})), "error");
  }
  std::string Whole(const model::ChatReply& reply) override {
    json::array content;
    if (!reply.message.thinking.empty())
      content.push_back(json::object{
          {"type", "thinking"}, {"thinking", reply.message.thinking}, {"signature", reply.message.signature}});
    if (!reply.message.content.empty() || reply.message.calls.empty())
      content.push_back(json::object{{"type", "text"}, {"text", reply.message.content}});
    for (const model::ToolCall& call : reply.message.calls) {
      boost::system::error_code failed;
      json::value input = json::parse(call.arguments, failed, {}, {.max_depth = 64});
      if (failed) input = json::object();
      content.push_back(
          json::object{{"type", "tool_use"}, {"id", call.id}, {"name", call.name}, {"input", std::move(input)}});
    }
    json::object out = Frame();
    out["content"] = std::move(content), out["stop_reason"] = StopOf(reply), out["usage"] = UsageOf(reply.usage);
    return json::serialize(out) + "\n";
  }

 private:
  json::object Frame() const {
    return {{"id", "msg_" + id_.id},
            {"type", "message"},
            {"role", "assistant"},
            {"model", id_.model},
            {"stop_sequence", nullptr}};
  }
  static std::string Send(std::string_view type, json::object data) {
    json::object event{{"type", type}};
    for (auto& [key, value] : data) event[key] = std::move(value);
    return Event(json::serialize(event), type);
  }
  std::string Close() {
    if (!open_) return {};
    open_ = false;
    return Send("content_block_stop", json::object{{"index", index_++}});
  }

  AnswerId id_;
  int64_t index_ = 0;
  bool open_ = false;
  ChatPiece::Kind kind_ = ChatPiece::Kind::kText;
  std::string call_;
};

}  // namespace

const Dialect kMessages = {.name = "anthropic",
                           .path = "/v1/messages",
                           .stream_type = "text/event-stream",
                           .read = &Read,
                           .voice = [](const Call& call, const AnswerId& id) -> std::unique_ptr<Voice> {
                             return std::make_unique<MessageVoice>(call, id);
                           },
                           .error = &ErrorOf};

const Dialect kCountTokens = {
    .name = "anthropic.count",
    .path = "/v1/messages/count_tokens",
    .read =
        [](Body& body, Call& out) {
          out.job = Job::kCount;
          return Read(body, out);
        },
    .count = [](int64_t tokens) { return json::serialize(json::object{{"input_tokens", tokens}}) + "\n"; },
    .error = &ErrorOf};

}  // namespace heddle::serve
