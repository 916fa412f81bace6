#include "cli/hooks/json_edit.h"

#include <doctest/doctest.h>

using namespace heddle;
using namespace heddle::cli;

namespace {

const JsonPath kHooks = {"hooks", "PreToolUse"};
constexpr std::string_view kElement = "{\n  \"ours\": 1\n}";

bool Ours(std::string_view element) { return element.find("\"ours\"") != element.npos; }

std::string Added(std::string_view document) {
  auto out = AddElement(document, kHooks, kElement);
  REQUIRE(out);
  return *out;
}

std::string Removed(std::string_view document) {
  auto out = RemoveElements(document, kHooks, Ours);
  REQUIRE(out);
  return *out;
}

}  // namespace

TEST_CASE("an element is put into an empty document, with all that leads to it") {
  constexpr std::string_view kWhole =
      "{\n  \"hooks\": {\n    \"PreToolUse\": [\n      {\n        \"ours\": 1\n      }\n    ]\n  }\n}\n";
  CHECK(Added("") == kWhole);
  CHECK(Added("{}\n") == kWhole);
}

TEST_CASE("everything else stays as it is written") {
  constexpr std::string_view kDocument =
      "// mine\n{\n\t\"z\": [1, 2 ], /* \"hooks\": {} */\n\t\"hooks\": {\n\t\t\"PreToolUse\": [\n\t\t\t{\"a\": "
      "\"]//\"} // "
      "kept\n\t\t],\n\t\t\"Stop\": []\n\t},\n\t\"a\":null\n}\n";
  const std::string added = Added(kDocument);
  CHECK(added ==
        "// mine\n{\n\t\"z\": [1, 2 ], /* \"hooks\": {} */\n\t\"hooks\": {\n\t\t\"PreToolUse\": [\n\t\t\t{\"a\": "
        "\"]//\"}, // kept\n\t\t\t{\n\t\t\t\t\"ours\": 1\n\t\t\t}\n\t\t],\n\t\t\"Stop\": []\n\t},\n\t\"a\":null\n}\n");
  CHECK(Removed(added) == kDocument);
}

TEST_CASE("what was put in is taken out to the byte") {
  for (const std::string_view document :
       {"{\n  \"a\": 1\n}\n", "{\n    \"a\": {\"b\": [\"x\\\"y\"]}\n}",
        "{\n  \"hooks\": {\n    \"Stop\": [1]\n  }\n}\n",
        "{\n  \"hooks\": {\n    \"PreToolUse\": [\n      {\"x\": 1},\n      {\"y\": 2}\n    ]\n  }\n}\n"}) {
    CHECK(Removed(Added(document)) == document);
    CHECK(Removed(document) == document);
  }
}

TEST_CASE("elements are taken out of any place, with one comma") {
  const auto all = [](std::string_view list) { return "{\"hooks\":{\"PreToolUse\":[" + std::string(list) + "]}}"; };
  CHECK(Removed(all("{\"ours\":1},{\"b\":2}")) == all("{\"b\":2}"));
  CHECK(Removed(all("{\"a\":1},{\"ours\":1},{\"b\":2}")) == all("{\"a\":1},{\"b\":2}"));
  CHECK(Removed(all("{\"a\":1},{\"ours\":1}")) == all("{\"a\":1}"));
  CHECK(Removed(all("{\"a\":1},{\"ours\":1},")) == all("{\"a\":1},"));
  CHECK(Removed(all("{\"ours\":1},{\"ours\":2}")) == "{}");
}

TEST_CASE("a trailing comma is no second one") {
  const std::string added = Added("{\"hooks\": {\"PreToolUse\": [1,]}}");
  CHECK(added.find("[1,\n") != added.npos);
  CHECK(Removed(added).find("[1,") != added.npos);
}

TEST_CASE("what cannot be told is refused") {
  for (const std::string_view document :
       {"{", "[]", "{\"hooks\": []}", "{\"hooks\": {\"PreToolUse\": {}}}", "{\"hooks\": {}, \"h\\u006foks\": {}}",
        "{\"a\": 1} x", "hooks = 1", "{\"hooks\": null}"}) {
    CHECK_FALSE(AddElement(document, kHooks, kElement));
    CHECK_FALSE(RemoveElements(document, kHooks, Ours));
  }
}

TEST_CASE("a member is added once") {
  CHECK(*AddMember("{\n  \"a\": 1\n}\n", "version", "1") == "{\n  \"a\": 1,\n  \"version\": 1\n}\n");
  CHECK(*AddMember("{\"version\": 2}", "version", "1") == "{\"version\": 2}");
}

TEST_CASE("an element that goes takes no line feed from a comment before it") {
  const auto ours = [](std::string_view element) { return element == "1"; };
  CHECK(*RemoveElements("{\n  // mine\n  \"a\": [1]\n}\n", {"a"}, ours) == "{\n  // mine\n}\n");
  CHECK(*RemoveElements("{\"a\": [\n  2, // two\n  1\n]}", {"a"}, ours) == "{\"a\": [\n  2 // two\n]}");
}
