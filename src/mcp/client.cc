#include "mcp/client.h"

#include <boost/json.hpp>

#include "base/text.h"

namespace heddle::mcp {
namespace json = boost::json;
namespace {

constexpr std::string_view kModern = "2026-07-28";
constexpr std::string_view kLegacy[] = {"2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"};
constexpr int kMaxPages = 100;
constexpr size_t kMaxTools = 10'000;

json::object ClientInfo() { return {{"name", "heddle"}, {"version", "0.1.0"}}; }

std::string TextAt(const json::object& from, std::string_view name) {
  const json::value* found = from.if_contains(name);
  return found != nullptr && found->is_string() ? std::string(found->as_string()) : std::string();
}
const json::object* ObjectAt(const json::object& from, std::string_view name) {
  const json::value* found = from.if_contains(name);
  return found == nullptr ? nullptr : found->if_object();
}
const json::array* ListAt(const json::object& from, std::string_view name) {
  const json::value* found = from.if_contains(name);
  return found == nullptr ? nullptr : found->if_array();
}
Result<json::object> ParseObject(std::string_view text, std::string_view what) {
  boost::system::error_code failed;
  json::value value = json::parse({text.data(), text.size()}, failed, {}, {.max_depth = 128});
  if (failed || !value.is_object()) return Error{Code::kInvalid, Cat({what, " is no JSON object"})};
  return std::move(value.as_object());
}

// What a server may ask of a client: nothing that this one has, but an answer it gets.
std::string AnswerTo(const std::string& text) {
  const auto message = ParseObject(text, "");
  if (!message || !message->contains("id")) return {};  // a notification
  json::object out{{"jsonrpc", "2.0"}, {"id", message->at("id")}};
  const std::string method = TextAt(*message, "method");
  if (method == "ping")
    out["result"] = json::object();
  else if (method == "roots/list")
    out["result"] = json::object{{"roots", json::array()}};
  else
    out["error"] = json::object{{"code", -32601}, {"message", "not supported by this client"}};
  return json::serialize(out);
}

bool TypeFits(const json::value& value, std::string_view type) {
  if (type == "string") return value.is_string();
  if (type == "number") return value.is_number();
  if (type == "integer")
    return value.is_int64() || value.is_uint64() ||
           (value.is_double() && value.as_double() == static_cast<double>(static_cast<int64_t>(value.as_double())));
  if (type == "boolean") return value.is_bool();
  if (type == "array") return value.is_array();
  if (type == "object") return value.is_object();
  if (type == "null") return value.is_null();
  return true;
}

}  // namespace

Result<> CheckArguments(const ToolInfo& tool, const std::string& arguments) {
  TRY_ASSIGN(const json::object given, ParseObject(arguments, Cat({tool.name, ": the arguments"})));
  TRY_ASSIGN(const json::object schema, ParseObject(tool.input_schema, Cat({tool.name, ": the schema"})));
  if (const json::array* required = ListAt(schema, "required")) {
    for (const json::value& name : *required) {
      if (name.is_string() && !given.contains(name.as_string()))
        return Error{Code::kInvalid,
                     Cat({"the tool ", tool.name, " needs the argument ", ForTerminal(name.as_string())})};
    }
  }
  const json::object* properties = ObjectAt(schema, "properties");
  const json::value* open = schema.if_contains("additionalProperties");
  const bool any = open != nullptr && !(open->is_bool() && !open->as_bool());
  for (const auto& member : given) {
    const json::value* property = properties == nullptr ? nullptr : properties->if_contains(member.key());
    if (property == nullptr && !any)
      return Error{Code::kInvalid, Cat({"the tool ", tool.name, " takes no argument ", ForTerminal(member.key())})};
    if (property == nullptr || !property->is_object()) continue;
    const std::string type = TextAt(property->as_object(), "type");
    if (!TypeFits(member.value(), type))
      return Error{Code::kInvalid, Cat({"the tool ", tool.name, " takes a ", type, " as ", ForTerminal(member.key())})};
  }
  return {};
}

Result<std::string> Client::Request(std::string_view method, std::string params, std::string_view name, int timeout_ms,
                                    const std::stop_token& stop) {
  const std::string id = std::to_string(next_id_++);
  if (modern_) {
    TRY_ASSIGN(json::object with_meta, ParseObject(params, "params"));
    with_meta["_meta"] = json::object{{"io.modelcontextprotocol/protocolVersion", version_},
                                      {"io.modelcontextprotocol/clientCapabilities", json::object()},
                                      {"io.modelcontextprotocol/clientInfo", ClientInfo()}};
    params = json::serialize(with_meta);
  }
  const Exchange exchange{
      .id = id,
      .method = std::string(method),
      .name = std::string(name),
      .text = Cat({R"({"jsonrpc":"2.0","id":)", id, R"(,"method":)", JsonText(method), R"(,"params":)", params, "}"}),
      .timeout_ms = timeout_ms};
  TRY_ASSIGN(const std::string text, transport_->Ask(exchange, AnswerTo, stop));
  TRY_ASSIGN(const json::object answer, ParseObject(text, "the answer"));
  if (const json::object* error = ObjectAt(answer, "error")) {
    const json::value* code = error->if_contains("code");
    return Error{Code::kInvalid, Cat({method, ": ", ForTerminal(TextAt(*error, "message")), " (",
                                      code == nullptr ? "no code" : json::serialize(*code), ")"})};
  }
  const json::value* result = answer.if_contains("result");
  if (result == nullptr || !result->is_object())
    return Error{Code::kInvalid, Cat({method, ": an answer without a result"})};
  return json::serialize(*result);
}

Result<> Client::Initialize(const std::stop_token& stop) {
  modern_ = false, version_.clear();
  transport_->Agree("", false);
  const std::string params = json::serialize(
      json::object{{"protocolVersion", kLegacy[0]}, {"capabilities", json::object()}, {"clientInfo", ClientInfo()}});
  TRY_ASSIGN(const std::string text, Request("initialize", params, "", options_.start_ms, stop));
  TRY_ASSIGN(const json::object result, ParseObject(text, "initialize"));
  version_ = TextAt(result, "protocolVersion");
  if (std::find(std::begin(kLegacy), std::end(kLegacy), version_) == std::end(kLegacy))
    return Error{Code::kInvalid,
                 Cat({"the server speaks revision ", ForTerminal(version_), " of MCP, which is not known here"})};
  transport_->Agree(version_, false);
  return transport_->Tell(R"({"jsonrpc":"2.0","method":"notifications/initialized"})");
}

Result<> Client::Begin(const std::stop_token& stop) {
  modern_ = true, version_ = kModern;
  transport_->Agree(version_, true);
  const auto discovered = Request("server/discover", "{}", "", options_.discover_ms, stop);
  bool known = false;
  if (discovered) {
    const auto result = ParseObject(*discovered, "server/discover");
    const json::array* versions = result ? ListAt(*result, "supportedVersions") : nullptr;
    for (const json::value& each : versions == nullptr ? json::array() : *versions)
      known = known || (each.is_string() && each.as_string() == kModern);
  } else if (discovered.error().code == Code::kCancelled) {
    return discovered.error();
  }
  if (!known) TRY(Initialize(stop));
  return ListTools(stop);
}

Result<> Client::ListTools(const std::stop_token& stop) {
  tools_.clear();
  std::string cursor;
  for (int page = 0; page < kMaxPages; ++page) {
    const std::string params = cursor.empty() ? "{}" : json::serialize(json::object{{"cursor", cursor}});
    TRY_ASSIGN(const std::string text, Request("tools/list", params, "", options_.call_ms, stop));
    TRY_ASSIGN(const json::object result, ParseObject(text, "tools/list"));
    if (const json::array* list = ListAt(result, "tools")) {
      for (const json::value& each : *list) {
        if (!each.is_object() || tools_.size() == kMaxTools) continue;
        const json::object* schema = ObjectAt(each.as_object(), "inputSchema");
        tools_.push_back({TextAt(each.as_object(), "name"), TextAt(each.as_object(), "description"),
                          schema == nullptr ? "{}" : json::serialize(*schema)});
      }
    }
    cursor = TextAt(result, "nextCursor");
    if (cursor.empty()) return {};
  }
  return Error{Code::kTooLarge, "the server lists more than 100 pages of tools"};
}

Result<std::unique_ptr<Client>> Client::Connect(ServerSpec server, const ClientOptions& options,
                                                const std::stop_token& stop) {
  const auto named = [&](Error error) { return std::move(error).Context(Cat({"MCP server ", server.name})); };
  auto transport = server.url.empty() ? OpenStdio(server) : OpenHttp(server);
  if (!transport) return named(std::move(transport).error());
  std::unique_ptr<Client> out(new Client(server, options, *std::move(transport)));
  if (auto begun = out->Begin(stop); !begun) return named(std::move(begun).error());
  return out;
}

Client::~Client() = default;

const ToolInfo* Client::FindTool(std::string_view name) const {
  for (const ToolInfo& tool : tools_)
    if (tool.name == name) return &tool;
  return nullptr;
}

Result<CallResult> Client::Call(std::string_view tool, const std::string& arguments, const std::stop_token& stop) {
  const std::lock_guard lock(mutex_);
  const ToolInfo* info = FindTool(tool);
  if (info == nullptr)
    return Error{Code::kNotFound, Cat({"MCP server ", server_.name, " has no tool ", ForTerminal(tool)})};
  TRY(CheckArguments(*info, arguments));
  const std::string params = Cat({R"({"name":)", JsonText(tool), R"(,"arguments":)", arguments, "}"});
  auto text = Request("tools/call", params, tool, options_.call_ms, stop);
  if (!text && text.error().code == Code::kNotFound) {
    TRY(Begin(stop));
    text = Request("tools/call", params, tool, options_.call_ms, stop);
  }
  if (!text) return std::move(text).error().Context(Cat({"MCP server ", server_.name}));
  TRY_ASSIGN(const json::object result, ParseObject(*text, "tools/call"));
  if (TextAt(result, "resultType") == "input_required")
    return Error{Code::kUnavailable, Cat({"the tool ", tool, " asks for input, which nobody is here to give"})};
  CallResult out;
  if (const json::array* parts = ListAt(result, "content")) {
    for (const json::value& part : *parts)
      if (part.is_object() && TextAt(part.as_object(), "type") == "text")
        out.text += Cat({out.text.empty() ? "" : "\n", TextAt(part.as_object(), "text")});
  }
  if (const json::value* structured = result.if_contains("structuredContent"))
    out.structured = json::serialize(*structured);
  const json::value* failed = result.if_contains("isError");
  if (failed != nullptr && failed->is_bool() && failed->as_bool())
    return Error{Code::kInvalid,
                 Cat({"the tool ", tool, " failed: ", ForTerminal(std::string_view(out.text).substr(0, 500))})};
  return out;
}

Result<std::vector<ServerSpec>> ParseServers(std::string_view text) {
  TRY_ASSIGN(const json::object root, ParseObject(text, "the configuration of MCP servers"));
  const json::object* servers = ObjectAt(root, "mcpServers");
  if (servers == nullptr)
    return Error{Code::kInvalid, "expected {\"mcpServers\": {NAME: {\"command\": ...} or {\"url\": ...}}}"};
  std::vector<ServerSpec> out;
  const auto pairs = [](const json::object& from, std::string_view name) {
    std::vector<std::pair<std::string, std::string>> found;
    if (const json::object* object = ObjectAt(from, name))
      for (const auto& member : *object)
        if (member.value().is_string()) found.emplace_back(member.key(), std::string(member.value().as_string()));
    return found;
  };
  for (const auto& member : *servers) {
    ServerSpec spec{.name = std::string(member.key())};
    const json::object* row = member.value().if_object();
    if (row != nullptr) {
      if (const std::string command = TextAt(*row, "command"); !command.empty()) spec.command.push_back(command);
      if (const json::array* words = ListAt(*row, "args"))
        for (const json::value& word : *words)
          if (word.is_string()) spec.command.emplace_back(word.as_string());
      spec.url = TextAt(*row, "url");
      spec.environment = pairs(*row, "env"), spec.headers = pairs(*row, "headers");
    }
    if (spec.command.empty() == spec.url.empty())
      return Error{Code::kInvalid,
                   Cat({"mcpServers: ", ForTerminal(spec.name), " needs either \"command\" or \"url\""})};
    out.push_back(std::move(spec));
  }
  return out;
}

}  // namespace heddle::mcp
