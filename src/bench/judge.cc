#include "bench/judge.h"

#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cstring>

#include "base/text.h"
#include "bench/token.h"

namespace heddle::bench {
namespace json = boost::json;
namespace {

constexpr double kReferenceSeconds = 120;
constexpr int64_t kReferenceBytes = 4LL << 30;
constexpr size_t kMaxCode = 4 << 20;

// Where the tests of a task run: "beside" in the program's own process.
std::string_view ModeOf(const Task& task, const TaskFacts& facts) {
  if (task.data_driven()) return "inputs";
  return task.unittest || facts.beside ? "beside" : "code";
}

std::string CandidatePayload(const Task& task, std::string_view mode, const std::string& code,
                             const std::string& inputs) {
  json::object payload{{"code", code}, {"entry", task.entry_point}, {"beside", ""}};
  if (mode == "beside") {
    payload["beside"] = task.unittest ? "unittest" : "asserts";
    payload["setup"] = task.setup;
    payload["test"] = task.test;
  }
  std::string out = json::serialize(payload);
  out += '\0';
  return out + inputs;
}

std::string JudgePayload(const Task& task, const TaskFacts& facts, std::string_view mode, const std::string& test,
                         const std::string& token) {
  std::string out = json::serialize(json::object{{"mode", mode},
                                                 {"token", token},
                                                 {"entry", task.entry_point},
                                                 {"setup", task.setup},
                                                 {"test", test},
                                                 {"reference", task.reference},
                                                 {"oracle", facts.oracle},
                                                 {"verified", facts.verified},
                                                 {"attributes", facts.attributes},
                                                 {"json", !task.expected.empty()},
                                                 {"atol", task.tolerance},
                                                 {"base_count", facts.base_count},
                                                 {"prepared", facts.inputs.size()}});
  out += '\0';
  return out + facts.inputs + facts.expected;
}

std::string TextOf(const json::object& object, std::string_view name) {
  const json::value* found = object.if_contains(name);
  return found != nullptr && found->is_string() ? std::string(found->as_string()) : std::string();
}
int NumberOf(const json::object& object, std::string_view name) {
  const json::value* found = object.if_contains(name);
  return found != nullptr && found->is_int64() ? static_cast<int>(found->as_int64()) : 0;
}

std::string EndText(int status) {
  if (WIFSIGNALED(status))
    return Cat({"ended by signal ", std::to_string(WTERMSIG(status)), " (", ::strsignal(WTERMSIG(status)), ")"});
  return Cat({"ended itself with status ", std::to_string(WEXITSTATUS(status))});
}

// What the judge said, if it had the token; else nothing.
std::optional<json::object> Believed(const PairEnd& end, const std::string& token) {
  boost::system::error_code failed;
  json::value value = json::parse(end.verdict, failed);
  if (failed || !value.is_object() || TextOf(value.as_object(), "token") != token) return {};
  return std::move(value.as_object());
}

// A verdict as a judge writes it; its kind too, if it is one.
Verdict ReadVerdict(const json::object& said) {
  Verdict out;
  out.kind = KindOf(TextOf(said, "kind")).value_or(Kind::kHarnessError);
  out.message = TextOf(said, "message");
  out.input = TextOf(said, "input"), out.got = TextOf(said, "got"), out.expected = TextOf(said, "expected");
  out.test = NumberOf(said, "test"), out.of = NumberOf(said, "of");
  const json::value* base = said.if_contains("base");
  out.base = base != nullptr && base->is_bool() && base->as_bool();
  return out;
}

void AddCosts(const PairEnd& end, Verdict& out) {
  out.cpu_us = end.cpu_us, out.wall_us = end.wall_us, out.peak_bytes = end.peak_bytes;
}

Verdict VerdictOf(const PairEnd& end, const std::string& token, bool one_test_set) {
  Verdict out;
  std::string kind;
  if (const auto said = Believed(end, token)) out = ReadVerdict(*said), kind = TextOf(*said, "kind");
  AddCosts(end, out);
  switch (end.stopped) {
    case PairEnd::Stopped::kTime: out.kind = Kind::kTimeout, out.message = "ran out of time"; break;
    case PairEnd::Stopped::kMemory: out.kind = Kind::kMemory, out.message = "used more memory than it may"; break;
    case PairEnd::Stopped::kOutput: out.kind = Kind::kOutput, out.message = "printed more than it may"; break;
    case PairEnd::Stopped::kNo:
      if (kind == "gone") {
        out.kind = Kind::kCrash, out.message = EndText(end.status);
      } else if (const auto known = KindOf(kind)) {
        out.kind = *known;
      } else {
        out.kind = Kind::kHarnessError, out.judge_ended = true;
        out.message = Cat({"the judge gave no verdict", end.output.empty() ? "" : ": ", end.output.substr(0, 300)});
      }
  }
  if (one_test_set) out.base = out.passed();
  return out;
}

}  // namespace

bool CanBeForged(const Task& task, const TaskFacts& facts) {
  return task.language == "python" ? ModeOf(task, facts) == "beside" : !task.data_driven();
}

Result<> Judge::Ready() {
  if (cell_) return {};
  TRY_ASSIGN(PythonCell cell, PythonCell::Start(options_.python, options_.confined));
  cell_ = std::move(cell);
  return {};
}

Result<PairEnd> Judge::Pair(const PairWork& work) {
  TRY(Ready());
  auto end = cell_->Run(work);
  if (!end) cell_.reset();  // the next gets a new one
  return end;
}

Verdict Judge::Once(const Task& task, const TaskFacts& facts, const std::string& code, const WorkLimits& limits,
                    bool* attributes_read) {
  const std::string token = OneTimeToken();
  const bool data = task.data_driven();
  const std::string_view mode = ModeOf(task, facts);
  PairWork work;
  work.candidate = CandidatePayload(task, mode, code, data ? facts.inputs : "");
  work.judge = JudgePayload(task, facts, mode, task.test, token);
  work.limits = limits;
  if (const auto ready = Ready(); !ready) return {.kind = Kind::kHarnessError, .message = ready.error().message};
  const auto end = Pair(work);
  if (!end) {
    const bool gone = end.error().code == Code::kUnavailable;  // it was there before this program
    return {.kind = Kind::kHarnessError, .message = end.error().message, .judge_ended = gone};
  }
  if (attributes_read != nullptr) {
    const auto said = Believed(*end, token);
    const json::value* read = said ? said->if_contains("attributes_read") : nullptr;
    *attributes_read = read == nullptr || !read->is_bool() || read->as_bool();
  }
  return VerdictOf(*end, token, !data || facts.base_count == facts.count);
}

Verdict Judge::Run(const Task& task, const TaskFacts& facts, const std::string& code) {
  if (Trim(code).empty()) return {.kind = Kind::kNoCode, .message = "the answer holds no program"};
  if (code.size() > kMaxCode) return {.kind = Kind::kOutput, .message = "the program is larger than 4 MB"};
  if (task.language != "python") {
    const ProgramLimits limits{.work = LimitsFor(task, facts), .confined = options_.confined};
    Verdict out = programs_.Run(task, code, facts.expected, limits).verdict;
    out.forgeable = CanBeForged(task, facts);
    return out;
  }
  Verdict out = Once(task, facts, code, LimitsFor(task, facts));
  out.forgeable = CanBeForged(task, facts);
  return out;
}

WorkLimits Judge::LimitsFor(const Task& task, const TaskFacts& facts) const {
  const double cpu = task.cpu_seconds > 0 ? task.cpu_seconds : options_.cpu_seconds;
  const int64_t memory = task.memory_bytes > 0 ? task.memory_bytes : options_.memory_bytes;
  const auto more = static_cast<int64_t>(options_.memory_factor * static_cast<double>(facts.reference_bytes));
  return {.cpu_seconds = std::max(cpu, options_.reference_factor * static_cast<double>(facts.reference_cpu_us) / 1e6),
          .memory_bytes = std::max(memory, more),
          .output_bytes = options_.output_bytes};
}

WorkLimits Judge::ReferenceLimits() const {
  return {.cpu_seconds = kReferenceSeconds, .memory_bytes = kReferenceBytes, .output_bytes = options_.output_bytes};
}

std::optional<Error> Judge::Prepare(const Task& task, TaskFacts& facts) {
  const std::string token = OneTimeToken();
  const auto quoted = [](std::string_view text) { return JsonText(text); };
  const std::string payload =
      Cat({"{\"token\":", quoted(token), ",\"entry\":", quoted(task.entry_point),
           ",\"assertion\":", quoted(task.assertion), ",\"statement\":", quoted(task.statement),
           ",\"base\":", task.base_inputs, ",\"plus\":", task.plus_inputs.empty() ? "[]" : task.plus_inputs,
           ",\"expected\":", task.expected.empty() ? "null" : task.expected, "}"});
  if (auto ready = Ready(); !ready) return ready.error();
  auto end = cell_->Prepare(payload);
  if (!end) return cell_.reset(), end.error();
  const auto said = Believed(*end, token);
  if (!said || TextOf(*said, "kind") != "prepared")
    return Error{Code::kInvalid, said ? TextOf(*said, "message") : "the inputs of the task cannot be read"};
  facts.base_count = NumberOf(*said, "base_count"), facts.count = NumberOf(*said, "count");
  facts.oracle = task.oracle.empty() ? TextOf(*said, "oracle") : task.oracle;
  const auto inputs = static_cast<size_t>(NumberOf(*said, "inputs"));
  facts.inputs = end->data.substr(0, inputs);
  facts.expected = end->data.substr(inputs);
  return {};
}

std::optional<Error> Judge::Record(const Task& task, TaskFacts& facts) {
  const std::string token = OneTimeToken();
  PairWork work;
  work.candidate = CandidatePayload(task, "record", task.reference, facts.inputs);
  work.judge = JudgePayload(task, facts, "record", task.reference_test, token);
  work.limits = ReferenceLimits();
  auto end = Pair(work);
  if (!end) return end.error();
  const auto said = Believed(*end, token);
  if (!said || TextOf(*said, "kind") != "recorded") {
    const Verdict verdict = VerdictOf(*end, token, true);
    return Error{Code::kInvalid, Cat({KindName(verdict.kind), ": ", verdict.message})};
  }
  facts.expected = std::move(end->data);
  facts.reference_cpu_us = end->cpu_us, facts.reference_bytes = end->peak_bytes;
  if (const json::value* tests = said->if_contains("tests"); tests != nullptr && tests->is_object()) {
    facts.reference = ReadVerdict(tests->as_object());
    facts.reference->base = facts.reference->passed();
    AddCosts(*end, *facts.reference);
  }
  return {};
}

TaskFacts Judge::LearnProgram(const Task& task) {
  TaskFacts out;
  out.expected = task.expected;
  out.skipped = programs_.Missing(task.language);
  if (!out.skipped.empty() || task.reference.empty()) return out;
  ProgramRun run =
      programs_.Run(task, task.reference, out.expected, {.work = ReferenceLimits(), .confined = options_.confined});
  if (out.expected.empty()) out.expected = std::move(run.outcomes);
  out.reference = run.verdict;
  out.reference_cpu_us = run.verdict.cpu_us, out.reference_bytes = run.verdict.peak_bytes;
  return out;
}

// Held against what it gave itself a reference could not fail: where the suite has assertions, Record asked them.
void Judge::LearnReference(const Task& task, TaskFacts& facts) {
  const bool code = !task.data_driven() && !task.unittest;
  bool attributes = true;
  if (!facts.reference) facts.reference = Once(task, facts, task.reference, ReferenceLimits(), &attributes);
  if (code && !facts.reference->passed()) {  // tests that need the program's very objects, its output or its files
    TaskFacts beside = facts;
    beside.beside = true;
    const Verdict again = Once(task, beside, task.reference, ReferenceLimits());
    facts.beside = again.passed();
    if (facts.beside) facts.reference = again;
  }
  facts.verified = facts.reference->passed();
  facts.attributes = !facts.verified || attributes;
  facts.reference_cpu_us = std::max(facts.reference_cpu_us, facts.reference->cpu_us);
  facts.reference_bytes = std::max(facts.reference_bytes, facts.reference->peak_bytes);
}

TaskFacts Judge::Learn(const Task& task, std::optional<TaskFacts> known) {
  if (task.language != "python") return LearnProgram(task);
  TaskFacts out = known ? *std::move(known) : TaskFacts();
  const auto failed = [&](const Error& error) {
    out.reference = Verdict{.kind = Kind::kHarnessError, .message = error.message};
    return out;
  };
  if (task.data_driven() && out.inputs.empty()) {
    if (const auto error = Prepare(task, out)) return failed(*error);
    if (out.expected.empty()) {
      if (const auto error = Record(task, out)) return failed(*error);
    }
  }
  if (task.reference.empty()) return out;
  LearnReference(task, out);
  return out;
}

}  // namespace heddle::bench
