#include <doctest/doctest.h>

#include "bench/judge.h"
#include "bench/members.h"
#include "bench/mode.h"
#include "bench/published.h"
#include "bench/record.h"
#include "bench/stats.h"
#include "bench/suite.h"
#include "bench/summary.h"
#include "bench/timing.h"

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

namespace {

const char* kHumanEval =
    R"({"task_id": "T/0", "prompt": "def f(x):\n", "entry_point": "f", "canonical_solution": "    return x\n", "test": "def check(candidate):\n    assert candidate(1) == 1\n"})";
const char* kEvalPlus =
    R"({"task_id": "T/0", "prompt": "def f(x):\n", "entry_point": "f", "canonical_solution": "    return x\n", "base_input": [[1]], "plus_input": [[123456789012345678901234567890]], "atol": 0.5})";
const char* kMbpp =
    R"([{"task_id": 7, "prompt": "Write f.", "code": "def f(x): return x", "test_imports": ["import math"], "test_list": ["assert f(1) == 1", "assert f(math.pi) == math.pi"]}])";
const char* kBigCodeBench =
    R"({"task_id": "B/0", "complete_prompt": "import os\ndef task_func(x):\n", "instruct_prompt": "Write it.", "canonical_solution": "    return os.path.join('a', x)\n", "code_prompt": "", "entry_point": "task_func", "test": "import unittest\nfrom unittest.mock import patch\nclass TestCases(unittest.TestCase):\n    def test_plain(self):\n        self.assertEqual(task_func('b'), 'a/b')\n    @patch('os.path.join')\n    def test_patched(self, join):\n        join.return_value = 1\n        self.assertEqual(task_func('b'), 1)\n"})";
const char* kMultiPlE =
    R"({"name": "HumanEval_0_add", "language": "cpp", "prompt": "#include <assert.h>\nlong add(long a, long b) {\n", "doctests": "transform", "tests": "}\nint main() {\n    auto candidate = add;\n    assert(candidate(1, 2) == 3);\n}\n", "stop_tokens": ["\n}"], "reference": "#include <assert.h>\nlong add(long a, long b) {\n    return a + b;\n}\n"})";

}  // namespace

TEST_CASE("suites are known by their members, whatever the file is called") {
  const auto human = ReadSuite(kHumanEval, "a");
  REQUIRE(human);
  CHECK(human->format == "humaneval");
  CHECK(human->tasks[0].reference == "def f(x):\n    return x\n");
  const auto plus = ReadSuite(kEvalPlus, "b");
  REQUIRE(plus);
  CHECK(plus->format == "evalplus");
  CHECK(plus->tasks[0].plus_inputs == "[[123456789012345678901234567890]]");
  CHECK(plus->tasks[0].tolerance == 0.5);
  const auto mbpp = ReadSuite(kMbpp, "c");
  REQUIRE(mbpp);
  CHECK(mbpp->tasks[0].id == "Mbpp/7");
  CHECK(mbpp->tasks[0].prompt == "Write f.\nassert f(1) == 1");
  CHECK(mbpp->tasks[0].test == "import math\nassert f(1) == 1\nassert f(math.pi) == math.pi\n");
  CHECK(ReadSuite(kBigCodeBench, "d")->format == "bigcodebench");
  const auto multi = ReadSuite(kMultiPlE, "e");
  REQUIRE(multi);
  CHECK(multi->tasks[0].language == "cpp");
  CHECK(multi->tasks[0].entry_point == "add");
  CHECK(multi->tasks[0].test.find("int main()") != std::string::npos);
  CHECK(multi->tasks[0].test.find('}') > multi->tasks[0].test.find("main"));
}

TEST_CASE("what is no suite is refused with the line") {
  const auto why = [](std::string text) { return ReadSuite(text, "x").error().message; };
  CHECK(why("") == "the file holds no tasks");
  CHECK(why("[") == "the array is cut off");
  CHECK(why(std::string(kHumanEval) + "\n\n{") == "line 3: the object is cut off");
  CHECK(why(std::string(kHumanEval) + "\n" + kHumanEval) == "line 2: the task T/0 is there twice");
  CHECK(why(std::string(kHumanEval) + "\n" + kEvalPlus) == "line 2: the task has no \"test\"");
  CHECK(why(std::string(200'000, '[')) == "the array is cut off");
}

TEST_CASE("intervals, pass@k and McNemar's test are those of the books") {
  // Newcombe 1998 (Statistics in Medicine 17), table I: 81 of 263 and 15 of 148.
  CHECK(Wilson(81, 263).low == doctest::Approx(0.2553).epsilon(0.001));
  CHECK(Wilson(81, 263).high == doctest::Approx(0.3662).epsilon(0.001));
  CHECK(Wilson(15, 148).low == doctest::Approx(0.0624).epsilon(0.002));
  CHECK(Wilson(15, 148).high == doctest::Approx(0.1605).epsilon(0.002));
  CHECK(Wilson(0, 0).high == 1);
  CHECK(Wilson(0, 20).low == doctest::Approx(0));
  CHECK(PassAtK(10, 3, 1) == doctest::Approx(0.3));
  CHECK(PassAtK(10, 3, 5) == doctest::Approx(1 - 21.0 / 252));
  CHECK(PassAtK(5, 5, 3) == 1);
  CHECK(PassAtK(5, 0, 5) == 0);
  CHECK(McNemar(0, 0) == 1);
  CHECK(McNemar(1, 6) == doctest::Approx(0.125));
  CHECK(McNemar(10, 30) == doctest::Approx(0.00222).epsilon(0.01));
  CHECK(McNemar(5, 5) == 1);
  const Interval half = Bootstrap(std::vector<double>{0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1});
  CHECK(half.low == doctest::Approx(0.3).epsilon(0.1));
  CHECK(half.high == doctest::Approx(0.7).epsilon(0.1));
  CHECK(Quantile({3, 1, 2}, 0.5) == 2);
  CHECK(Quantile({}, 0.5) == 0);
}

TEST_CASE("modes are read as they are written, or refused") {
  const auto modes = ParseModes(
      "zero-shot; samples n=5 ;iterative attempts=4 feedback=full advise=2 plateau=3 constrain specify recall");
  REQUIRE(modes);
  REQUIRE(modes->size() == 3);
  CHECK((*modes)[1].samples == 5);
  CHECK((*modes)[1].temperature == 0.8);
  const Mode& last = (*modes)[2];
  CHECK((last.attempts == 4 && last.feedback == Feedback::kFull && last.advise_every == 2 && last.plateau == 3));
  CHECK((last.constrain && last.specify && last.recall));
  const auto grid = ParseModes("iterative attempts=1,3 feedback=pass specify?; zero-shot");
  REQUIRE(grid);
  std::vector<std::string> names;
  for (const Mode& mode : *grid) names.push_back(mode.name);
  CHECK(names == std::vector<std::string>{
                     "iterative attempts=1 feedback=pass", "iterative attempts=1 feedback=pass specify",
                     "iterative attempts=3 feedback=pass", "iterative attempts=3 feedback=pass specify", "zero-shot"});
  CHECK(ParseModes("all")->size() == 5);
  CHECK(ParseModes("all constrain?")->size() == 10);
  for (const char* bad : {"samples n=1,2,3,4,5,6,7,8,9 temperature=1,2,3,4,5,0,0.1,0.2,0.3", "zero-shot ?",
                          "zero-shot constrain constrain", "iterative attempts=1,1", "", ";", "zero-shot;", "zero",
                          "samples n=0", "samples n=x", "iterative feedback=loud", "zero-shot; zero-shot",
                          "samples temperature=", "samples temperature=9"})
    CHECK_MESSAGE(!ParseModes(bad), bad);
}

TEST_CASE("a record is read back as it was written") {
  Record record{
      .mode = "m", .task = "t\"\n", .sample = 3, .attempt = 2, .answer = "a\xff b", .code = "c", .from = "fence"};
  record.verdict = {
      .kind = Kind::kTimeout, .base = true, .test = 3, .of = 9, .message = "slow", .cpu_us = 7, .retried = true};
  record.prompt = {{.role = model::Role::kUser, .content = "hi"}, {.role = model::Role::kAssistant, .content = "ho"}};
  record.usage = {.prompt_tokens = 10, .cached_tokens = -1, .completion_tokens = 5};
  record.generate = {5, 9}, record.seed = 4, record.temperature = 0.5, record.finish = "length",
  record.truncated = true;
  const auto again = ParseRecord(ToJson(record));
  REQUIRE(again);
  CHECK(ToJson(*again) == ToJson(record));
  CHECK(again->verdict.kind == Kind::kTimeout);
  CHECK(again->usage.cached_tokens == -1);
  CHECK(again->answer == "a\xef\xbf\xbd b");
  for (const char* bad : {"", "[]", "{}", "{\"task\":\"t\",\"kind\":\"answer\"}",
                          "{\"task\":\"t\",\"kind\":\"answer\",\"verdict\":{\"kind\":\"nice\"}}"})
    CHECK(!ParseRecord(bad));
}

TEST_CASE("prices are checked, and cached tokens are counted once") {
  const auto prices = ParsePrices(
      R"({"as_of":"2026-01-31","currency":"EUR","models":[{"model":"a-*","input":10,"output":20},{"model":"a-b","input":1,"cached":0.1,"output":2}]})",
      "x");
  REQUIRE(prices);
  CHECK(prices->Find("a-b")->input == 10);
  CHECK(prices->Find("b") == nullptr);
  Cost cost;
  cost.Add(&prices->rows[1], 1'000'000, 400'000, 500'000);
  CHECK(cost.amount == doctest::Approx(0.6 + 0.04 + 1.0));
  cost.Add(nullptr, 1, 1, 1);
  cost.Add(&prices->rows[1], -1, -1, 5);
  CHECK(cost.unknown_calls == 2);
  for (const char* bad : {"", "{}", R"({"as_of":"soon","currency":"EUR","models":[]})",
                          R"({"as_of":"2026-01-31","currency":"EUR","models":[{"model":"a","input":-1,"output":1}]})",
                          R"({"as_of":"2026-01-31","currency":"EUR","models":[{"input":1}]})"})
    CHECK_MESSAGE(!ParsePrices(bad, "x"), bad);
  CHECK(LoadPrices());
}

TEST_CASE("two modes are compared by all their samples, and say where verdicts can be forged") {
  const PriceTable prices;
  const auto summary = [&](std::vector<int> passed, bool forgeable) {
    std::vector<Record> records;
    for (size_t task = 0; task < passed.size(); ++task) {
      for (int sample = 0; sample < 4; ++sample) {
        Record record{.mode = "m", .task = std::to_string(task), .sample = sample, .from = ""};
        record.verdict = {.kind = sample >= 4 - passed[task] ? Kind::kPassed : Kind::kWrongAnswer,
                          .forgeable = forgeable};
        records.push_back(record);
      }
    }
    return Summarize(records, prices, {}, {})[0];
  };
  // No first sample passes but where all do: what the first samples say is the opposite.
  const Comparison comparison = Compare(summary({4, 0, 1, 2, 0}, false), summary({4, 0, 3, 2, 3}, true));
  CHECK(comparison.sampled);
  CHECK((comparison.both == 1 && comparison.neither == 1 && comparison.as_often == 1));
  CHECK(comparison.only_a.empty());
  CHECK(comparison.only_b == std::vector<std::string>{"2", "4"});
  CHECK(comparison.difference == doctest::Approx(0.25));
  CHECK(comparison.p == doctest::Approx(0.5).epsilon(0.1));  // of two differences, both signs agree half the time
  CHECK(comparison.forgeable);
  CHECK(!Compare(summary({4}, false), summary({4}, false)).forgeable);
  const double many = SignFlips(std::vector<double>(12, 0.25));
  CHECK(many < 0.003);
  CHECK(SignFlips({}) == 1);
}

TEST_CASE("a record that does not say whether its verdict is safe is not") {
  const auto said = ParseRecord(R"({"task":"t","kind":"answer","verdict":{"kind":"passed","can_be_forged":false}})");
  const auto silent = ParseRecord(R"({"task":"t","kind":"answer","verdict":{"kind":"passed"}})");
  REQUIRE((said && silent));
  CHECK(!said->verdict.forgeable);
  CHECK(silent->verdict.forgeable);
}

TEST_CASE("published rates are found by the names that files and servers use") {
  CHECK(FindPublished("Qwen2.5-Coder-0.5B-Instruct-Q8_0", "humaneval")->percent == 61.6);
  CHECK(FindPublished("library/qwen2.5-coder:0.5b", "humaneval+")->percent == 57.3);
  CHECK(!FindPublished("qwen2.5-coder", "humaneval"));
  CHECK(!FindPublished("smollm2-1.7b-instruct", "humaneval+"));
}

TEST_CASE("spans do not count time twice") {
  Record record{.mode = "m", .task = "t", .from = ""};
  record.generate = {0, 100}, record.judge = {100, 150};
  record.node = {.queue_us = 10, .prompt_us = 30, .decode_us = 50, .mask_us = -1};
  Record beside = record;
  beside.worker = 1;
  const Timing timing = TimingOf({record, beside});
  CHECK(timing.wall_us == 150);
  CHECK(timing.covered_us == 150);
  CHECK(timing.utilisation == doctest::Approx(1));
  int64_t exclusive = 0;
  for (const PhaseTime& phase : timing.phases) exclusive += phase.exclusive_us;
  CHECK(exclusive == 300);
  CHECK(timing.phases[0].exclusive_us == 20);
}
