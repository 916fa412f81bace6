#include "cli/hooks/hook_format.h"

#include <doctest/doctest.h>

#include "base/text.h"
#include "cli/ratings.h"

using namespace heddle;
using namespace heddle::cli;

namespace {

const HookFormat& Format(std::string_view name) {
  const auto found = FindHookFormat(name);
  REQUIRE(found);
  return **found;
}

struct Read {
  std::string_view format, input, command, cwd;
};

}  // namespace

TEST_CASE("the command and the directory are taken from where each agent puts them") {
  for (const Read& each : {
           Read{"claude",
                R"({"hook_event_name":"PreToolUse","tool_name":"Bash","tool_input":{"command":"ls"},"cwd":"/a"})", "ls",
                "/a"},
           Read{"codex",
                R"({"hook_event_name":"PreToolUse","tool_name":"Bash","tool_input":{"command":"ls"},"cwd":"/a"})", "ls",
                "/a"},
           Read{"codex",
                R"({"tool_name":"shell","tool_input":{"command":["bash","-lc","rm -rf /"],"workdir":"b"},"cwd":"/a"})",
                "bash -lc 'rm -rf /'", "/a/b"},
           Read{"gemini",
                R"({"hook_event_name":"BeforeTool","tool_name":"run_shell_command",)"
                R"("tool_input":{"command":"ls","dir_path":"/b"},"cwd":"/a"})",
                "ls", "/b"},
           Read{"cursor", R"({"hook_event_name":"beforeShellExecution","command":"ls","cwd":"/a"})", "ls", "/a"},
           Read{"cursor", R"({"hook_event_name":"preToolUse","tool_name":"Shell","tool_input":{"command":"ls"}})", "ls",
                ""},
           Read{"opencode",
                R"({"hook_event_name":"tool.execute.before","tool_name":"bash",)"
                R"("tool_input":{"command":"ls","workdir":"b"},"cwd":"/a"})",
                "ls", "/a/b"},
       }) {
    const auto call = ParseHookCall(Format(each.format), each.input);
    REQUIRE(call);
    REQUIRE(call->tool != nullptr);
    CHECK(call->tool->kind == ToolKind::kShell);
    CHECK(call->text == each.command);
    CHECK(call->cwd == each.cwd);
  }
}

TEST_CASE("files that would be written are found") {
  const auto written = ParseHookCall(Format("claude"), R"({"tool_name":"Write","tool_input":{"file_path":"/etc/x"}})");
  REQUIRE(written);
  CHECK(written->paths == std::vector<std::string>{"/etc/x"});
  const auto patch = ParseHookCall(
      Format("codex"), R"({"tool_name":"apply_patch","tool_input":{"command":"*** Begin Patch\n*** Add File: a\n+x\n)"
                       R"(*** Update File: b\n*** Move to: c\n*** Delete File: d\n*** End Patch"}})");
  REQUIRE(patch);
  CHECK(patch->paths == std::vector<std::string>{"a", "b", "c", "d"});
}

TEST_CASE("other tools and other events are nobody's business") {
  for (const std::string_view input :
       {R"({"hook_event_name":"PreToolUse","tool_name":"Grep","tool_input":{"command":"rm -rf /"}})",
        R"({"hook_event_name":"PostToolUse","tool_name":"Bash","tool_input":{"command":"rm -rf /"}})",
        R"({"tool_name":"mcp__x__y","tool_input":null})"}) {
    const auto call = ParseHookCall(Format("claude"), input);
    REQUIRE(call);
    CHECK(call->tool == nullptr);
  }
}

TEST_CASE("what is no call is an error, whatever the format") {
  const std::string deep = Cat(
      {R"({"tool_name":"Bash","tool_input":{"command":"ls"},"x":)", std::string(100, '['), std::string(100, ']'), "}"});
  const std::string large =
      Cat({R"({"tool_name":"Bash","tool_input":{"command":")", std::string(1 << 20, 'a'), "\"}}"});
  for (const HookFormat& format : HookFormats()) {
    for (const std::string_view input :
         {std::string_view(""), std::string_view("ls"), std::string_view("[]"), std::string_view("{}"),
          std::string_view("{\"tool_name\": 5}"), std::string_view("{\"tool_name\": \"\"}"),
          std::string_view("{\"tool_name\""), std::string_view(deep), std::string_view(large),
          std::string_view("{\"tool_name\":\"\xff\"}")})
      CHECK_FALSE(ParseHookCall(format, input));
    for (const ToolSpec& tool : format.tools) {
      const std::string list =
          Cat({"{\"tool_name\":\"", tool.tool, R"(","tool_input":{"command":["a"],"cmd":["a"],"file_path":["a"],)",
               R"("notebook_path":["a"],"filePath":["a"],"patchText":["a"]}})"});
      CHECK(static_cast<bool>(ParseHookCall(format, list)) == (tool.kind == ToolKind::kShell));
      for (const std::string_view arguments :
           {"null", "[]", "{}", "\"ls\"", "{\"command\":5,\"cmd\":5,\"file_path\":5,\"filePath\":5,\"patchText\":5}",
            "{\"command\":\" \",\"cmd\":\"\",\"file_path\":\"\",\"filePath\":\"\",\"patchText\":\"\"}",
            "{\"command\":[5],\"cmd\":[5],\"file_path\":[5],\"filePath\":[5],\"patchText\":[5]}",
            "{\"command\":\"a\\u0000b\",\"cmd\":\"a\\u0000b\",\"file_path\":\"a\\u0000b\",\"filePath\":\"a\\u0000b\","
            "\"patchText\":\"a\\u0000b\"}"}) {
        const std::string input = Cat({"{\"tool_name\":\"", tool.tool, "\",\"tool_input\":", arguments, "}"});
        CHECK_FALSE(ParseHookCall(format, input));
      }
    }
  }
  CHECK_FALSE(FindHookFormat("vi"));
}

TEST_CASE("what was not read as a whole is not safe") {
  CHECK(RatingOf({.complete = true}) == "safe");
  CHECK(RatingOf({.complete = false}) == "unknown");
  CHECK(RatingOf({.risk = shell::Risk::kHigh, .complete = false}) == "high");
  CHECK(*RankOf("safe") < *RankOf("unknown"));
  CHECK(*RankOf("unknown") < *RankOf("moderate"));
  CHECK_FALSE(RankOf("huge"));
}

TEST_CASE("answers are what each agent publishes") {
  CHECK(HookAnswer(Format("claude"), Verdict::kAsk, "why \"x\"") ==
        "{\"hookSpecificOutput\":{\"hookEventName\":\"PreToolUse\",\"permissionDecision\":\"ask\","
        "\"permissionDecisionReason\":\"why \\\"x\\\"\"}}\n");
  CHECK(HookAnswer(Format("claude"), Verdict::kPass, "").empty());
  CHECK(HookAnswer(Format("codex"), Verdict::kAllow, "").empty());
  CHECK(Contains(HookAnswer(Format("codex"), Verdict::kAsk, "why"), "\"permissionDecision\":\"deny\""));
  CHECK(HookAnswer(Format("gemini"), Verdict::kDeny, "why") == "{\"decision\":\"deny\",\"reason\":\"why\"}\n");
  CHECK(HookAnswer(Format("cursor"), Verdict::kDeny, "why") ==
        "{\"permission\":\"deny\",\"user_message\":\"why\",\"agent_message\":\"why\"}\n");
  CHECK(HookAnswer(Format("opencode"), Verdict::kPass, "") == "{\"decision\":\"allow\"}\n");
}
