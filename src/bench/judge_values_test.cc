// What may come from a program that is judged: values of a closed set of types, whoever wrote the bytes, and nothing
// that decides how they are compared. Needs python3, as judging does.
#include <doctest/doctest.h>

#include "base/text.h"
#include "bench/judge.h"
#include "bench/judge_pool.h"

using namespace heddle;
using namespace heddle::bench;

namespace {

JudgeOptions Options() {
  auto python = FindPython("python3");
  REQUIRE_MESSAGE(python, "python3 is needed for this test");
  return {.python = *python, .cpu_seconds = 1, .memory_bytes = 256 << 20};
}

Task Function(const std::string& name, const std::string& reference, const std::string& tests) {
  Task out;
  out.prompt = Cat({"Write ", name, "."});
  out.completion = false;
  out.entry_point = name;
  out.reference = reference;
  out.test = tests;
  return out;
}

// Verdicts of several programs on one task whose reference passes.
class Bench {
 public:
  explicit Bench(Task task) : judge_(Options()), task_(std::move(task)), facts_(judge_.Learn(task_, {})) {
    REQUIRE(facts_.reference);
    REQUIRE_MESSAGE(facts_.reference->passed(), facts_.reference->message);
  }
  Verdict Try(const std::string& code) { return judge_.Run(task_, facts_, code); }
  const TaskFacts& facts() const { return facts_; }

 private:
  Judge judge_;
  Task task_;
  TaskFacts facts_;
};

const Task kAdd = Function("add", "def add(a, b): return a + b\n",
                           "assert add(1, 2) == 3\nassert abs(add(2, 3) - 5) < 1\nassert add(1, 1) in (2, 2.0)\n");
const Task kUpper =
    Function("up", "def up(s): return s.upper()\n", "assert up('a').startswith('A')\nassert up('bc').endswith('C')\n");
const Task kHalf = Function("half", "import math\ndef half(x): return x / 2\n",
                            "assert math.isclose(half(1), 0.5)\nassert math.isclose(half(3), 1.5)\n");

// A program that takes over its side of the socket: every outcome it sends is `text`.
std::string Sends(std::string_view text) {
  return Cat(
      {"import sys\nframe = sys._getframe()\nwhile 'wire' not in frame.f_globals: frame = frame.f_back\n"
       "channel = frame.f_globals['wire'].Channel\nreal = channel.send\n"
       "channel.send = lambda self, *texts: real(self, *[each if each.startswith('[\"loaded\"') else '",
       text, "' for each in texts])\ndef add(a, b): return 0\n"});
}

}  // namespace

TEST_CASE("bytes of a program make nothing but values where they are read") {
  Bench bench(kAdd);
  const std::string deep = Cat({std::string(20'000, '['), std::string(20'000, ']')});
  const std::string tuples = ReplaceAll(std::string(3000, 'x'), "x", "{\"tuple\":[");
  for (const std::string& value :
       {std::string("{\"eval\":\"1\"}"), std::string("{\"type\":\"eval\"}"), std::string("{\"dict\":[[],1]}"),
        std::string("{\"set\":[[]]}"), std::string("{\"Fraction\":[1,0]}"), std::string("{\"int\":3}"),
        std::string("{\"tuple\":[],\"list\":[]}"), std::string("{\"foreign\":[\"a\"]}"), std::string(5000, '9'), deep,
        tuples}) {
    const Verdict verdict = bench.Try(Sends(Cat({"[\"data\",", value, "]"})));
    INFO(value.substr(0, 40), " ", KindName(verdict.kind), ": ", verdict.message);
    CHECK(verdict.kind == Kind::kWrongAnswer);
    CHECK(verdict.message.find("cannot be read") != std::string::npos);
  }
  for (const std::string_view message : {"3", "[]", "[3]", "[\"data\"]", "[\"raised\",1]", "[\"passed\",true]", "{}"})
    CHECK_MESSAGE(bench.Try(Sends(message)).kind == Kind::kWrongAnswer, message);
  CHECK(bench
            .Try("import os, socket, struct\nfor fd in range(3, 64):\n    try: os.write(fd, struct.pack('<I', 4) + "
                 "b'\\x80\\x04N.')\n    except OSError: pass\ndef add(a, b): return 0\n")
            .kind == Kind::kWrongAnswer);
  CHECK(bench.Try("def add(a, b): return a + b\n").passed());
}

TEST_CASE("an instance of a subclass is the value it holds, and its methods stay where they are") {
  Bench bench(kAdd);
  const std::string lying =
      "    def __eq__(s, o): return True\n    def __sub__(s, o): return 0\n    def "
      "__abs__(s): return 0\n"
      "    def __lt__(s, o): return True\n    __hash__ = None\n";
  for (const std::string_view base : {"int", "float", "str", "list", "dict", "set", "object", "complex", "Exception"})
    CHECK_MESSAGE(!bench.Try(Cat({"class T(", base, "):\n", lying, "def add(a, b): return T()\n"})).passed(), base);
  CHECK(bench.Try("class T(int):\n    pass\ndef add(a, b): return T(a + b)\n").passed());
  CHECK(bench
            .Try("import enum\nclass T(enum.IntEnum):\n    A = 3\n    B = 5\n    C = 2\n"
                 "def add(a, b): return T(a + b)\n")
            .passed());
}

TEST_CASE("names that tests use are the program's only where nobody else defines them") {
  Bench add(kAdd);
  CHECK(!add.Try("def abs(x): return 0\ndef add(a, b): return 99 if a == 2 else a + b\n").passed());
  const std::string forged = ReplaceAll(
      ReplaceAll(Sends("x"), "each if each.startswith('[\"loaded\"') else 'x'",
                 "each.replace('[\"loaded\",[', '[\"loaded\",[\"abs\",\"AssertionError\",\"__heddle_step__\",')"),
      "def add(a, b): return 0", "def abs(x): return 0\ndef add(a, b): return 99 if a == 2 else a + b");
  CHECK(add.Try(forged).kind == Kind::kWrongAnswer);
  Bench half(kHalf);
  CHECK(half.Try("class math:\n    isclose = staticmethod(lambda *a: True)\ndef half(x): return 9\n").kind ==
        Kind::kWrongAnswer);
  CHECK(half.Try("def half(x): return x / 2\n").passed());
  // A task that names no function may have one with the name of a built-in.
  Task sum = Function("sum", "def sum(a, b): return a * b\n", "assert sum(2, 5) == 10\n");
  sum.entry_point.clear();
  CHECK(Bench(sum).Try("def sum(a, b): return b * a\n").passed());
}

TEST_CASE("an object has attributes for tests only where the reference's has") {
  Bench bench(kUpper);
  CHECK(!bench.facts().attributes);
  const std::string yes = "class Y:\n    def __getattr__(s, name): return lambda *a: True\n";
  CHECK(!bench.Try(yes + "def up(s): return Y()\n").passed());
  CHECK(bench.Try("def up(s): return ''.join(c.upper() for c in s)\n").passed());
  Bench stack(Function("Stack", "class Stack:\n    def __init__(s): s.all = []\n    def push(s, x): s.all.append(x)\n",
                       "s = Stack()\ns.push(3)\nassert s.all == [3]\ns.all = [4]\nassert s.all[0] == 4\n"));
  CHECK(stack.facts().attributes);
  CHECK(!stack.facts().beside);
  CHECK(stack.Try("class Stack:\n    all = []\n    def push(s, x): s.all.append(x)\n").passed());
}

TEST_CASE("a program that is gone fails, whatever its tests expect of it") {
  Task task = kAdd;
  task.test = "assert add(1, 2) == 3\ntry:\n    add(0, 0)\nexcept Exception:\n    pass\n";
  const std::string dying = "import os\ndef add(a, b):\n    if a == 0: os._exit(0)\n    return a + b\n";
  CHECK(Bench(task).Try(dying).kind == Kind::kCrash);
}

TEST_CASE("a program that ends its judge fails, with or without a reference") {
  std::vector<Judge> judges;
  judges.emplace_back(Options());
  JudgePool pool(judges);
  Task task = kAdd;
  task.reference.clear();
  // The numbers have one hash, so that the judge would compare each with each.
  const std::string code = "def add(a, b): return {i * ((1 << 61) - 1) for i in range(1, 60000)}\n";
  const std::string sends =
      ReplaceAll(Sends("x"), "'x'",
                 "'[\"data\",{\"set\":[' + ','.join('{\"int\":\"%x\"}' % (i * ((1 << 61) - 1)) for i in "
                 "range(1, "
                 "150000)) + ']}]'");
  for (const std::string& each : {code, sends}) {
    const Verdict verdict = pool.Run(task, {}, each);
    INFO(KindName(verdict.kind), ": ", verdict.message);
    CHECK(!verdict.passed());
    CHECK(verdict.kind != Kind::kHarnessError);
  }
}

TEST_CASE("tests that need the program's own objects run beside it, and are marked") {
  Task task = Function("B", "class A: pass\nclass B(A): pass\n", "assert isinstance(B(), A)\n");
  Bench bench(task);
  CHECK(bench.facts().beside);
  CHECK(CanBeForged(task, bench.facts()));
  const Verdict good = bench.Try("class A: pass\nclass B(A): pass\n");
  CHECK(good.passed());
  CHECK(good.forgeable);
  CHECK(bench.Try("class A: pass\nclass B: pass\n").kind == Kind::kWrongAnswer);
  CHECK(!bench.Try("import os\nclass A: pass\nclass B(A):\n    def __init__(s): os._exit(0)\n").passed());
  Bench apart(kAdd);
  CHECK(!apart.facts().beside);
  CHECK(!apart.Try("def add(a, b): return a + b\n").forgeable);
}

TEST_CASE("what a call does to its arguments is seen by the tests, and so are iterators and exceptions") {
  const Task tasks[] = {
      Function("f", "def f(d): d['k'] = 1\n", "d = {}\nf(d)\nassert d == {'k': 1}\n"),
      Function("f", "def f(l): l.sort()\n", "l = [3, 1]\nf(l)\nassert l == [1, 3]\n"),
      Function("f", "def f():\n    i = 0\n    while True:\n        yield i\n        i += 1\n",
               "g = f()\nassert next(g) == 0\nassert next(g) == 1\n"),
      Function("f", "def f(): raise KeyError('a')\n",
               "try:\n    f()\n    assert False\nexcept KeyError as e:\n    assert str(e) == \"'a'\"\n"),
  };
  for (const Task& task : tasks) {
    INFO(task.test);
    CHECK(!Bench(task).facts().beside);
    CHECK(!Bench(task).Try("def f(*a): pass\n").passed());
  }
}

TEST_CASE("results are compared as JSON has them where the suite says them in JSON") {
  Judge judge(Options());
  const auto kind = [&](const std::string& expected, const std::string& value) {
    Task task;
    task.entry_point = "f", task.base_inputs = "[[1]]", task.plus_inputs = "[]", task.expected = expected;
    return judge.Run(task, judge.Learn(task, {}), Cat({"def f(a): return ", value, "\n"})).kind;
  };
  CHECK(kind("[[1, 2]]", "(1, 2)") == Kind::kPassed);
  CHECK(kind("[{\"1\": [2]}]", "{1: (2,)}") == Kind::kPassed);
  CHECK(kind("[[1, 2]]", "{1, 2}") == Kind::kWrongAnswer);
  CHECK(kind("[{\"1\": 2}]", "{1: 2, '1': 2}") == Kind::kWrongAnswer);
  CHECK(kind("[1e999]", "5.0") == Kind::kWrongAnswer);
  CHECK(kind("[1]", "True") == Kind::kPassed);
}

TEST_CASE("honest programs of many kinds pass in their cell") {
  Bench bench(kAdd);
  CHECK(bench
            .Try("from concurrent.futures import ProcessPoolExecutor\ndef f(x): return sum(x)\n"
                 "def add(a, b):\n    with ProcessPoolExecutor(2) as p: return list(p.map(f, [(a, "
                 "b)]))[0]\n")
            .passed());
  CHECK(bench.Try("def add(a, b): return a + b + len(str(10 ** 5000)) - 5001\n").passed());
  CHECK(bench.Try("import wire\ndef add(a, b): return a + b\n").kind == Kind::kMissingModule);
}
