#include "cli/hooks/agent_setup.h"

#include <boost/json.hpp>

#include "base/text.h"
#include "cli/hooks/json_edit.h"
#include "shell/quote.h"
#include "sys/environment.h"
#include "sys/files.h"

namespace heddle::cli {

struct AgentSetup {
  std::string_view name;
  const char* home_variable;        // moves the user's folder
  std::string_view home_folder;     // below the home directory
  std::string_view project_folder;  // below the project
  std::string_view file;
  std::string_view event;   // of "hooks"; empty: the file is a program, heddle's alone
  bool versioned = false;   // the document needs "version": 1
  bool fails_open = false;  // a hook that cannot be started does not stop the tool unless its code is 2
  std::string_view note = {};
};

namespace {

namespace json = boost::json;

constexpr std::string_view kConfigFolder = ".config/";

struct Embedded {
  std::string_view path, text;
};
constexpr Embedded kFiles[] = {
#include "agents.inc"
};

constexpr AgentSetup kAgents[] = {
    {.name = "claude",
     .home_variable = "CLAUDE_CONFIG_DIR",
     .home_folder = ".claude",
     .project_folder = ".claude",
     .file = "settings.json",
     .event = "PreToolUse",
     .fails_open = true},
    {.name = "codex",
     .home_variable = "CODEX_HOME",
     .home_folder = ".codex",
     .project_folder = ".codex",
     .file = "hooks.json",
     .event = "PreToolUse",
     .fails_open = true,
     .note = "Codex runs no hook that you have not trusted: start codex, and trust this one with /hooks"},
    {.name = "gemini",
     .home_variable = nullptr,
     .home_folder = ".gemini",
     .project_folder = ".gemini",
     .file = "settings.json",
     .event = "BeforeTool",
     .fails_open = true},
    {.name = "cursor",
     .home_variable = nullptr,
     .home_folder = ".cursor",
     .project_folder = ".cursor",
     .file = "hooks.json",
     .event = "beforeShellExecution",
     .versioned = true},
    {.name = "opencode",
     .home_variable = "OPENCODE_CONFIG_DIR",
     .home_folder = ".config/opencode",
     .project_folder = ".opencode",
     .file = "plugins/heddle.js",
     .event = ""},
};

std::string_view TextOf(const AgentSetup& agent) {
  for (const Embedded& file : kFiles)
    if (Contains(file.path, Cat({"/", agent.name, "."}))) return file.text;
  return "";
}

// The words by which heddle knows its own hook again, wherever it is installed.
std::string Mark(const AgentSetup& agent) { return Cat({" check --hook ", agent.name}); }

std::string CommandLine(const AgentSetup& agent, const SetupScope& scope) {
  const std::string call = Cat({shell::Quote(scope.program, shell::Dialect::kPosix), Mark(agent)});
  if (!agent.fails_open) return call;
  return Cat({call, " || exec sh -c 'echo \"heddle gave no verdict\" >&2; exit 2'"});
}

std::string Element(const AgentSetup& agent, const SetupScope& scope) {
  return ReplaceAll(std::string(TextOf(agent)), "HEDDLE_COMMAND", JsonText(CommandLine(agent, scope)));
}

std::string Program(const AgentSetup& agent, const SetupScope& scope) {
  return ReplaceAll(std::string(TextOf(agent)), "HEDDLE_PROGRAM", JsonText(scope.program));
}

bool IsOurs(const AgentSetup& agent, const json::value& value) {
  if (const json::string* text = value.if_string()) return Contains(std::string_view(*text), Mark(agent));
  if (const json::array* list = value.if_array()) {
    for (const json::value& each : *list)
      if (!IsOurs(agent, each)) return false;
    return !list->empty();
  }
  const json::object* object = value.if_object();
  if (object == nullptr) return false;
  const json::value* inner = object->if_contains("hooks");
  if (inner == nullptr) inner = object->if_contains("command");
  return inner != nullptr && IsOurs(agent, *inner);
}

json::value ParseElement(std::string_view text) {
  json::error_code error;
  json::parse_options options;
  options.allow_comments = true;
  options.allow_trailing_commas = true;
  json::value out = json::parse(json::string_view(text.data(), text.size()), error, {}, options);
  return error ? json::value() : out;
}

// A hook that a person has put into a group with others is theirs to take out.
Result<> CheckAlone(const AgentSetup& agent, std::string_view document) {
  TRY_ASSIGN(const auto elements, ArrayElements(document, {"hooks", agent.event}));
  for (const std::string& element : elements) {
    if (Contains(element, Mark(agent)) && !IsOurs(agent, ParseElement(element)))
      return Error{Code::kInvalid, "heddle stands in a group with other hooks; change it by hand"};
  }
  return {};
}

Result<std::string> JsonWithGuard(const AgentSetup& agent, std::string_view document, const SetupScope& scope) {
  TRY(CheckAlone(agent, document));
  const JsonPath path = {"hooks", agent.event};
  const std::string element = Element(agent, scope);
  TRY_ASSIGN(const auto elements, ArrayElements(document, path));
  size_t ours = 0, same = 0;
  for (const std::string& each : elements) {
    const json::value value = ParseElement(each);
    ours += IsOurs(agent, value);
    same += value == ParseElement(element);
  }
  if (ours == 1 && same == 1) return std::string(document);
  std::string out(document);
  if (ours > 0) {
    TRY_ASSIGN(out,
               RemoveElements(out, path, [&](std::string_view text) { return IsOurs(agent, ParseElement(text)); }));
  }
  if (agent.versioned) { TRY_ASSIGN(out, AddMember(out, "version", "1")); }
  return AddElement(out, path, element);
}

}  // namespace

const AgentSetup* FindAgent(std::string_view name) {
  for (const AgentSetup& agent : kAgents)
    if (agent.name == name) return &agent;
  return nullptr;
}

std::string AgentNames() {
  std::string out;
  for (const AgentSetup& agent : kAgents) out += Cat({out.empty() ? "" : ", ", agent.name});
  return out;
}

std::string SettingsPath(const AgentSetup& agent, const SetupScope& scope) {
  if (scope.project) return Cat({sys::CurrentDirectory(), "/", agent.project_folder, "/", agent.file});
  const std::string moved = agent.home_variable == nullptr ? "" : sys::Env(agent.home_variable);
  if (!moved.empty()) return Cat({moved, "/", agent.file});
  const bool configured = agent.home_folder.starts_with(kConfigFolder);  // $XDG_CONFIG_HOME may move it
  const std::string home = configured ? sys::DirName(sys::ConfigDirectory()) : sys::HomeDirectory();
  const std::string_view folder = agent.home_folder.substr(configured ? kConfigFolder.size() : 0);
  return Cat({home, "/", folder, "/", agent.file});
}

std::string_view NoteOf(const AgentSetup& agent) { return agent.note; }

Result<std::string> WithGuard(const AgentSetup& agent, std::string_view document, const SetupScope& scope) {
  if (!agent.event.empty()) return JsonWithGuard(agent, document, scope);
  if (!document.empty() && !Contains(document, "heddle init opencode"))
    return Error{Code::kInvalid, "it is there and is not heddle's; move it away first"};
  return Program(agent, scope);
}

Result<std::string> WithoutGuard(const AgentSetup& agent, std::string_view document) {
  if (agent.event.empty()) {
    if (!document.empty() && !Contains(document, "heddle init opencode"))
      return Error{Code::kInvalid, "it is not heddle's"};
    return std::string();
  }
  TRY(CheckAlone(agent, document));
  return RemoveElements(document, {"hooks", agent.event},
                        [&](std::string_view text) { return IsOurs(agent, ParseElement(text)); });
}

}  // namespace heddle::cli
