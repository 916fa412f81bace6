// Anthropic Messages. A schema for the answer becomes a tool that must be called: its input is the answer.
#include "model/json_help.h"
#include "model/wire.h"

namespace heddle::model {
namespace {

constexpr std::string_view kAnswerTool = "answer";
constexpr int64_t kMaxTokens = 4096;  // the wire wants a number

json::array Blocks(const Message& message) {
  json::array out;
  if (message.role == Role::kTool) {
    json::object result{{"type", "tool_result"}, {"tool_use_id", message.call_id}, {"content", message.content}};
    if (message.failed) result["is_error"] = true;
    out.push_back(std::move(result));
    return out;
  }
  if (!message.signature.empty())
    out.push_back({{"type", "thinking"}, {"thinking", message.thinking}, {"signature", message.signature}});
  if (!message.content.empty()) out.push_back({{"type", "text"}, {"text", message.content}});
  for (const ToolCall& call : message.calls)
    out.push_back({{"type", "tool_use"}, {"id", call.id}, {"name", call.name}, {"input", ParsedOr(call.arguments)}});
  return out;
}

std::string Encode(const ChatRequest& request) {
  std::string system;
  json::array messages;
  for (const Message& message : request.messages) {
    if (message.role == Role::kSystem) {
      system += system.empty() ? message.content : "\n\n" + message.content;
      continue;
    }
    // Answers of tools are the user's, and what one side says in a row is one message.
    const std::string_view role = message.role == Role::kAssistant ? "assistant" : "user";
    json::array blocks = Blocks(message);
    if (!messages.empty() && TextAt(messages.back(), "role") == role) {
      json::array& before = messages.back().at("content").as_array();
      before.insert(before.end(), blocks.begin(), blocks.end());
    } else {
      messages.push_back({{"role", role}, {"content", std::move(blocks)}});
    }
  }
  json::object out{{"model", request.model},
                   {"max_tokens", request.max_tokens >= 0 ? request.max_tokens : kMaxTokens},
                   {"messages", std::move(messages)},
                   {"stream", true}};
  if (!system.empty()) out["system"] = system;
  json::array tools;
  for (const Tool& tool : request.tools)
    tools.push_back(
        {{"name", tool.name}, {"description", tool.description}, {"input_schema", ParsedOr(tool.parameters)}});
  std::string choice = request.tool_choice;
  if (request.constraint && request.constraint->notation == "json-schema") {
    tools.push_back({{"name", kAnswerTool},
                     {"description", "Give the answer."},
                     {"input_schema", ParsedOr(request.constraint->text)}});
    choice = kAnswerTool;
  }
  if (!tools.empty()) {
    out["tools"] = std::move(tools);
    if (choice == "none")
      out["tool_choice"] = {{"type", "none"}};
    else if (choice == "required")
      out["tool_choice"] = {{"type", "any"}};
    else if (!choice.empty())
      out["tool_choice"] = {{"type", "tool"}, {"name", choice}};
  }
  if (request.temperature) out["temperature"] = *request.temperature;
  if (request.top_p) out["top_p"] = *request.top_p;
  if (request.top_k) out["top_k"] = *request.top_k;
  if (!request.stop.empty()) out["stop_sequences"] = json::value_from(request.stop);
  if (!request.thinking.empty() && request.thinking != "off") {
    out["thinking"] = {{"type", "adaptive"}};
    if (request.thinking != "on") out["output_config"] = {{"effort", request.thinking}};
  }
  return json::serialize(out);
}

class MessagesDecoder : public Decoder {
 public:
  Result<> Take(std::string_view name, std::string_view data, ReplyBuilder& out) override {
    TRY_ASSIGN(const json::value event, ParseJson(data));
    std::string_view type = TextAt(event, "type");
    if (type.empty()) type = name;
    if (type == "error") return Error{Code::kUnavailable, ErrorText(data)};
    if (type == "message_start") {
      if (const json::value* message = Find(event, "message")) {
        out.Model(TextAt(*message, "model"));
        if (const json::value* usage = Find(*message, "usage")) TakeUsage(*usage, out);
      }
    } else if (type == "content_block_start") {
      if (const json::value* block = Find(event, "content_block")) Begin(NumberAt(event, "index", 0), *block, out);
    } else if (type == "content_block_delta") {
      if (const json::value* delta = Find(event, "delta")) Delta(NumberAt(event, "index", 0), *delta, out);
    } else if (type == "message_delta") {
      if (const json::value* usage = Find(event, "usage")) TakeUsage(*usage, out);
      if (const json::value* delta = Find(event, "delta")) reason_ = TextAt(*delta, "stop_reason");
    } else if (type == "message_stop") {
      out.End(FinishOf());
    }
    return {};
  }

 private:
  // The prompt's tokens come in three parts: read anew, from a cache, into a cache.
  static void TakeUsage(const json::value& usage, ReplyBuilder& out) {
    if (const int64_t fresh = NumberAt(usage, "input_tokens", -1); fresh >= 0) {
      const int64_t cached = NumberAt(usage, "cache_read_input_tokens", 0);
      out.usage().prompt_tokens = fresh + cached + NumberAt(usage, "cache_creation_input_tokens", 0);
      out.usage().cached_tokens = cached;
    }
    out.usage().completion_tokens = NumberAt(usage, "output_tokens", out.usage().completion_tokens);
  }
  void Begin(int64_t index, const json::value& block, ReplyBuilder& out) {
    const std::string_view type = TextAt(block, "type");
    if (type == "text") out.Text(TextAt(block, "text"));
    if (type == "thinking") out.Thinking(TextAt(block, "thinking"));
    if (type != "tool_use") return;
    if (TextAt(block, "name") == kAnswerTool) {
      answer_ = index;
      return;
    }
    const json::value* input = Find(block, "input");
    const bool whole = input != nullptr && input->is_object() && !input->as_object().empty();
    out.Call(index, TextAt(block, "id"), TextAt(block, "name"), whole ? json::serialize(*input) : "");
  }
  void Delta(int64_t index, const json::value& delta, ReplyBuilder& out) {
    const std::string_view type = TextAt(delta, "type");
    if (type == "text_delta") out.Text(TextAt(delta, "text"));
    if (type == "thinking_delta") out.Thinking(TextAt(delta, "thinking"));
    if (type == "signature_delta") out.Signature(TextAt(delta, "signature"));
    if (type != "input_json_delta") return;
    if (index == answer_)
      out.Text(TextAt(delta, "partial_json"));
    else
      out.Call(index, {}, {}, TextAt(delta, "partial_json"));
  }
  Finish FinishOf() const {
    if (reason_ == "max_tokens" || reason_ == "model_context_window_exceeded") return Finish::kLength;
    if (reason_ == "tool_use") return answer_ >= 0 ? Finish::kStop : Finish::kToolCalls;
    if (reason_ == "refusal") return Finish::kFiltered;
    return Finish::kStop;
  }

  int64_t answer_ = -1;
  std::string reason_;
};

bool Constrains(std::string_view notation) { return notation == "json-schema"; }

}  // namespace

const Wire kAnthropic = {"anthropic",  "/v1/messages",
                         "/v1/models", Framing::kServerEvents,
                         &Encode,      [] { return std::unique_ptr<Decoder>(std::make_unique<MessagesDecoder>()); },
                         &Constrains};

}  // namespace heddle::model
