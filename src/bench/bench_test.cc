#include <doctest/doctest.h>

#include "bench/judge.h"
#include "bench/members.h"
#include "bench/suite.h"

using namespace heddle;
using namespace heddle::bench;

TEST_CASE("members of an object are cut out as they were written") {
  const auto row =
      Members::Parse(R"({"a": "x\n\"y\"", "big": [1e400, NaN, 123456789012345678901234567890], "n": null, "f": 0.5})");
  REQUIRE(row);
  CHECK(row->Text("a") == "x\n\"y\"");
  CHECK(row->Raw("big") == "[1e400, NaN, 123456789012345678901234567890]");
  CHECK(!row->Has("n"));
  CHECK(row->Number("f", 0) == 0.5);
  for (const std::string_view bad :
       {"", "[]", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":\"x}", "{\"a\":1}x", "{\"a\":[1}", "{\"a\" 1}"})
    CHECK_MESSAGE(!Members::Parse(bad), bad);
}
