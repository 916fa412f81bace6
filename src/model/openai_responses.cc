// OpenAI Responses: items instead of messages, and a stream that must end with a terminal event.
#include "model/json_help.h"
#include "model/wire.h"

namespace heddle::model {
namespace {

void EncodeMessage(const Message& message, json::array& out) {
  if (message.role == Role::kTool) {
    out.push_back({{"type", "function_call_output"}, {"call_id", message.call_id}, {"output", message.content}});
    return;
  }
  constexpr std::string_view kRoles[] = {"system", "user", "assistant"};
  const std::string_view type = message.role == Role::kAssistant ? "output_text" : "input_text";
  if (!message.content.empty() || message.calls.empty())
    out.push_back({{"type", "message"},
                   {"role", kRoles[static_cast<size_t>(message.role)]},
                   {"content", json::array{{{"type", type}, {"text", message.content}}}}});
  for (const ToolCall& call : message.calls)
    out.push_back(
        {{"type", "function_call"}, {"call_id", call.id}, {"name", call.name}, {"arguments", call.arguments}});
}

std::string Encode(const ChatRequest& request) {
  json::array input;
  for (const Message& message : request.messages) EncodeMessage(message, input);
  json::object out{{"model", request.model}, {"input", std::move(input)}, {"stream", true}, {"store", false}};
  if (!request.tools.empty()) {
    json::array tools;
    for (const Tool& tool : request.tools)
      tools.push_back({{"type", "function"},
                       {"name", tool.name},
                       {"description", tool.description},
                       {"parameters", ParsedOr(tool.parameters)},
                       {"strict", false}});
    out["tools"] = std::move(tools);
  }
  if (request.tool_choice == "none" || request.tool_choice == "required")
    out["tool_choice"] = request.tool_choice;
  else if (!request.tool_choice.empty())
    out["tool_choice"] = {{"type", "function"}, {"name", request.tool_choice}};
  if (request.temperature) out["temperature"] = *request.temperature;
  if (request.top_p) out["top_p"] = *request.top_p;
  if (request.max_tokens >= 0) out["max_output_tokens"] = request.max_tokens;
  if (request.thinking == "low" || request.thinking == "medium" || request.thinking == "high")
    out["reasoning"] = {{"effort", request.thinking}};
  if (request.constraint && request.constraint->notation == "json-schema")
    out["text"] = {{"format",
                    {{"type", "json_schema"},
                     {"name", "answer"},
                     {"strict", true},
                     {"schema", ParsedOr(request.constraint->text)}}}};
  return json::serialize(out);
}

class ResponsesDecoder : public Decoder {
 public:
  Result<> Take(std::string_view name, std::string_view data, ReplyBuilder& out) override {
    TRY_ASSIGN(const json::value event, ParseJson(data));
    std::string_view type = TextAt(event, "type");
    if (type.empty()) type = name;
    const int64_t index = NumberAt(event, "output_index", 0);
    if (type == "response.output_text.delta" || type == "response.refusal.delta") {
      out.Text(TextAt(event, "delta"));
    } else if (type == "response.reasoning_summary_text.delta" || type == "response.reasoning_text.delta") {
      out.Thinking(TextAt(event, "delta"));
    } else if (type == "response.output_item.added") {
      if (const json::value* item = Find(event, "item"); item != nullptr && TextAt(*item, "type") == "function_call")
        out.Call(index, TextAt(*item, "call_id"), TextAt(*item, "name"), TextAt(*item, "arguments"));
    } else if (type == "response.function_call_arguments.delta") {
      out.Call(index, {}, {}, TextAt(event, "delta"));
    } else if (type == "response.completed" || type == "response.incomplete") {
      Terminal(event, out);
    } else if (type == "response.failed" || type == "error") {
      const json::value* response = Find(event, "response");
      return Error{Code::kUnavailable, ErrorText(response == nullptr ? std::string(data) : json::serialize(*response))};
    }
    return {};  // other events repeat what was said, or are new
  }

 private:
  static void Terminal(const json::value& event, ReplyBuilder& out) {
    const json::value* response = Find(event, "response");
    Finish finish = Finish::kStop;
    if (response != nullptr) {
      out.Model(TextAt(*response, "model"));
      if (const json::value* usage = Find(*response, "usage")) {
        out.usage().prompt_tokens = NumberAt(*usage, "input_tokens", -1);
        out.usage().completion_tokens = NumberAt(*usage, "output_tokens", -1);
        if (const json::value* details = Find(*usage, "input_tokens_details"))
          out.usage().cached_tokens = NumberAt(*details, "cached_tokens", -1);
      }
      if (const json::value* details = Find(*response, "incomplete_details"))
        finish = TextAt(*details, "reason") == "content_filter" ? Finish::kFiltered
                 : details->is_object()                         ? Finish::kLength
                                                                : finish;
    }
    out.End(finish);
  }
};

bool Constrains(std::string_view notation) { return notation == "json-schema"; }

}  // namespace

const Wire kOpenAiResponses = {
    "responses",  "/v1/responses",
    "/v1/models", Framing::kServerEvents,
    &Encode,      [] { return std::unique_ptr<Decoder>(std::make_unique<ResponsesDecoder>()); },
    &Constrains};

}  // namespace heddle::model
