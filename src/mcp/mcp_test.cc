// Without a server: what is checked before anything is sent. tests/bench has the real ones.
#include <doctest/doctest.h>

#include "mcp/client.h"

using namespace heddle;
using namespace heddle::mcp;

TEST_CASE("arguments are held against the tool's schema before they are sent") {
  const ToolInfo tool{
      "add", "", R"({"type":"object","properties":{"a":{"type":"integer"},"b":{"type":"string"}},"required":["a"]})"};
  CHECK(CheckArguments(tool, R"({"a":1})"));
  CHECK(CheckArguments(tool, R"({"a":1,"b":"x"})"));
  CHECK(CheckArguments(tool, R"({"b":"x"})").error().message == "the tool add needs the argument a");
  CHECK(CheckArguments(tool, R"({"a":1,"c":1})").error().message == "the tool add takes no argument c");
  CHECK(CheckArguments(tool, R"({"a":"1"})").error().message == "the tool add takes a integer as a");
  CHECK(!CheckArguments(tool, "[]"));
  CHECK(!CheckArguments(tool, "{"));
}

TEST_CASE("servers are read as other programs write them down") {
  const auto servers = ParseServers(
      R"({"mcpServers":{"fs":{"command":"npx","args":["-y","pkg"],"env":{"K":"V"}},"web":{"type":"http","url":"https://h/mcp","headers":{"X":"Y"}}}})");
  REQUIRE(servers);
  REQUIRE(servers->size() == 2);
  CHECK((*servers)[0].command == std::vector<std::string>{"npx", "-y", "pkg"});
  CHECK((*servers)[1].url == "https://h/mcp");
  for (const char* bad :
       {"{}", "[]", R"({"mcpServers":{"x":{}}})", R"({"mcpServers":{"x":{"command":"a","url":"http://b"}}})"})
    CHECK(!ParseServers(bad));
}

TEST_CASE("a program that is no server is an error, soon") {
  const ClientOptions quick{.start_ms = 300, .discover_ms = 200};
  CHECK(!Client::Connect({.name = "x", .command = {"/no/such/program"}}, quick, {}));
  CHECK(!Client::Connect({.name = "x", .command = {"true"}}, quick, {}));
  CHECK(!Client::Connect({.name = "x", .command = {"yes"}}, quick, {}));
  CHECK(!Client::Connect({.name = "x", .command = {"sleep", "100"}}, quick, {}));
  CHECK(!Client::Connect({.name = "x", .url = "ftp://x"}, quick, {}));
}
