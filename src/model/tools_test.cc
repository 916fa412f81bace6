// Arguments that are repaired or refused, and calls in the text of every family of models.
#include <doctest/doctest.h>

#include "grammar/source.h"
#include "model/constrained.h"
#include "model/repair.h"
#include "model/tool_calls.h"

using namespace heddle;
using namespace heddle::model;

namespace {

const char* const kSchema =
    R"({"type":"object","properties":{"path":{"type":"string"},"lines":{"type":"integer"},"all":{"type":"boolean"}},"required":["path"],"additionalProperties":false})";
const std::vector<Tool> kTools{{"read_file", "reads a file", kSchema},
                               {"stop", "ends", R"({"type":"object","additionalProperties":false})"}};

}  // namespace

TEST_CASE("arguments are repaired where it is clear what was meant") {
  const std::pair<std::string, std::string> cases[] = {
      {R"({"path":"a.c"})", R"({"path":"a.c"})"},
      {"```json\n{\"path\": \"a.c\"}\n```", R"({"path":"a.c"})"},
      {R"({"path":"a.c","lines":5)", R"({"path":"a.c","lines":5})"},
      {R"({"path":"a.c)", R"({"path":"a.c"})"},
      {R"({'path': 'it\'s "x".c', 'all': True,})", R"({"path":"it's \"x\".c","all":true})"},
      {R"({"path":"a.c","lines":"5","all":"false"})", R"({"path":"a.c","lines":5,"all":false})"},
      {R"({"path":"a.c","colour":"red"})", R"({"path":"a.c"})"},
      {R"({"path":"5"})", R"({"path":"5"})"}};
  for (const auto& [text, want] : cases) {
    CAPTURE(text);
    const auto got = RepairArguments(text, kSchema);
    REQUIRE(got);
    CHECK(*got == want);
  }
  for (const std::string wrong :
       {"", "hello", "[1]", R"({"lines":5})", R"({"path":5})", R"({"path":"a","lines":"many"})"}) {
    CAPTURE(wrong);
    CHECK_FALSE(RepairArguments(wrong, kSchema));
  }
}

TEST_CASE("calls are found in the text of every family") {
  const std::pair<std::string, std::string> cases[] = {
      {"I look.\n<tool_call>\n{\"name\": \"read_file\", \"arguments\": {\"path\": \"a.c\"}}\n</tool_call>", "I look."},
      {"<tool_call>\n<function=read_file>\n<parameter=path>\na.c\n</parameter>\n</function>\n</tool_call>", ""},
      {"<function=read_file><parameter=path>a.c</parameter></function>", ""},
      {"{\"name\": \"read_file\", \"parameters\": {\"path\": \"a.c\"}}", ""},
      {"<|python_tag|>{\"name\": \"read_file\", \"parameters\": {\"path\": \"a.c\"}}", ""},
      {"[TOOL_CALLS][{\"name\": \"read_file\", \"arguments\": {\"path\": \"a.c\"}}]", ""},
      {"<|channel|>commentary to=functions.read_file <|constrain|>json<|message|>{\"path\":\"a.c\"}<|call|>", ""},
      {"<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>read_file\n```json\n{\"path\":\"a.c\"}\n```<"
       "｜tool▁call▁end｜><｜tool▁calls▁end｜>",
       ""},
      {"So:\n```json\n{\"tool\": \"read_file\", \"args\": {\"path\": \"a.c\"}}\n```", "So:"}};
  for (const auto& [text, rest] : cases) {
    CAPTURE(text);
    Message message{.content = text};
    TakeCallsFromText(message, kTools);
    REQUIRE(message.calls.size() == 1);
    CHECK(message.calls[0].name == "read_file");
    CHECK(message.calls[0].arguments == R"({"path":"a.c"})");
    CHECK(message.content == rest);
    Message untold{.content = text};
    TakeCallsFromText(untold, {});
    CHECK(untold.calls.empty());
    CHECK(untold.content == text);
  }
}

TEST_CASE("what is no offered call stays text") {
  for (const std::string text : {"<tool_call>{\"name\": \"rm\", \"arguments\": {}}</tool_call>",
                                 "<tool_call>{\"name\": \"read_file\", \"arguments\": {\"n\": 1}}</tool_call>",
                                 "An example: ```json\n{\"a\": 1}\n```", "{\"name\": \"read_file\"", "plain text"}) {
    Message message{.content = text};
    TakeCallsFromText(message, kTools);
    CHECK(message.calls.empty());
    CHECK(message.content == text);
  }
}

TEST_CASE("the tags hold a model to the tools that were offered") {
  const auto check = [](const std::string& choice, std::string_view text) {
    return static_cast<bool>(CheckText({"tags", ToolTags(kTools, choice)}, text));
  };
  const std::string call = R"(<tool_call>{"name":"read_file","arguments":{"path":"a"}}</tool_call>)";
  CHECK(check("", "just text"));
  CHECK(check("", "text " + call));
  CHECK(check("required", call));
  CHECK_FALSE(check("required", "just text"));
  CHECK_FALSE(check("required", "text " + call));
  CHECK_FALSE(check("stop", call));
  CHECK_FALSE(check("", R"(<tool_call>{"name":"rm","arguments":{}}</tool_call>)"));
  CHECK_FALSE(check("", R"(<tool_call>{"name":"read_file","arguments":{"lines":1}}</tool_call>)"));
}
