// Every bound, from both sides: what lies within is followed, what lies beyond is never taken for harmless.
#include <doctest/doctest.h>

#include <algorithm>

#include "base/text.h"
#include "shell/analyze.h"
#include "shell/expand.h"

using namespace heddle;
using namespace heddle::shell;

namespace {

const World kWorld{.cwd = "/home/me/project", .home = "/home/me"};

std::string Many(size_t count, const std::string& text) {
  std::string out;
  for (size_t i = 0; i < count; ++i) out += text;
  return out;
}

Risk Rated(const std::string& line) { return Analyze(line, kWorld)->risk; }

// A variable with `count` values, none of which is a program.
std::string Values(const std::string& name, int count) {
  std::string out = name + "=x; ";
  for (int i = 1; i < count; ++i) out += Cat({"if y; then ", name, "=q", std::to_string(i), "; fi; "});
  return out;
}

std::string FirstTarget(const std::string& line) {
  const auto analysis = Analyze(line, kWorld);
  return analysis->effects.empty() ? "" : analysis->effects[0].target;
}

}  // namespace

TEST_CASE("a text that is too long or holds a NUL byte is no command") {
  CHECK(Analyze(std::string((1 << 20) + 1, 'a'), kWorld).error().code == Code::kTooLarge);
  CHECK(Analyze(std::string_view("ls\0", 3), kWorld).error().code == Code::kInvalid);
  CHECK(Analyze(std::string_view("ls", 2), kWorld));
}

TEST_CASE("a variable has so many values, and a command so many readings, before it may be anything") {
  CHECK(Rated(Values("v", 8) + "$v -rf /") < Risk::kHigh);
  CHECK(Rated(Values("v", 20) + "$v -rf /") == Risk::kCritical);
  CHECK(Rated(Values("a", 5) + Values("b", 5) + "$a$b -rf /") < Risk::kHigh);
  CHECK(Rated(Values("a", 7) + Values("b", 7) + "$a$b -rf /") == Risk::kCritical);
}

TEST_CASE("loops and xargs follow so many values; beyond them lies any value") {
  CHECK(Rated("for x in " + Many(16, "/tmp/a ") + "; do rm -rf $x; done") < Risk::kHigh);
  CHECK(Rated("for x in " + Many(17, "/tmp/a ") + "; do rm -rf $x; done") >= Risk::kHigh);
  CHECK(Rated("printf '%s\\n' " + Many(64, "/tmp/a ") + " | xargs rm -rf") < Risk::kHigh);
  CHECK(Rated("printf '%s\\n' " + Many(65, "/tmp/a ") + " | xargs rm -rf") >= Risk::kHigh);
}

TEST_CASE("a long text that is piped into a shell may be anything") {
  const std::string line = ": " + Many(4000, "a");
  CHECK(Rated("echo '" + line + "' | sh") == Risk::kSafe);
  CHECK(Rated("echo '" + Many(20, line + "\n") + "' | sh") >= Risk::kHigh);
  CHECK(Rated("for i in " + Many(16, "1 ") + "; do echo '" + line + Many(800, "a") + "'; done | sh") >= Risk::kHigh);
}

TEST_CASE("a word is so long, so deeply nested and matched so far, and then unknown") {
  const std::string doubled = "x=" + Many(1000, "a") + "; " + Many(12, "x=$x$x; ") + "echo $x";
  CHECK_FALSE(Analyze(doubled, kWorld)->complete);
  CHECK_FALSE(Analyze("echo " + Many(60, "${u:-") + "x" + Many(60, "}"), kWorld)->complete);
  CHECK(Analyze("echo " + Many(20, "${u:-") + "x" + Many(20, "}"), kWorld)->complete);
  CHECK(FirstTarget("x=" + Many(500, "a") + "b; rm \"${x/a*b/c}\"") == "c");
  CHECK(FirstTarget("x=" + Many(600, "a") + "b; rm \"${x/a*b/c}\"") == Unknown());
  CHECK(FirstTarget("x=" + Many(500, "a") + "b; rm \"${x#a*b}c\"") == "c");
  CHECK(FirstTarget("x=" + Many(600, "a") + "b; rm \"${x#a*b}c\"") == Unknown() + "c");
}

TEST_CASE("a text is so long, a command has so many words and a list so many links, before that alone rates it") {
  CHECK(Analyze("echo " + Many(1 << 17, "a"), kWorld)->complete);
  CHECK_FALSE(Analyze("echo " + Many(1 << 18, "a"), kWorld)->complete);
  CHECK(Rated("echo " + Many(1 << 18, "a")) == Risk::kHigh);
  CHECK(Analyze("echo" + Many(4000, " a"), kWorld)->complete);
  CHECK(Rated("echo" + Many(33000, " a")) == Risk::kHigh);
  const std::string large = "x=" + Many(1000, "a") + "; " + Many(9, "x=$x$x; ");
  CHECK(Analyze(large + "echo $x", kWorld)->complete);
  CHECK(Rated(large + "echo" + Many(20, " $x")) == Risk::kHigh);
  CHECK(Rated(large + "echo {" + Many(20, "$x,") + "}") == Risk::kHigh);
  CHECK(Analyze("echo" + Many(200, " 2>&1"), kWorld)->complete);
  CHECK(Rated("echo" + Many(300, " 2>&1")) == Risk::kHigh);
  CHECK(Analyze(Many(4000, "a=b ") + "ls", kWorld)->complete);
  CHECK(Rated(Many(33000, "a=b ") + "ls") == Risk::kHigh);
  CHECK(Analyze(Many(300, "true && ") + "ls", kWorld)->complete);
  CHECK(Rated(Many(301, "true && ") + "ls") == Risk::kHigh);
  CHECK(Rated(Many(30'000, "true && ") + "ls") == Risk::kHigh);
}

TEST_CASE("what is never closed is looked for so far, however often it begins") {
  CHECK_FALSE(Analyze("echo " + Many(60, "${x:-"), kWorld)->complete);
  CHECK_FALSE(Analyze("echo " + Many(20'000, "${x:-"), kWorld)->complete);
  CHECK_FALSE(Analyze("echo ' \\ ' \"" + Many(20'000, "${x:-"), kWorld)->complete);
  CHECK(Analyze("echo " + Many(20, "{a,") + "b" + Many(20, "}"), kWorld)->complete);
  CHECK(Rated("echo " + Many(50'000, "{a,") + "b" + Many(50'000, "}")) == Risk::kHigh);
  CHECK(Rated("echo " + Many(50'000, "{") + "b" + Many(50'000, "}")) == Risk::kHigh);
  CHECK(Rated("echo " + Many(50'000, "{b}")) == Risk::kHigh);
  CHECK(Rated("rm -rf " + Many(50'000, "*/")) == Risk::kHigh);
}

TEST_CASE("what takes long is not followed to its end") {
  const auto analysis = Analyze(Many(1500, "echo {1..4000}; "), kWorld);
  CHECK_FALSE(analysis->complete);
  CHECK(std::any_of(analysis->findings.begin(), analysis->findings.end(),
                    [](const Finding& finding) { return finding.rule == "analysis.limit"; }));
}

TEST_CASE("files that a line makes are known up to a bound, and beyond it anything") {
  std::string line;
  for (int i = 0; i < 200; ++i) line += Cat({"echo ls > f", std::to_string(i), "; "});
  CHECK(Rated(line + "bash f7") < Risk::kHigh);
  for (int i = 200; i < 300; ++i) line += Cat({"echo ls > f", std::to_string(i), "; "});
  CHECK(Rated(line + "bash f299") >= Risk::kHigh);
  CHECK(Rated(line + "echo 'rm -rf /' > x; bash x") >= Risk::kHigh);
}
