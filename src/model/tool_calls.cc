#include "model/tool_calls.h"

#include <functional>

#include "model/json_help.h"
#include "model/repair.h"

namespace heddle::model {
namespace {

struct Embedded {
  std::string_view path, text;
};
constexpr Embedded kPrompts[] = {
#include "tool_prompt.inc"
};

const Tool* FindTool(const std::vector<Tool>& tools, std::string_view name) {
  for (const Tool& tool : tools) {
    if (tool.name == name) return &tool;
  }
  return nullptr;
}

// A call if `name` is offered and `arguments` are, or become, valid.
bool Add(std::string_view name, std::string_view arguments, const std::vector<Tool>& tools,
         std::vector<ToolCall>& out) {
  const Tool* tool = FindTool(tools, Trim(name));
  if (tool == nullptr) return false;
  auto repaired = RepairArguments(arguments, tool->parameters);
  if (!repaired) return false;
  out.push_back({"", tool->name, *std::move(repaired)});
  return true;
}

// {"name": ..., "arguments": {...}} under any of the names in use, or a list of such.
bool FromJson(std::string_view text, const std::vector<Tool>& tools, std::vector<ToolCall>& out) {
  const auto value = ParseJson(Trim(text));
  if (!value) return false;
  if (value->is_array()) {
    bool all = !value->as_array().empty();
    for (const json::value& item : value->as_array()) all = all && FromJson(json::serialize(item), tools, out);
    return all;
  }
  std::string_view name;
  for (const char* key : {"name", "tool", "function"}) {
    if (name.empty()) name = TextAt(*value, key);
  }
  for (const char* key : {"arguments", "parameters", "args", "input"}) {
    if (const json::value* found = Find(*value, key))
      return Add(name, found->is_string() ? std::string(found->as_string()) : json::serialize(*found), tools, out);
  }
  return Add(name, "{}", tools, out);
}

// <function=NAME><parameter=KEY>VALUE</parameter>...</function>
bool FromTags(std::string_view text, const std::vector<Tool>& tools, std::vector<ToolCall>& out) {
  const size_t begin = text.find("<function="), close = text.find('>', begin == text.npos ? 0 : begin);
  if (begin == text.npos || close == text.npos) return false;
  const std::string_view name = text.substr(begin + 10, close - begin - 10);
  json::object arguments;
  for (size_t at = text.find("<parameter=", close); at != text.npos; at = text.find("<parameter=", at + 1)) {
    const size_t key_end = text.find('>', at), end = text.find("</parameter>", at);
    if (key_end == text.npos || end == text.npos || key_end > end) return false;
    std::string_view value = text.substr(key_end + 1, end - key_end - 1);
    if (value.starts_with('\n')) value.remove_prefix(1);
    if (value.ends_with('\n')) value.remove_suffix(1);
    arguments[text.substr(at + 11, key_end - at - 11)] = value;
  }
  return Add(name, json::serialize(arguments), tools, out);
}

bool FromTagsOrJson(std::string_view text, const std::vector<Tool>& tools, std::vector<ToolCall>& out) {
  return Contains(text, "<function=") ? FromTags(text, tools, out) : FromJson(text, tools, out);
}

// "commentary to=functions.NAME <|constrain|>json<|message|>{...}"
bool FromHarmony(std::string_view text, const std::vector<Tool>& tools, std::vector<ToolCall>& out) {
  const size_t to = text.find("to=functions."), body = text.find("<|message|>");
  if (to == text.npos || body == text.npos || body < to) return false;
  const std::string_view name = text.substr(to + 13, text.find_first_of(" <", to + 13) - to - 13);
  return Add(name, text.substr(body + 11), tools, out);
}

// "function<|tool sep|>NAME\n```json\n{...}\n```"
bool FromDeepSeek(std::string_view text, const std::vector<Tool>& tools, std::vector<ToolCall>& out) {
  constexpr std::string_view kSeparator = "<｜tool▁sep｜>";
  const size_t at = text.find(kSeparator), line = text.find('\n', at == text.npos ? 0 : at);
  if (at == text.npos || line == text.npos) return false;
  const size_t name = at + kSeparator.size();
  std::string_view body = text.substr(line + 1);
  if (const size_t end = body.find("<｜tool▁call▁end｜>"); end != body.npos) body = body.substr(0, end);
  return Add(text.substr(name, line - name), body, tools, out);
}

struct Dialect {
  std::string_view begin, end;  // end empty: to the end of the text
  bool (*read)(std::string_view text, const std::vector<Tool>& tools, std::vector<ToolCall>& out);
};
constexpr Dialect kDialects[] = {{kCallBegin, kCallEnd, FromTagsOrJson},   // Hermes, Qwen, Qwen3-Coder
                                 {"<function=", "</function>", FromTags},  // Qwen3-Coder without its outer tag
                                 {"[TOOL_CALLS]", "", FromJson},           // Mistral
                                 {"<|python_tag|>", "", FromJson},         // Llama 3
                                 {"<|channel|>commentary", "<|call|>", FromHarmony},  // gpt-oss
                                 {"<｜tool▁call▁begin｜>", "<｜tool▁call▁end｜>", FromDeepSeek},
                                 {"```json", "```", FromJson}};

// Marks around lists of calls, which mean nothing by themselves.
constexpr std::string_view kWrappings[] = {"<｜tool▁calls▁begin｜>", "<｜tool▁calls▁end｜>"};

}  // namespace

void TakeCallsFromText(Message& message, const std::vector<Tool>& tools) {
  if (tools.empty() || !message.calls.empty()) return;
  std::string& text = message.content;
  std::string_view rest;
  // Llama 3 writes nothing but the object.
  if (const std::string_view whole = LeadingJson(text, &rest);
      !whole.empty() && Trim(rest).empty() && FromJson(whole, tools, message.calls)) {
    text.clear();
  } else {
    for (const Dialect& dialect : kDialects) {
      for (size_t at = text.find(dialect.begin); at != text.npos; at = text.find(dialect.begin, at)) {
        const size_t from = at + (dialect.begin == "<function=" ? 0 : dialect.begin.size());
        const size_t end = dialect.end.empty() ? text.npos : text.find(dialect.end, at + dialect.begin.size());
        const std::string_view inside = std::string_view(text).substr(from, end == text.npos ? end : end - from);
        if (!dialect.read(inside, tools, message.calls)) {
          at += dialect.begin.size();
          continue;
        }
        text.erase(at, end == text.npos ? end : end + dialect.end.size() - at);
      }
      if (!message.calls.empty()) break;
    }
    if (!message.calls.empty()) {
      for (const std::string_view mark : kWrappings) text = ReplaceAll(std::move(text), mark, "");
      text = std::string(Trim(text));
    }
  }
  for (size_t i = 0; i < message.calls.size(); ++i) message.calls[i].id = Cat({"call_", std::to_string(i + 1)});
}

std::string ToolPrompt(const std::vector<Tool>& tools) {
  std::string list;
  for (const Tool& tool : tools)
    list += json::serialize(json::object{
                {"name", tool.name}, {"description", tool.description}, {"parameters", ParsedOr(tool.parameters)}}) +
            "\n";
  return ReplaceAll(std::string(kPrompts[0].text), "{tools}", list);
}

std::string ToolTags(const std::vector<Tool>& tools, const std::string& choice) {
  json::array calls;
  for (const Tool& tool : tools) {
    if (!choice.empty() && choice != "required" && choice != tool.name) continue;
    calls.push_back(
        json::object{{"type", "object"},
                     {"properties", {{"name", {{"const", tool.name}}}, {"arguments", ParsedOr(tool.parameters)}}},
                     {"required", {"name", "arguments"}},
                     {"additionalProperties", false}});
  }
  const json::object schema{{"anyOf", std::move(calls)}};
  return json::serialize(
      json::object{{"tags", json::array{json::object{{"begin", kCallBegin}, {"schema", schema}, {"end", kCallEnd}}}},
                   {"free", choice.empty()}});
}

std::string AsText(const Message& message) {
  if (message.role == Role::kTool)
    return Cat({"<tool_response>\n", message.failed ? "error: " : "", message.content, "\n</tool_response>"});
  std::string out = message.content;
  for (const ToolCall& call : message.calls)
    out += Cat({out.empty() ? "" : "\n", kCallBegin,
                json::serialize(json::object{{"name", call.name}, {"arguments", ParsedOr(call.arguments)}}), kCallEnd});
  return out;
}

}  // namespace heddle::model
