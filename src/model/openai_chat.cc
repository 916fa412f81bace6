// OpenAI Chat Completions, as llama-server, vLLM, LM Studio, Groq and many others speak it.
#include "model/json_help.h"
#include "model/wire.h"

namespace heddle::model {
namespace {

json::value Encoded(const Message& message) {
  constexpr std::string_view kRoles[] = {"system", "user", "assistant", "tool"};
  json::object out{{"role", kRoles[static_cast<size_t>(message.role)]}, {"content", message.content}};
  if (message.role == Role::kTool) out["tool_call_id"] = message.call_id;
  if (message.calls.empty()) return out;
  if (message.content.empty()) out["content"] = nullptr;
  json::array calls;
  for (const ToolCall& call : message.calls)
    calls.push_back(
        {{"id", call.id}, {"type", "function"}, {"function", {{"name", call.name}, {"arguments", call.arguments}}}});
  out["tool_calls"] = std::move(calls);
  return out;
}

std::string Encode(const ChatRequest& request) {
  json::array messages;
  for (const Message& message : request.messages) messages.push_back(Encoded(message));
  json::object out{{"model", request.model},
                   {"messages", std::move(messages)},
                   {"stream", true},
                   {"stream_options", {{"include_usage", true}}}};
  if (!request.tools.empty()) {
    json::array tools;
    for (const Tool& tool : request.tools)
      tools.push_back(
          {{"type", "function"},
           {"function",
            {{"name", tool.name}, {"description", tool.description}, {"parameters", ParsedOr(tool.parameters)}}}});
    out["tools"] = std::move(tools);
  }
  if (request.tool_choice == "none" || request.tool_choice == "required")
    out["tool_choice"] = request.tool_choice;
  else if (!request.tool_choice.empty())
    out["tool_choice"] = {{"type", "function"}, {"function", {{"name", request.tool_choice}}}};
  AddSampling(request, out);
  // The older name is the one that every server knows.
  if (request.max_tokens >= 0) out["max_tokens"] = request.max_tokens;
  if (request.thinking == "low" || request.thinking == "medium" || request.thinking == "high")
    out["reasoning_effort"] = request.thinking;
  if (request.thinking == "off") out["chat_template_kwargs"] = {{"enable_thinking", false}};
  if (request.constraint && request.constraint->notation == "json-schema")
    out["response_format"] = {
        {"type", "json_schema"},
        {"json_schema", {{"name", "answer"}, {"strict", true}, {"schema", ParsedOr(request.constraint->text)}}}};
  if (request.constraint && request.constraint->notation == "gbnf") out["grammar"] = request.constraint->text;
  return json::serialize(out);
}

Finish FinishOf(std::string_view reason) {
  if (reason == "length") return Finish::kLength;
  if (reason == "tool_calls" || reason == "function_call") return Finish::kToolCalls;
  if (reason == "content_filter") return Finish::kFiltered;
  return Finish::kStop;
}

class ChatDecoder : public Decoder {
 public:
  Result<> Take(std::string_view, std::string_view data, ReplyBuilder& out) override {
    if (Trim(data) == "[DONE]") return out.ended() ? Result<>() : (out.End(Finish::kStop), Result<>());
    TRY_ASSIGN(const json::value event, ParseJson(data));
    if (Find(event, "error") != nullptr) return Error{Code::kUnavailable, ErrorText(data)};
    if (const auto name = TextAt(event, "model"); !name.empty()) out.Model(name);
    if (const json::value* usage = Find(event, "usage"); usage != nullptr && usage->is_object()) {
      out.usage().prompt_tokens = NumberAt(*usage, "prompt_tokens", out.usage().prompt_tokens);
      out.usage().completion_tokens = NumberAt(*usage, "completion_tokens", out.usage().completion_tokens);
      if (const json::value* details = Find(*usage, "prompt_tokens_details"))
        out.usage().cached_tokens = NumberAt(*details, "cached_tokens", out.usage().cached_tokens);
    }
    for (const json::value& choice : ListAt(event, "choices")) {
      if (NumberAt(choice, "index", 0) != 0) continue;
      const json::value* delta = Find(choice, "delta");
      if (delta == nullptr) delta = Find(choice, "message");  // a server that does not stream
      if (delta != nullptr) Delta(*delta, out);
      if (const auto reason = TextAt(choice, "finish_reason"); !reason.empty()) out.End(FinishOf(reason));
    }
    return {};
  }

 private:
  void Delta(const json::value& delta, ReplyBuilder& out) {
    out.Thinking(TextAt(delta, "reasoning_content"));
    if (Find(delta, "reasoning_content") == nullptr) out.Thinking(TextAt(delta, "reasoning"));
    out.Text(TextAt(delta, "content"));
    for (const json::value& call : ListAt(delta, "tool_calls")) {
      const json::value* function = Find(call, "function");
      const std::string_view name = function == nullptr ? std::string_view() : TextAt(*function, "name");
      // Without an index, a name begins the next call.
      int64_t index = NumberAt(call, "index", -1);
      if (index < 0) index = name.empty() ? std::max<int64_t>(last_, 0) : last_ + 1;
      last_ = index;
      std::string arguments(function == nullptr ? std::string_view() : TextAt(*function, "arguments"));
      if (function != nullptr && arguments.empty()) {
        if (const json::value* object = Find(*function, "arguments"); object != nullptr && object->is_object())
          arguments = json::serialize(*object);
      }
      out.Call(index, TextAt(call, "id"), name, arguments);
    }
  }
  int64_t last_ = -1;
};

bool Constrains(std::string_view notation) { return notation == "json-schema" || notation == "gbnf"; }

}  // namespace

const Wire kOpenAiChat = {"openai",     "/v1/chat/completions",
                          "/v1/models", Framing::kServerEvents,
                          &Encode,      [] { return std::unique_ptr<Decoder>(std::make_unique<ChatDecoder>()); },
                          &Constrains};

}  // namespace heddle::model
