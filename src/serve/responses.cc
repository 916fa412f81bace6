// OpenAI Responses, without state: a conversation is sent whole each time.
#include <algorithm>

#include "base/text.h"
#include "serve/dialect.h"

namespace heddle::serve {
namespace {

using model::ChatPiece;
using model::Role;

void ReadItem(Body& item, model::ChatRequest& out) {
  const std::string type = item.Text("type", "message");
  if (type == "message") {
    const std::string role = item.Text("role");
    constexpr std::pair<std::string_view, Role> kRoles[] = {{"system", Role::kSystem},
                                                            {"developer", Role::kSystem},
                                                            {"user", Role::kUser},
                                                            {"assistant", Role::kAssistant}};
    const auto* known =
        std::find_if(std::begin(kRoles), std::end(kRoles), [&](const auto& row) { return row.first == role; });
    if (known == std::end(kRoles)) return item.Refuse("role", "expected system, developer, user or assistant");
    out.messages.push_back({.role = known->second, .content = ReadContent(item, "content")});
  } else if (type == "function_call") {
    // Calls of one turn belong to one message.
    if (out.messages.empty() || out.messages.back().role != Role::kAssistant)
      out.messages.push_back({.role = Role::kAssistant});
    out.messages.back().calls.push_back(
        {.id = item.Text("call_id"), .name = item.Text("name"), .arguments = item.Text("arguments", "{}")});
  } else if (type == "function_call_output") {
    out.messages.push_back(
        {.role = Role::kTool, .content = ReadContent(item, "output"), .call_id = item.Text("call_id")});
  } else if (type != "reasoning") {  // which is the model's own, sent back
    item.Refuse("type", Cat({"'", type, "' is not supported here"}));
  }
}

void ReadTools(Body& body, Call& out) {
  const json::array* tools = body.List("tools");
  for (size_t i = 0; tools != nullptr && i < tools->size(); ++i) {
    Body tool((*tools)[i], "tools[].");
    if (const std::string type = tool.Text("type", "function"); type != "function") {
      out.ignored.push_back(Cat({"tools[].", type}));  // a tool of the server's, which this one has not
      continue;
    }
    model::Tool& made = out.chat.tools.emplace_back();
    made.name = tool.Text("name"), made.description = tool.Text("description");
    if (const json::value* parameters = tool.Get("parameters")) made.parameters = json::serialize(*parameters);
    if (made.name.empty()) tool.Refuse("name", "expected a name");
    body.Adopt(tool);
  }
  const json::value* choice = body.Get("tool_choice");
  if (choice == nullptr) return;
  if (choice->is_string()) {
    out.chat.tool_choice = choice->as_string() == "auto" ? "" : std::string(choice->as_string());
    if (!out.chat.tool_choice.empty() && out.chat.tool_choice != "none" && out.chat.tool_choice != "required")
      body.Refuse("tool_choice", "expected auto, none, required or a function");
  } else {
    Body part(*choice, "tool_choice.");
    out.chat.tool_choice = part.Text("name");
    body.Adopt(part);
  }
}

bool Read(Body& body, Call& out) {
  out.model = body.Text("model", "auto");
  if (const std::string instructions = body.Text("instructions"); !instructions.empty())
    out.chat.messages.push_back({.role = Role::kSystem, .content = instructions});
  const json::value* input = body.Get("input");
  if (input != nullptr && input->is_string()) {
    out.chat.messages.push_back({.role = Role::kUser, .content = std::string(input->as_string())});
  } else if (input != nullptr && input->is_array()) {
    for (const json::value& each : input->as_array()) {
      Body item(each, "input[].");
      ReadItem(item, out.chat);
      body.Adopt(item);
    }
  } else {
    body.Refuse("input", "expected a text or a list of items");
  }
  ReadTools(body, out);
  ReadSampling(body, out.chat);
  if (const json::value* text = body.Get("text")) {
    Body part(*text, "text.");
    if (const json::value* format = part.Get("format")) {
      Body inner(*format, "text.format.");
      const std::string type = inner.Text("type");
      const json::value* schema = inner.Get("schema");
      if (type == "json_object")
        out.chat.constraint = model::Constraint{"json-schema", R"({"type":"object"})"};
      else if (type == "json_schema" && schema != nullptr)
        out.chat.constraint = SchemaConstraint(*schema);
      else if (type != "text")
        inner.Refuse("type", "expected text, json_object, or json_schema with a schema");
      part.Adopt(inner);
    }
    body.Adopt(part);
  }
  ReadConstraint(body, out.chat.constraint);
  if (const json::value* reasoning = body.Get("reasoning")) {
    Body part(*reasoning, "reasoning.");
    const std::string effort = part.Text("effort");
    out.chat.thinking = effort == "none" || effort == "minimal" ? "off" : effort;
    body.Adopt(part);
  }
  out.chat.max_tokens = body.Whole("max_output_tokens", 0, 1 << 30).value_or(-1);
  out.stream = body.Flag("stream", false);
  body.Never("previous_response_id", "nothing is kept between requests; send the whole conversation");
  body.Never("conversation", "nothing is kept between requests; send the whole conversation");
  body.Never("background", "answers are given at once");
  body.Never("prompt", "prompts are not kept here; send instructions and input");
  body.Never("top_logprobs", "log-probabilities are not given here");
  return body.ok();
}

class ResponseVoice : public Voice {
 public:
  ResponseVoice(const Call&, AnswerId id) : id_(std::move(id)) {}

  std::string Begin() override {
    const json::object response = Frame("in_progress", json::array());
    std::string out = Send("response.created", json::object{{"response", response}});
    out += Send("response.in_progress", json::object{{"response", response}});
    return out;
  }
  std::string Piece(const ChatPiece& piece) override {
    const Kind kind = piece.kind == ChatPiece::Kind::kText       ? Kind::kMessage
                      : piece.kind == ChatPiece::Kind::kThinking ? Kind::kReasoning
                                                                 : Kind::kCall;
    std::string out;
    if (kind != open_ || (kind == Kind::kCall && piece.call->id != call_.id)) {
      out += Close();
      open_ = kind;
      if (kind == Kind::kCall) call_ = {.id = piece.call->id, .name = piece.call->name};
      out += Open();
    }
    text_ += piece.text;
    out += Send(DeltaName(), Place(json::object{{"delta", piece.text}}));
    return out;
  }
  std::string End(const model::ChatReply& reply) override {
    std::string out = Close();
    const bool cut = reply.finish == model::Finish::kLength;
    json::object response = Finished(reply, items_);
    return out +
           Send(cut ? "response.incomplete" : "response.completed", json::object{{"response", std::move(response)}});
  }
  std::string Fail(int status, const Error& error) override {
    json::object response = Frame("failed", items_);
    response["error"] = {{"code", status == 429 ? "rate_limit_exceeded" : "server_error"}, {"message", error.message}};
    return Send("response.failed", json::object{{"response", std::move(response)}});
  }
  std::string Whole(const model::ChatReply& reply) override {
    json::array items;
    const auto add = [&](Kind kind, std::string text) {
      if (text.empty() && kind != Kind::kCall) return;
      open_ = kind, text_ = std::move(text);
      items.push_back(Item("completed"));
      ++index_;
    };
    add(Kind::kReasoning, reply.message.thinking);
    add(Kind::kMessage, reply.message.content);
    for (const model::ToolCall& call : reply.message.calls) {
      call_ = call;
      add(Kind::kCall, call.arguments);
    }
    return json::serialize(Finished(reply, items)) + "\n";
  }

 private:
  enum class Kind : uint8_t { kNone, kMessage, kReasoning, kCall };

  json::object Frame(std::string_view status, const json::array& output) const {
    return {{"id", "resp_" + id_.id},
            {"object", "response"},
            {"created_at", id_.created},
            {"status", status},
            {"error", nullptr},
            {"model", id_.model},
            {"output", output},
            {"parallel_tool_calls", true},
            {"incomplete_details", nullptr},
            {"instructions", nullptr},
            {"metadata", json::object()},
            {"tools", json::array()},
            {"tool_choice", "auto"},
            {"temperature", nullptr},
            {"top_p", nullptr}};
  }
  json::object Finished(const model::ChatReply& reply, const json::array& items) const {
    const bool cut = reply.finish == model::Finish::kLength;
    json::object out = Frame(cut ? "incomplete" : "completed", items);
    if (cut) out["incomplete_details"] = {{"reason", "max_output_tokens"}};
    const auto count = [](int64_t n) { return std::max<int64_t>(n, 0); };
    out["usage"] = {{"input_tokens", count(reply.usage.prompt_tokens)},
                    {"input_tokens_details", {{"cached_tokens", count(reply.usage.cached_tokens)}}},
                    {"output_tokens", count(reply.usage.completion_tokens)},
                    {"output_tokens_details", {{"reasoning_tokens", 0}}},
                    {"total_tokens", count(reply.usage.prompt_tokens) + count(reply.usage.completion_tokens)}};
    return out;
  }
  std::string Send(std::string_view type, json::object data) {
    json::object event{{"type", type}, {"sequence_number", sequence_++}};
    for (auto& [key, value] : data) event[key] = std::move(value);
    return Event(json::serialize(event), type);
  }
  std::string ItemId() const {
    constexpr std::string_view kPrefix[] = {"", "msg_", "rs_", "fc_"};
    return Cat({kPrefix[static_cast<size_t>(open_)], id_.id, "_", std::to_string(index_)});
  }
  json::object Part(std::string_view text) const {
    if (open_ == Kind::kReasoning) return {{"type", "reasoning_text"}, {"text", text}};
    return {{"type", "output_text"}, {"text", text}, {"annotations", json::array()}};
  }
  json::object Item(std::string_view status) const {
    const bool done = status == "completed";
    switch (open_) {
      case Kind::kMessage:
        return {{"type", "message"},
                {"id", ItemId()},
                {"status", status},
                {"role", "assistant"},
                {"content", done ? json::array{Part(text_)} : json::array()}};
      case Kind::kReasoning:
        return {{"type", "reasoning"},
                {"id", ItemId()},
                {"summary", json::array()},
                {"content", done ? json::array{Part(text_)} : json::array()}};
      default:
        return {{"type", "function_call"},
                {"id", ItemId()},
                {"call_id", call_.id},
                {"name", call_.name},
                {"arguments", done ? text_ : std::string()},
                {"status", status}};
    }
  }
  std::string_view DeltaName() const {
    return open_ == Kind::kMessage     ? "response.output_text.delta"
           : open_ == Kind::kReasoning ? "response.reasoning_text.delta"
                                       : "response.function_call_arguments.delta";
  }
  json::object Place(json::object data) const {
    data["item_id"] = ItemId(), data["output_index"] = index_;
    if (open_ != Kind::kCall) data["content_index"] = 0;
    return data;
  }
  std::string Open() {
    std::string out =
        Send("response.output_item.added", json::object{{"output_index", index_}, {"item", Item("in_progress")}});
    if (open_ == Kind::kMessage) out += Send("response.content_part.added", Place(json::object{{"part", Part("")}}));
    return out;
  }
  std::string Close() {
    if (open_ == Kind::kNone) return {};
    std::string out;
    if (open_ == Kind::kCall) {
      out += Send("response.function_call_arguments.done", Place(json::object{{"arguments", text_}}));
    } else if (open_ == Kind::kMessage) {
      out += Send("response.output_text.done", Place(json::object{{"text", text_}}));
      out += Send("response.content_part.done", Place(json::object{{"part", Part(text_)}}));
    } else {
      out += Send("response.reasoning_text.done", Place(json::object{{"text", text_}}));
    }
    items_.push_back(Item("completed"));
    out += Send("response.output_item.done", json::object{{"output_index", index_}, {"item", items_.back()}});
    ++index_;
    text_.clear();
    open_ = Kind::kNone;
    return out;
  }

  AnswerId id_;
  int64_t sequence_ = 0, index_ = 0;
  Kind open_ = Kind::kNone;
  model::ToolCall call_;
  std::string text_;
  json::array items_;
};

}  // namespace

const Dialect kResponses = {.name = "openai.responses",
                            .path = "/v1/responses",
                            .stream_type = "text/event-stream",
                            .read = &Read,
                            .voice = [](const Call& call, const AnswerId& id) -> std::unique_ptr<Voice> {
                              return std::make_unique<ResponseVoice>(call, id);
                            },
                            .error = &OpenAiError};

}  // namespace heddle::serve
