// Ollama's own wire: the only one on which the window and the time a model stays loaded can be chosen.
#include "model/json_help.h"
#include "model/wire.h"

namespace heddle::model {
namespace {

json::value Encoded(const Message& message) {
  constexpr std::string_view kRoles[] = {"system", "user", "assistant", "tool"};
  json::object out{{"role", kRoles[static_cast<size_t>(message.role)]}, {"content", message.content}};
  if (message.role == Role::kTool) out["tool_name"] = message.tool_name;
  if (!message.thinking.empty()) out["thinking"] = message.thinking;
  if (message.calls.empty()) return out;
  json::array calls;
  for (const ToolCall& call : message.calls)
    calls.push_back(json::object{{"function", {{"name", call.name}, {"arguments", ParsedOr(call.arguments)}}}});
  out["tool_calls"] = std::move(calls);
  return out;
}

std::string Encode(const ChatRequest& request) {
  json::array messages;
  for (const Message& message : request.messages) messages.push_back(Encoded(message));
  json::object out{{"model", request.model}, {"messages", std::move(messages)}, {"stream", true}};
  if (!request.tools.empty() && request.tool_choice != "none") {
    json::array tools;
    for (const Tool& tool : request.tools)
      tools.push_back(
          {{"type", "function"},
           {"function",
            {{"name", tool.name}, {"description", tool.description}, {"parameters", ParsedOr(tool.parameters)}}}});
    out["tools"] = std::move(tools);
  }
  json::object options;
  if (request.context > 0) options["num_ctx"] = request.context;
  if (request.max_tokens >= 0) options["num_predict"] = request.max_tokens;
  AddSampling(request, options);
  if (!options.empty()) out["options"] = std::move(options);
  if (!request.keep_alive.empty()) out["keep_alive"] = request.keep_alive;
  if (request.thinking == "off") out["think"] = false;
  if (request.thinking == "on") out["think"] = true;
  if (request.thinking == "low" || request.thinking == "medium" || request.thinking == "high")
    out["think"] = request.thinking;
  if (request.constraint && request.constraint->notation == "json-schema")
    out["format"] = ParsedOr(request.constraint->text);
  return json::serialize(out);
}

class OllamaDecoder : public Decoder {
 public:
  Result<> Take(std::string_view, std::string_view data, ReplyBuilder& out) override {
    TRY_ASSIGN(const json::value line, ParseJson(data));
    if (Find(line, "error") != nullptr) return Error{Code::kUnavailable, ErrorText(data)};
    if (const auto name = TextAt(line, "model"); !name.empty()) out.Model(name);
    if (const json::value* message = Find(line, "message")) {
      out.Thinking(TextAt(*message, "thinking"));
      out.Text(TextAt(*message, "content"));
      for (const json::value& call : ListAt(*message, "tool_calls")) {
        if (const json::value* function = Find(call, "function")) {
          const json::value* arguments = Find(*function, "arguments");
          out.Call(calls_++, TextAt(call, "id"), TextAt(*function, "name"),
                   arguments == nullptr ? "" : json::serialize(*arguments));
        }
      }
    }
    const json::value* done = Find(line, "done");
    if (done == nullptr || !done->is_bool() || !done->as_bool()) return {};
    out.usage().prompt_tokens = NumberAt(line, "prompt_eval_count", -1);
    out.usage().completion_tokens = NumberAt(line, "eval_count", -1);
    out.End(TextAt(line, "done_reason") == "length" ? Finish::kLength : Finish::kStop);
    return {};
  }

 private:
  int64_t calls_ = 0;  // every one comes whole
};

bool Constrains(std::string_view notation) { return notation == "json-schema"; }

constexpr const Wire* kWires[] = {&kOpenAiChat, &kOpenAiResponses, &kAnthropic, &kOllama};

}  // namespace

const Wire kOllama = {"ollama",    "/api/chat",
                      "/api/tags", Framing::kLines,
                      &Encode,     [] { return std::unique_ptr<Decoder>(std::make_unique<OllamaDecoder>()); },
                      &Constrains};

const Wire* FindWire(std::string_view name) {
  for (const Wire* wire : kWires) {
    if (wire->name == name) return wire;
  }
  return nullptr;
}

std::string ErrorText(std::string_view body) {
  constexpr size_t kMost = 500;
  if (const auto value = ParseJson(body)) {
    if (const json::value* error = Find(*value, "error")) {
      if (const json::string* text = error->if_string()) return ForTerminal(std::string_view(*text).substr(0, kMost));
      if (const auto message = TextAt(*error, "message"); !message.empty())
        return ForTerminal(message.substr(0, kMost));
    }
    if (const auto message = TextAt(*value, "message"); !message.empty()) return ForTerminal(message.substr(0, kMost));
  }
  return ForTerminal(Trim(body).substr(0, kMost));
}

}  // namespace heddle::model
