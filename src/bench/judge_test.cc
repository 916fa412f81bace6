// What a verdict is worth: programs that try to forge one or to get out of their cell, and honest ones beside them.
// Needs python3, as judging does.
#include "bench/judge.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <span>

#include "base/text.h"
#include "bench/judge_pool.h"
#include "sys/environment.h"
#include "sys/files.h"

using namespace heddle;
using namespace heddle::bench;

namespace {

Task CodeTask() {
  Task out;
  out.id = "code";
  out.prompt = "def add(a, b):\n";
  out.entry_point = "add";
  out.reference = "def add(a, b):\n    return a + b\n";
  out.test =
      "def check(candidate):\n    assert candidate(1, 2) == 3\n    assert candidate(5, 5) == 10, 'five'\n    assert "
      "candidate(7, 3) == 10\ncheck(add)\n";
  return out;
}

Task DataTask() {
  Task out = CodeTask();
  out.id = "data";
  out.test.clear();
  out.base_inputs = "[[1, 2], [5, 5]]";
  out.plus_inputs = "[[100, 23], [7, 3]]";
  return out;
}

JudgeOptions Options() {
  auto python = FindPython("python3");
  REQUIRE_MESSAGE(python, "python3 is needed for this test");
  JudgeOptions out;
  out.python = *python;
  out.cpu_seconds = 1;
  out.memory_bytes = 256 << 20;
  return out;
}

struct Tried {
  Verdict code, data;
};

class Bench {
 public:
  Bench() : judge_(Options()), code_facts_(judge_.Learn(CodeTask(), {})), data_facts_(judge_.Learn(DataTask(), {})) {
    REQUIRE(code_facts_.reference);
    CHECK_MESSAGE(code_facts_.reference->passed(), code_facts_.reference->message);
    CHECK_MESSAGE(data_facts_.reference->passed(), data_facts_.reference->message);
    code_facts_.reference_cpu_us = data_facts_.reference_cpu_us = 0;
  }
  Tried Try(const std::string& code) {
    return {judge_.Run(CodeTask(), code_facts_, code), judge_.Run(DataTask(), data_facts_, code)};
  }

 private:
  Judge judge_;
  TaskFacts code_facts_, data_facts_;
};

struct Attack {
  const char* name;
  const char* code;
  std::vector<Kind> kinds;  // any of these
};

const Attack kForgeries[] = {
    {"sys.exit(0)", "import sys\nsys.exit(0)\n", {Kind::kException}},
    {"os._exit(0)", "import os\nos._exit(0)\n", {Kind::kCrash}},
    {"SystemExit from the function", "def add(a, b): raise SystemExit(0)\n", {Kind::kException}},
    {"atexit",
     "import atexit, sys\natexit.register(lambda: print('passed'))\ndef add(a, b): sys.exit(0)\n",
     {Kind::kException}},
    {"__eq__ is always true",
     "class T:\n    def __eq__(self, other): return True\n    __hash__ = None\ndef add(a, b): return T()\n",
     {Kind::kWrongAnswer}},
    {"an int whose __eq__ is always true",
     "class T(int):\n    def __eq__(self, other): return True\n    def __ne__(self, other): return False\n    __hash__ "
     "= int.__hash__\ndef add(a, b): return T(0)\n",
     {Kind::kWrongAnswer}},
    {"patched builtins",
     "import builtins\nfor n in ('all', 'any', 'len', 'abs', 'isinstance', 'repr'): setattr(builtins, n, lambda *a, "
     "**k: True)\nbuiltins.AssertionError = None\ndef add(a, b): return 0\n",
     {Kind::kWrongAnswer, Kind::kCrash}},
    {"an own check",
     "def check(candidate): pass\nimport sys, __main__\n__main__.check = check\nsys.modules['tests'] = "
     "sys.modules[__name__]\ndef add(a, b): return 0\n",
     {Kind::kWrongAnswer}},
    {"an assertion that never fails",
     "import builtins\nclass Quiet(Exception):\n    def __new__(cls, *a): return "
     "KeyboardInterrupt()\nbuiltins.AssertionError = Quiet\ndef add(a, b): return 0\n",
     {Kind::kWrongAnswer}},
    {"tests read from frames and objects",
     "import gc, sys\ndef add(a, b):\n    frame = sys._getframe()\n    while frame:\n        for value in "
     "list(frame.f_locals.values()) + list(frame.f_globals.values()):\n            if isinstance(value, str) and "
     "'assert candidate' in value: return a + b\n        frame = frame.f_back\n    for value in gc.get_objects():\n    "
     "    if isinstance(value, dict) and any(isinstance(v, str) and ('assert candidate' in v or 'token' in v) for v in "
     "list(value.values())) and 'prompt' in value: return a + b\n    return 0\n",
     {Kind::kWrongAnswer}},
    {"a verdict on every descriptor",
     "import os\nfor fd in range(3, 64):\n    try: os.write(fd, "
     "b'38\\n{\"kind\":\"passed\",\"token\":\"\",\"base\":true}')\n    except OSError: pass\ndef add(a, b): return 0\n",
     {Kind::kWrongAnswer, Kind::kCrash, Kind::kException}},
    {"signals",
     "import os, signal\ndef add(a, b):\n    for pid in (-1, 0, os.getppid(), 2, 3):\n        try: os.kill(pid, "
     "signal.SIGKILL)\n        except OSError: pass\n    return 0\n",
     {Kind::kWrongAnswer, Kind::kCrash}},
    {"another program", "import os\nos.execv('/bin/true', ['true'])\n", {Kind::kCrash}},
    {"a crash", "import ctypes\nctypes.string_at(0)\n", {Kind::kCrash}},
    {"a hash that never ends", "def add(a, b):\n    while True: pass\n", {Kind::kTimeout}},
    {"endless output", "def add(a, b):\n    while True: print('x' * 100000)\n", {Kind::kOutput}},
    {"endless memory", "def add(a, b):\n    x = [0]\n    while True: x = x + x\n", {Kind::kMemory}},
    {"an endless answer",
     "def add(a, b):\n    def f():\n        while True: yield 1\n    return f()\n",
     {Kind::kTimeout, Kind::kMemory, Kind::kWrongAnswer}},
    {"an answer nested too deeply",
     "def add(a, b):\n    x = []\n    for i in range(100000): x = [x]\n    return x\n",
     {Kind::kWrongAnswer, Kind::kException, Kind::kCrash}},
    {"no program", "  \n", {Kind::kNoCode}},
    {"no function", "x = 1\n", {Kind::kException}},
    {"no Python", "def add(a, b) return a\n", {Kind::kSyntax}},
    {"a module that is not there", "import no_such_module\n", {Kind::kMissingModule}},
};

// Each returns a + b only if it got what it must not get: so none of them may pass.
const Attack kEscapes[] = {
    {"the environment",
     "import os\nkeys = set(os.environ) - {'PATH', 'LANG', 'HOME', 'PYTHONHASHSEED', 'LC_CTYPE'}\ndef add(a, b): "
     "return a + b if keys else 0\n",
     {Kind::kWrongAnswer}},
    {"files of users",
     "import os\ndef add(a, b): return a + b if any(os.path.exists(p) for p in ('/home', '/root/.bashrc', "
     "'/etc/passwd', '/etc/shadow', '/var', '/run', '/work')) else 0\n",
     {Kind::kWrongAnswer}},
    {"writing",
     "import os\ndef add(a, b):\n    for p in ('/usr/x', '/x', '/proc/sys/kernel/hostname', '/dev/x', "
     "'/usr/lib/python3/x'):\n        try:\n            open(p, 'w').close()\n            return a + b\n        except "
     "OSError: pass\n    return 0\n",
     {Kind::kWrongAnswer}},
    {"sockets", "import socket\ns = socket.socket()\n", {Kind::kSandboxDenial}},
    {"the network by name",
     "import urllib.request\nurllib.request.urlopen('http://127.0.0.1:1/')\n",
     {Kind::kSandboxDenial, Kind::kException}},
    {"/proc of others",
     "import os\ndef add(a, b):\n    pids = [p for p in os.listdir('/proc') if p.isdigit()]\n    return a + b if "
     "len(pids) > 1 or os.path.exists('/proc/kallsyms') or os.path.exists('/proc/sys') else 0\n",
     {Kind::kWrongAnswer}},
    {"ptrace",
     "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\ndef add(a, b): return a + b if libc.ptrace(0, 0, 0, 0) "
     "== 0 or libc.ptrace(16, 1, 0, 0) == 0 else 0\n",
     {Kind::kWrongAnswer}},
    {"name spaces, mounts and capabilities",
     "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\ndef add(a, b): return a + b if libc.unshare(0x10000000) "
     "== 0 or libc.mount(b'x', b'/tmp', b'tmpfs', 0, None) == 0 or libc.chroot(b'/tmp') == 0 or libc.sethostname(b'x', "
     "1) == 0 else 0\n",
     {Kind::kWrongAnswer}},
    {"a fork bomb",
     "import os\ndef add(a, b):\n    n = 0\n    while n < 1000:\n        try:\n            if os.fork() == 0:\n        "
     "        while True: pass\n            n += 1\n        except OSError: return 0\n    return a + b\n",
     {Kind::kWrongAnswer, Kind::kTimeout}},
    {"memory of many processes",
     "import os, time\nfor i in range(20):\n    if os.fork() == 0:\n        x = bytearray(40 << 20)\n        x[::4096] "
     "= b'x' * len(x[::4096])\n        time.sleep(100)\ntime.sleep(100)\n",
     {Kind::kMemory}},
    {"files in /tmp",
     "def add(a, b):\n    with open('/tmp/x', 'wb') as f:\n        for i in range(100): f.write(b'x' * (1 << 20))\n    "
     "return a + b\n",
     {Kind::kException}},
    {"50 MB of output", "def add(a, b):\n    print('x' * 50_000_000)\n    return a + b\n", {Kind::kOutput}},
    {"the standard input", "def add(a, b): return a + b if input() else 0\n", {Kind::kException}},
    {"sleeping for ever", "import time\ntime.sleep(1000)\n", {Kind::kTimeout}},
};

struct Honest {
  const char* name;
  const char* code;
};
const Honest kHonest[] = {
    {"plain", "def add(a, b):\n    return a + b\n"},
    {"prints a little", "def add(a, b):\n    print(a, b)\n    return a + b\n"},
    {"a float that is equal", "def add(a, b):\n    return float(a + b)\n"},
    {"threads and processes of its own",
     "import threading, subprocess\ndef add(a, b):\n    out = []\n    t = threading.Thread(target=lambda: "
     "out.append(int(subprocess.run(['echo', str(a + b)], capture_output=True).stdout)))\n    t.start(); t.join()\n    "
     "return out[0]\n"},
    {"files in its own /tmp",
     "def add(a, b):\n    open('/tmp/n', 'w').write(str(a + b))\n    return int(open('/tmp/n').read())\n"},
    {"a main block", "def add(a, b):\n    return a + b\nif __name__ == '__main__':\n    raise SystemExit(1)\n"},
    {"deep recursion",
     "import sys\nsys.setrecursionlimit(5000)\ndef add(a, b):\n    def f(n): return 0 if n == 0 else 1 + f(n - 1)\n    "
     "return a + b + f(3000) - 3000\n"},
    {"a Fraction that is equal", "from fractions import Fraction\ndef add(a, b):\n    return Fraction(a) + b\n"},
};

bool OneOf(const Verdict& verdict, const std::vector<Kind>& kinds) {
  return std::find(kinds.begin(), kinds.end(), verdict.kind) != kinds.end();
}

void CheckAll(std::span<const Attack> attacks) {
  Bench bench;
  for (const Attack& attack : attacks) {
    const Tried tried = bench.Try(attack.code);
    for (const Verdict* verdict : {&tried.code, &tried.data}) {
      INFO(attack.name, ": ", KindName(verdict->kind), ": ", verdict->message);
      CHECK(!verdict->passed());
      CHECK(!verdict->base);
      CHECK(OneOf(*verdict, attack.kinds));
    }
  }
}

}  // namespace

TEST_CASE("no verdict can be forged") { CheckAll(kForgeries); }
TEST_CASE("nothing gets out of its cell") { CheckAll(kEscapes); }

TEST_CASE("honest programs pass, before and after hostile ones") {
  Bench bench;
  for (int round = 0; round < 2; ++round) {
    for (const Honest& honest : kHonest) {
      const Tried tried = bench.Try(honest.code);
      for (const Verdict* verdict : {&tried.code, &tried.data}) {
        INFO(honest.name, ": ", KindName(verdict->kind), ": ", verdict->message);
        CHECK(verdict->passed());
        CHECK(verdict->base);
      }
    }
    (void)bench.Try(kForgeries[14].code);
    (void)bench.Try(kEscapes[8].code);
  }
}

TEST_CASE("no program gets out of the rate by being none that the tests know, or by ending its judge") {
  std::vector<Judge> judges;
  judges.emplace_back(Options());
  Judge& judge = judges[0];
  JudgePool pool(judges);
  Task task;
  task.prompt = "Write add.", task.completion = false;  // as MBPP's: no entry point is named
  task.reference = "def add(a, b): return a + b\n", task.test = "assert add(1, 2) == 3\n";
  const TaskFacts facts = judge.Learn(task, {});
  REQUIRE(facts.reference->passed());
  const Verdict misnamed = judge.Run(task, facts, "def plus(a, b): return a + b\n");
  CHECK(misnamed.kind == Kind::kException);
  CHECK(misnamed.message.find("add") != std::string::npos);
  const char* hostile[] = {
      // a value that is small to hold and endless to write or show
      "x = []\nfor i in range(60): x = [x, x]\ndef add(a, b): return x\n",
      "def add(a, b): return 1 << (1 << 31)\n",
  };
  for (const char* code : hostile) {
    const Verdict verdict = pool.Run(task, facts, code);
    INFO(code, KindName(verdict.kind), ": ", verdict.message);
    CHECK(!verdict.passed());
    CHECK(verdict.kind != Kind::kHarnessError);
  }
  CHECK(judge.Run(task, facts, task.reference).passed());
}

TEST_CASE("a verdict says which check failed, with its input") {
  Bench bench;
  const Tried tried = bench.Try("def add(a, b): return 3 if a == 1 else 10 if a == 5 else -1\n");
  CHECK(tried.code.test == 3);
  CHECK(tried.code.of == 3);
  CHECK(tried.code.input == "assert candidate(7, 3) == 10");
  CHECK(tried.data.test == 3);
  CHECK(tried.data.of == 4);
  CHECK(tried.data.input == "100, 23");
  CHECK(tried.data.got == "-1");
  CHECK(tried.data.expected == "123");
  CHECK(tried.data.base);  // only the inputs that were added fail
}

TEST_CASE("nothing of a candidate outlives it") {
  Bench bench;
  (void)bench.Try(
      "import os, ctypes, time\nif os.fork() == 0:\n    if os.fork() == 0:\n        os.setsid()\n        "
      "ctypes.CDLL(None).prctl(15, b'heddle-orphan', 0, 0, 0)\n        time.sleep(1000)\n    os._exit(0)\ndef add(a, "
      "b): return 0\n");
  const auto entries = sys::SystemFiles().List("/proc");
  REQUIRE(entries);
  for (const auto& entry : *entries)
    CHECK(Trim(sys::SystemFiles().ReadHead(Cat({"/proc/", entry.name, "/comm"}), 64).value_or("")) != "heddle-orphan");
}

TEST_CASE("a reference that fails is found before any model is asked") {
  Judge judge(Options());
  Task wrong = CodeTask();
  wrong.reference = "def add(a, b): return a - b\n";
  CHECK(judge.Learn(wrong, {}).reference->kind == Kind::kWrongAnswer);
  Task raises = DataTask();
  raises.reference = "def add(a, b): return a // (b - 5)\n";
  const auto facts = judge.Learn(raises, {});
  CHECK(facts.reference->kind == Kind::kHarnessError);
  CHECK(facts.reference->message.find("ZeroDivisionError") != std::string::npos);
  Task nothing = CodeTask();
  nothing.test = "x = 1\n";
  CHECK(judge.Learn(nothing, {}).reference->kind == Kind::kHarnessError);
}

TEST_CASE("inputs are what the assertions show: tuples, sets, complex numbers") {
  Judge judge(Options());
  Task task = DataTask();
  task.base_inputs = R"([[[1, [2, 3]], "1j"]])";
  task.plus_inputs = R"([[[4, [5, [6, 7]]], "2"]])";
  task.assertion = "assert add((1, (2, 3)), 1j) == 1";
  task.reference = "def add(a, b):\n    return [str(type(a)), str(type(a[1])), str(type(a[1][-1])), str(type(b))]\n";
  const auto facts = judge.Learn(task, {});
  REQUIRE(facts.reference->passed());
  const std::string same =
      "def add(a, b):\n    k = \"<class '%s'>\"\n    last = 'int' if a[0] == 1 else 'tuple'\n    return [k % 'tuple', "
      "k % 'tuple', k % last, k % ('complex' if isinstance(b, complex) else 'float')]\n";
  const Verdict verdict = judge.Run(task, facts, same);
  INFO(verdict.got, " ", verdict.expected);
  CHECK(verdict.passed());
}

TEST_CASE("what a suite expects is compared with tolerance where it says so") {
  Judge judge(Options());
  Task task = DataTask();
  task.reference.clear();
  task.base_inputs = "[[0.1, 0.2]]", task.plus_inputs = "[]", task.expected = "[0.3]";
  CHECK(judge.Run(task, judge.Learn(task, {}), "def add(a, b): return a + b\n").passed());
  task.expected = "[0.31]";
  CHECK(judge.Run(task, judge.Learn(task, {}), "def add(a, b): return a + b\n").kind == Kind::kWrongAnswer);
  task.tolerance = 0.02;
  CHECK(judge.Run(task, judge.Learn(task, {}), "def add(a, b): return a + b\n").passed());
}

TEST_CASE("large results are compared as small ones are") {
  Judge judge(Options());
  Task task;
  task.entry_point = "f", task.base_inputs = "[[300000]]", task.plus_inputs = "[]";
  const auto tried = [&](const std::string& reference, const std::string& code) {
    task.reference = reference;
    const TaskFacts facts = judge.Learn(task, {});
    REQUIRE_MESSAGE(facts.reference->passed(), facts.reference->message);
    return judge.Run(task, facts, code).kind;
  };
  const std::string halves = "def f(n): return [i / 2 for i in range(n)]\n";
  CHECK(tried(halves, "def f(n): return [i // 2 if i % 2 == 0 else i / 2 for i in range(n)]\n") == Kind::kPassed);
  CHECK(tried(halves, "def f(n): return [i / 2 for i in range(n - 1)] + [0]\n") == Kind::kWrongAnswer);
  const std::string text = "def f(n): return ' '.join(map(str, range(n)))\n";
  CHECK(tried(text, "def f(n): return ' '.join([str(i) for i in range(n)])\n") == Kind::kPassed);
  CHECK(tried(text, "def f(n): return ' '.join(map(str, range(n))) + ' '\n") == Kind::kWrongAnswer);
}

TEST_CASE("classes of unittest run beside the program that they patch") {
  Judge judge(Options());
  const auto suite = ReadSuite(
      R"({"task_id": "B/0", "complete_prompt": "import os\ndef task_func(x):\n", "instruct_prompt": "Write it.", "canonical_solution": "    return os.path.join('a', x)\n", "entry_point": "task_func", "test": "import unittest\nfrom unittest.mock import patch\nclass TestCases(unittest.TestCase):\n    def test_plain(self):\n        self.assertEqual(task_func('b'), 'a/b')\n    @patch('os.path.join')\n    def test_patched(self, join):\n        join.return_value = 1\n        self.assertEqual(task_func('b'), 1)\n"})",
      "x");
  REQUIRE(suite);
  const Task& task = suite->tasks[0];
  const TaskFacts facts = judge.Learn(task, {});
  INFO(facts.reference->message);
  CHECK(facts.reference->passed());
  CHECK(judge.Run(task, facts, "def task_func(x): return 'a/' + x\n").kind == Kind::kWrongAnswer);
  CHECK(judge.Run(task, facts, "import sys\nsys.exit(0)\n").kind == Kind::kException);
  CHECK(judge.Run(task, facts, "import os\ndef task_func(x): os._exit(0)\n").kind == Kind::kCrash);
}
