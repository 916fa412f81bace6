// Programs in languages other than Python: that they are judged, and that ending early or looking around gains nothing.
#include <doctest/doctest.h>

#include <algorithm>

#include "bench/judge.h"

using namespace heddle;
using namespace heddle::bench;

namespace {

JudgeOptions Options() {
  auto python = FindPython("python3");
  REQUIRE_MESSAGE(python, "python3 is needed for this test");
  return {.python = *python, .cpu_seconds = 1, .memory_bytes = 256 << 20};
}

bool OneOf(const Verdict& verdict, const std::vector<Kind>& kinds) {
  return std::find(kinds.begin(), kinds.end(), verdict.kind) != kinds.end();
}

Task JavaScript(bool data) {
  Task out;
  out.language = "javascript", out.prompt = "add", out.entry_point = "add";
  out.reference = "function add(a, b) { return a + b; }\n";
  if (data)
    out.base_inputs = "[[1, 2], [5, 5]]", out.plus_inputs = "[]", out.expected = "[3, 10]";
  else
    out.test =
        "const assert = require('assert');\nassert.strictEqual(add(1, 2), 3);\nassert.strictEqual(add(5, 5), 10);\n";
  return out;
}

}  // namespace

TEST_CASE("programs in another language do not forge verdicts by ending early, nor get out") {
  struct Row {
    const char *name, *code;
    std::vector<Kind> kinds;
  };
  const Row rows[] = {
      {"exit", "process.exit(0);\n", {Kind::kCrash}},
      {"exit in the function", "function add() { process.exit(0); }\n", {Kind::kCrash}},
      {"a patched assert",
       "require('assert').strictEqual = () => {};\nfunction add() { process.exitCode = 0; process.exit(); }\n",
       {Kind::kCrash}},
      {"equality of its own",
       "function add() { return { valueOf: () => 3, toString: () => '3', toJSON: () => 'x' }; }\n",
       {Kind::kWrongAnswer, Kind::kException}},
      {"the network",
       "require('net').connect(1, '127.0.0.1').on('error', (e) => { throw e; });\nfunction add(a, b) { return a - b; "
       "}\n",
       {Kind::kWrongAnswer, Kind::kException}},
      {"files",
       "const found = ['/home', '/root', '/etc/passwd'].some((p) => require('fs').existsSync(p));\nfunction add(a, b) "
       "{ return found ? a + b : 0; }\n",
       {Kind::kWrongAnswer, Kind::kException}},
      {"the environment",
       "const more = Object.keys(process.env).length > 7;\nfunction add(a, b) { return more ? a + b : 0; }\n",
       {Kind::kWrongAnswer, Kind::kException}},
      {"no end", "for (;;) {}\n", {Kind::kTimeout}},
      {"much output", "for (;;) require('fs').writeSync(1, 'x'.repeat(10000));\n", {Kind::kOutput}},
      {"much memory",
       "const all = [];\nfor (;;) all.push(Buffer.alloc(10000000, 1));\n",
       {Kind::kMemory, Kind::kCrash, Kind::kException}},
      {"what says that the tests are over, from its source and its descriptors",
       "const fs = require('fs');\nlet said = '';\nfor (const file of [__filename, 4, '/work/run.js']) try { said += "
       "fs.readFileSync(file, 'utf8') + '\\n'; } catch {}\nfor (const word of said.match(/[0-9a-f]{16,}/g) || "
       "[]) for (const "
       "fd of [1, 3]) try { fs.writeSync(fd, '\\n' + word + '\\n'); } catch {}\nprocess.exit(0);\n",
       {Kind::kCrash}},
      {"no JavaScript", "function add(a, b { return a; }\n", {Kind::kSyntax}},
  };
  Judge judge(Options());
  for (const bool data : {true, false}) {
    const Task task = JavaScript(data);
    const TaskFacts facts = judge.Learn(task, {});
    REQUIRE_MESSAGE(facts.skipped.empty(), facts.skipped);
    REQUIRE_MESSAGE(facts.reference->passed(), facts.reference->message);
    for (const Row& row : rows) {
      const Verdict verdict = judge.Run(task, facts, row.code);
      INFO(row.name, ": ", KindName(verdict.kind), ": ", verdict.message);
      CHECK(!verdict.passed());
      CHECK(OneOf(verdict, row.kinds));
    }
  }
}

TEST_CASE("honest JavaScript passes: modules, later output, checks of its own, a class") {
  const char* rows[] = {
      "export function add(a, b) { return a + b; }\n",
      "import fs from 'node:fs';\nexport default function add(a, b) { return a + b; }\n",
      "function add(a, b) { setTimeout(() => console.log('later'), 5); return a + b; }\n",
      "function add(a, b) { process.emitWarning('old'); return a + b; }\n",
      "const assert = require('assert');\nfunction add(a, b) { return a + b; }\nassert.strictEqual(add(1, 1), 2);\n",
  };
  Judge judge(Options());
  for (const bool data : {true, false}) {
    const Task task = JavaScript(data);
    const TaskFacts facts = judge.Learn(task, {});
    for (const char* code : rows) {
      const Verdict verdict = judge.Run(task, facts, code);
      INFO(code, KindName(verdict.kind), ": ", verdict.message);
      CHECK(verdict.passed());
      CHECK(verdict.forgeable == !data);
    }
  }
}

TEST_CASE("what bash prints is read as JSON where no text is expected") {
  Judge judge(Options());
  Task task;
  task.language = "bash", task.entry_point = "f", task.base_inputs = "[[2]]", task.plus_inputs = "[]";
  const std::string twice = "f() { echo $(( $1 * 2 )); }\n";
  const std::pair<const char*, bool> rows[] = {{"[4]", true}, {"[\"4\"]", true}, {"[5]", false}, {"[null]", false}};
  for (const auto& [expected, passes] : rows) {
    task.expected = expected;
    CHECK_MESSAGE(judge.Run(task, judge.Learn(task, {}), twice).passed() == passes, expected);
  }
}
