#include "cli/hooks/hook_format.h"

#include <boost/json.hpp>

#include "base/text.h"
#include "shell/quote.h"

namespace heddle::cli {
namespace {

namespace json = boost::json;

constexpr HookEvent kPreToolUse[] = {{"PreToolUse", "tool_name", "tool_input"}};
constexpr HookEvent kBeforeTool[] = {{"BeforeTool", "tool_name", "tool_input"}};
constexpr HookEvent kCursorEvents[] = {{"beforeShellExecution", "", "", "Shell"},
                                       {"preToolUse", "tool_name", "tool_input"}};
constexpr HookEvent kBeforeExecute[] = {{"tool.execute.before", "tool_name", "tool_input"}};

constexpr ToolSpec kClaudeTools[] = {
    {"Bash", ToolKind::kShell, "command"},        {"Monitor", ToolKind::kShell, "command"},
    {"Write", ToolKind::kWrite, "file_path"},     {"Edit", ToolKind::kWrite, "file_path"},
    {"MultiEdit", ToolKind::kWrite, "file_path"}, {"NotebookEdit", ToolKind::kWrite, "notebook_path"}};
// Codex names its shell Bash here, whatever the model calls it.
constexpr ToolSpec kCodexTools[] = {{"Bash", ToolKind::kShell, "command"},
                                    {"shell", ToolKind::kShell, "command", "workdir"},
                                    {"exec_command", ToolKind::kShell, "cmd command", "workdir"},
                                    {"apply_patch", ToolKind::kPatch, "command input patch"}};
constexpr ToolSpec kGeminiTools[] = {{"run_shell_command", ToolKind::kShell, "command", "dir_path"},
                                     {"write_file", ToolKind::kWrite, "file_path"},
                                     {"replace", ToolKind::kWrite, "file_path"}};
constexpr ToolSpec kCursorTools[] = {{"Shell", ToolKind::kShell, "command", "working_directory"},
                                     {"Write", ToolKind::kWrite, "file_path path"},
                                     {"Delete", ToolKind::kWrite, "file_path path"}};
constexpr ToolSpec kOpencodeTools[] = {
    {"bash", ToolKind::kShell, "command", "workdir"}, {"write", ToolKind::kWrite, "filePath"},
    {"edit", ToolKind::kWrite, "filePath"},           {"multiedit", ToolKind::kWrite, "filePath"},
    {"patch", ToolKind::kPatch, "patchText"},         {"apply_patch", ToolKind::kPatch, "patchText"}};

// The answer of PreToolUse, which Claude Code and Codex share.
#define HEDDLE_PRE_TOOL_USE(decision)                                                      \
  R"({"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":")" decision \
  R"(","permissionDecisionReason":@}})"

constexpr HookFormat kFormats[] = {
    {.name = "claude",
     .events = kPreToolUse,
     .tools = kClaudeTools,
     .pass = "",
     .allow = HEDDLE_PRE_TOOL_USE("allow"),
     .ask = HEDDLE_PRE_TOOL_USE("ask"),
     .deny = HEDDLE_PRE_TOOL_USE("deny")},
    // Codex refuses "allow" and "ask" from this hook and then runs the tool.
    {.name = "codex",
     .events = kPreToolUse,
     .tools = kCodexTools,
     .pass = "",
     .allow = "",
     .ask = HEDDLE_PRE_TOOL_USE("deny"),
     .deny = HEDDLE_PRE_TOOL_USE("deny"),
     .cannot_ask = "a hook of Codex cannot ask: a person has to run it, or set heddle's policy to permissive"},
    {.name = "gemini",
     .events = kBeforeTool,
     .tools = kGeminiTools,
     .pass = "{}",
     .allow = R"({"decision":"allow","reason":@})",
     .ask = R"({"decision":"ask","reason":@,"systemMessage":@})",
     .deny = R"({"decision":"deny","reason":@})"},
    {.name = "cursor",
     .events = kCursorEvents,
     .tools = kCursorTools,
     .pass = "{}",
     .allow = R"({"permission":"allow"})",
     .ask = R"({"permission":"ask","user_message":@,"agent_message":@})",
     .deny = R"({"permission":"deny","user_message":@,"agent_message":@})"},
    // The other end is data/agents/opencode.js.
    {.name = "opencode",
     .events = kBeforeExecute,
     .tools = kOpencodeTools,
     .pass = R"({"decision":"allow"})",
     .allow = R"({"decision":"allow"})",
     .ask = R"({"decision":"ask","reason":@})",
     .deny = R"({"decision":"deny","reason":@})",
     .cannot_ask = "a plugin of opencode cannot ask: a person has to run it, or set heddle's policy to permissive"},
};

#undef HEDDLE_PRE_TOOL_USE

Error Malformed(std::string_view why) { return {Code::kInvalid, Cat({"this is no call of a hook: ", why})}; }

const json::value* Member(const json::object& object, std::string_view name) {
  return object.if_contains(json::string_view(name.data(), name.size()));
}

// A string member; nothing when it is not there. kInvalid when it is something else, or holds a NUL byte.
Result<std::optional<std::string>> StringAt(const json::object& object, std::string_view name) {
  const json::value* found = Member(object, name);
  if (found == nullptr || found->is_null()) return std::optional<std::string>();
  const json::string* text = found->if_string();
  if (text == nullptr) return Malformed(Cat({"\"", name, "\" is no string"}));
  if (text->find('\0') != text->npos) return Malformed(Cat({"\"", name, "\" holds a NUL byte"}));
  return std::optional(std::string(*text));
}

// A command, path or patch as one text; where an agent gives the words of a command, these are quoted.
Result<std::string> TextOf(const json::value& value, ToolKind kind) {
  if (const json::string* text = value.if_string()) return std::string(*text);
  const json::array* list = kind == ToolKind::kShell ? value.if_array() : nullptr;
  if (list == nullptr) return Malformed("what it would do is no text");
  std::vector<std::string> words;
  for (const json::value& each : *list) {
    const json::string* word = each.if_string();
    if (word == nullptr) return Malformed("the command holds something that is no string");
    words.emplace_back(*word);
  }
  return shell::QuoteAll(words, shell::Dialect::kBash);
}

// The paths after "*** Add File: " and its kin, the patch format of Codex and opencode.
std::vector<std::string> PathsOfPatch(std::string_view patch) {
  constexpr std::string_view kHeads[] = {"*** Add File: ", "*** Update File: ", "*** Delete File: ", "*** Move to: "};
  std::vector<std::string> out;
  for (const std::string_view line : Split(patch, '\n')) {
    const std::string_view text = Trim(line);
    for (const std::string_view head : kHeads)
      if (text.starts_with(head)) out.emplace_back(Trim(text.substr(head.size())));
  }
  return out;
}

const HookEvent* EventOf(const HookFormat& format, const json::object& call, const std::string& name) {
  for (const HookEvent& event : format.events) {
    const bool there =
        event.tool_member.empty() ? Member(call, "command") != nullptr : Member(call, event.tool_member) != nullptr;
    if (name.empty() ? there : event.name == name) return &event;
  }
  return nullptr;
}

Result<> ReadArguments(const json::object& arguments, HookCall& out) {
  const json::value* value = nullptr;
  for (const std::string_view name : SplitWords(out.tool->members)) {
    if (value == nullptr) value = Member(arguments, name);
  }
  if (value == nullptr) return Malformed(Cat({out.tool->tool, " comes without \"", out.tool->members, "\""}));
  TRY_ASSIGN(out.text, TextOf(*value, out.tool->kind));
  if (Trim(out.text).empty()) return Malformed(Cat({out.tool->tool, " comes with nothing to do"}));
  if (Contains(out.text, std::string_view("\0", 1))) return Malformed("the command holds a NUL byte");
  if (out.tool->kind == ToolKind::kWrite) out.paths = {out.text};
  if (out.tool->kind == ToolKind::kPatch) out.paths = PathsOfPatch(out.text);
  if (out.tool->kind == ToolKind::kPatch && out.paths.empty()) return Malformed("the patch names no file");
  if (out.tool->directory.empty()) return {};
  TRY_ASSIGN(const auto directory, StringAt(arguments, out.tool->directory));
  if (directory && !directory->empty())
    out.cwd = directory->starts_with('/') || out.cwd.empty() ? *directory : Cat({out.cwd, "/", *directory});
  return {};
}

}  // namespace

std::span<const HookFormat> HookFormats() { return kFormats; }

Result<const HookFormat*> FindHookFormat(std::string_view name) {
  std::string names;
  for (const HookFormat& format : kFormats) {
    if (format.name == name) return &format;
    names += Cat({names.empty() ? "" : ", ", format.name});
  }
  return Error{Code::kInvalid, Cat({"no such hook: ", name, "; expected one of ", names})};
}

Result<HookCall> ParseHookCall(const HookFormat& format, std::string_view input) {
  if (input.size() > kMaxHookInput) return Error{Code::kTooLarge, "the hook's input is larger than 1 MB"};
  json::error_code error;
  json::parse_options options;
  options.max_depth = 64;
  const json::value value = json::parse(json::string_view(input.data(), input.size()), error, {}, options);
  if (error) return Malformed(Cat({"not JSON (", error.message(), ")"}));
  const json::object* call = value.if_object();
  if (call == nullptr) return Malformed("not an object");
  TRY_ASSIGN(const auto event_name, StringAt(*call, "hook_event_name"));
  const HookEvent* event = EventOf(format, *call, event_name.value_or(""));
  if (event == nullptr && !event_name) return Malformed("it names neither an event nor a tool");
  HookCall out;
  if (event == nullptr) return out;
  std::string tool(event->tool);
  if (!event->tool_member.empty()) {
    TRY_ASSIGN(const auto named, StringAt(*call, event->tool_member));
    if (!named || named->empty()) return Malformed("it names no tool");
    tool = *named;
  }
  for (const ToolSpec& spec : format.tools)
    if (spec.tool == tool) out.tool = &spec;
  if (out.tool == nullptr) return out;
  TRY_ASSIGN(const auto cwd, StringAt(*call, "cwd"));
  out.cwd = cwd.value_or("");
  const json::value* inner = event->arguments_member.empty() ? &value : Member(*call, event->arguments_member);
  const json::object* arguments = inner == nullptr ? nullptr : inner->if_object();
  if (arguments == nullptr) return Malformed(Cat({tool, " comes without arguments"}));
  TRY(ReadArguments(*arguments, out));
  return out;
}

std::string HookAnswer(const HookFormat& format, Verdict verdict, std::string_view reason) {
  const std::string_view answers[] = {format.pass, format.allow, format.ask, format.deny};
  const std::string_view answer = answers[static_cast<size_t>(verdict)];
  if (answer.empty()) return "";
  const bool stops = verdict == Verdict::kAsk && !format.cannot_ask.empty();
  const std::string text = JsonText(stops ? Cat({reason, "; ", format.cannot_ask}) : std::string(reason));
  std::string out;
  for (const char c : answer) {
    if (c == '@')
      out += text;
    else
      out += c;
  }
  return out + "\n";
}

}  // namespace heddle::cli
