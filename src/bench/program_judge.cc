#include "bench/program_judge.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cmath>
#include <cstring>

#include "base/text.h"
#include "bench/embedded.h"
#include "bench/program_cell.h"
#include "bench/token.h"
#include "sys/files.h"

namespace heddle::bench {
namespace json = boost::json;
namespace {

constexpr double kCompileSeconds = 60;

// A folder of its own for every program: /work inside its cell.
class WorkFolder {
 public:
  WorkFolder() {
    char name[] = "/tmp/heddle-bench-XXXXXX";
    if (const char* made = ::mkdtemp(name)) path_ = made;
    (void)::chmod(path_.c_str(), 0777);  // the cell may be another user; the folder above lets nobody else look
  }
  ~WorkFolder() {
    if (!path_.empty()) (void)sys::SystemFiles().RemoveTree(path_);
  }
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;
  const std::string& path() const { return path_; }
  Result<> Put(const std::string& name, std::string_view text) const {
    return sys::SystemFiles().WriteAtomic(Cat({path_, "/", name}), text);
  }

 private:
  std::string path_;
};

sys::CellOptions CellFor(const Toolchain& chain, const WorkFolder& folder, const ProgramLimits& limits, bool compile) {
  sys::CellOptions out;
  out.argv = compile ? chain.compile : chain.run;
  out.environment = {"PATH=/usr/bin:/bin", "LANG=C.UTF-8", "HOME=/tmp",  "GOCACHE=/tmp/go",
                     "GO111MODULE=off",    "GOFLAGS=",     "TMPDIR=/tmp"};
  out.readable = chain.readable;
  out.work = folder.path();
  out.work_writable = compile;
  out.confined = limits.confined;
  out.limits.processes = 256;
  out.limits.tmp_bytes = compile ? 512 << 20 : 64 << 20;
  out.limits.file_bytes = compile ? 256 << 20 : 16 << 20;
  out.limits.cpu_seconds = static_cast<int>((compile ? kCompileSeconds : limits.work.cpu_seconds)) + 5;
  if (!compile && chain.address_space) out.limits.memory_bytes = limits.work.memory_bytes;
  if (!limits.confined) {  // there is no /work then
    for (std::string& word : out.argv) word = ReplaceAll(word, "/work/", folder.path() + "/");
  }
  return out;
}

std::string LastLine(std::string_view text) {
  const std::string_view trimmed = Trim(text);
  const size_t at = trimmed.rfind('\n');
  return ForTerminal(trimmed.substr(at == trimmed.npos ? 0 : at + 1).substr(0, 300));
}

// Whether the token came, on a line of its own: what a program prints later does not take it back.
bool SaysToken(const ProgramEnd& end, std::string_view token) {
  for (const std::string* text : {&end.results, &end.out})
    for (const std::string_view line : Split(*text, '\n'))
      if (line == token) return true;
  return false;
}

std::string FirstError(const std::string& text) {
  for (const std::string_view line : Split(text, '\n'))
    if (Lower(line).find("error") != std::string::npos) return ForTerminal(line.substr(0, 300));
  return LastLine(text);
}

bool SaysAssertion(std::string_view text) {
  const std::string lower = Lower(text);
  for (const std::string_view word : {"assert", "expected", "panicked"})
    if (lower.find(word) != lower.npos) return true;
  return false;
}

// How it ended, if that alone decides.
bool Stopped(const ProgramEnd& end, Verdict& out) {
  out.cpu_us = end.cpu_us, out.wall_us = end.wall_us, out.peak_bytes = end.peak_bytes;
  if (end.stopped == PairEnd::Stopped::kTime) out.kind = Kind::kTimeout, out.message = "ran out of time";
  if (end.stopped == PairEnd::Stopped::kMemory) out.kind = Kind::kMemory, out.message = "used more memory than it may";
  if (end.stopped == PairEnd::Stopped::kOutput) out.kind = Kind::kOutput, out.message = "printed more than it may";
  return end.stopped != PairEnd::Stopped::kNo;
}

void FailedEnd(const ProgramEnd& end, Verdict& out) {
  if (WIFSIGNALED(end.status) && WTERMSIG(end.status) != SIGABRT) {
    out.kind = Kind::kCrash;
    out.message =
        Cat({"ended by signal ", std::to_string(WTERMSIG(end.status)), " (", ::strsignal(WTERMSIG(end.status)), ")"});
  } else if (WIFEXITED(end.status) && WEXITSTATUS(end.status) == 0) {
    out.kind = Kind::kCrash, out.message = "ended itself before its tests were over";
  } else {
    out.message = FirstError(end.out);
    const bool syntax = Lower(out.message).find("syntaxerror") != std::string::npos ||
                        Lower(out.message).find("syntax error") != std::string::npos;
    out.kind = syntax ? Kind::kSyntax : SaysAssertion(end.out) ? Kind::kWrongAnswer : Kind::kException;
  }
}

bool SameJson(const json::value& got, const json::value& want, double tolerance) {
  if (got.is_number() && want.is_number()) {
    const double a = got.to_number<double>(), b = want.to_number<double>();
    return a == b || std::abs(a - b) <= (tolerance > 0      ? tolerance
                                         : want.is_double() ? 1e-6
                                                            : 0) +
                                            1e-7 * std::abs(b) * (want.is_double() ? 1 : 0);
  }
  if (got.kind() != want.kind()) return false;
  if (got.is_array()) {
    const json::array &a = got.as_array(), &b = want.as_array();
    for (size_t i = 0; i < a.size() && i < b.size(); ++i)
      if (!SameJson(a[i], b[i], tolerance)) return false;
    return a.size() == b.size();
  }
  if (got.is_object()) {
    for (const auto& member : got.as_object()) {
      const json::value* other = want.as_object().if_contains(member.key());
      if (other == nullptr || !SameJson(member.value(), *other, tolerance)) return false;
    }
    return got.as_object().size() == want.as_object().size();
  }
  return got == want;
}

// bash has texts only: where something else is expected, the text is read as JSON.
bool Fits(const Task& task, const json::value& got, const json::value& want) {
  if (task.language != "bash" || !got.is_string() || want.is_string()) return SameJson(got, want, task.tolerance);
  if (want.is_null()) return got.as_string().empty();
  boost::system::error_code failed;
  const json::value read = json::parse(got.as_string(), failed, {}, {.max_depth = 200});
  return !failed && SameJson(read, want, task.tolerance);
}

std::string ShellWord(const json::value& value) {
  const std::string text = value.is_string() ? std::string(value.as_string()) : json::serialize(value);
  return Cat({"'", ReplaceAll(text, "'", "'\\''"), "'"});
}

// The program that gives outcomes: the code with the language's driver behind it.
std::string WithDriver(const Task& task, const Toolchain& chain, const std::string& code, const json::array& inputs) {
  std::string calls;
  for (const json::value& input : inputs) {
    calls += Cat({"heddle_call ", task.entry_point});
    for (const json::value& word : input.as_array()) calls += " " + ShellWord(word);
    calls += "\n";
  }
  return Cat({code, "\n", FilledIn(chain.driver, {{"entry", task.entry_point}, {"calls", calls}})});
}

// Lines of JSON, or for bash texts with NUL behind them.
std::vector<json::value> Outcomes(const Task& task, const std::string& results) {
  std::vector<json::value> out;
  const char end = task.language == "bash" ? '\0' : '\n';
  for (size_t from = 0, at; (at = results.find(end, from)) != results.npos; from = at + 1) {
    std::string_view line(results.data() + from, at - from);
    if (end == '\0') {
      if (line.ends_with('\n')) line.remove_suffix(1);
      out.push_back(json::object{{"value", json::value(IsUtf8(line) ? line : std::string_view("not UTF-8"))}});
      continue;
    }
    boost::system::error_code failed;
    json::value value = json::parse(json::string_view(line.data(), line.size()), failed, {}, {.max_depth = 200});
    if (failed || !value.is_object()) break;
    out.push_back(std::move(value));
  }
  return out;
}

void Compare(const Task& task, const json::array& inputs, const std::vector<json::value>& got,
             const json::array* expected, const ProgramEnd& end, Verdict& out) {
  out.of = static_cast<int>(inputs.size());
  for (size_t i = 0; i < inputs.size(); ++i) {
    out.test = static_cast<int>(i) + 1;
    out.input = json::serialize(inputs[i]).substr(0, 300);
    if (i >= got.size()) return FailedEnd(end, out);
    const json::object& outcome = got[i].as_object();
    if (const json::value* raised = outcome.if_contains("raised")) {
      out.kind = Kind::kException,
      out.message = raised->is_string() ? ForTerminal(raised->as_string(), Layout::kLines) : "";
      return;
    }
    const json::value* value = outcome.if_contains("value");
    const bool good =
        value != nullptr && (expected == nullptr || (i < expected->size() && Fits(task, *value, (*expected)[i])));
    if (good) continue;
    out.kind = Kind::kWrongAnswer;
    if (value != nullptr) out.got = json::serialize(*value).substr(0, 300);
    if (expected != nullptr && i < expected->size()) out.expected = json::serialize((*expected)[i]).substr(0, 300);
    return;
  }
  out.kind = Kind::kPassed, out.base = true;
  out.input.clear();
}

// What runs, what it is called with, and what it has to say after tests that are code.
struct Program {
  std::string source, token;
  json::array inputs;
};

// The source of what runs, and what it is called with.
Result<Program> Write(const Task& task, const Toolchain& chain, const std::string& code) {
  Program out;
  if (!task.data_driven()) {
    out.token = OneTimeToken();
    const std::string tests =
        chain.rename.first.empty() ? task.test : ReplaceAll(task.test, chain.rename.first, chain.rename.second);
    const std::string in = tests.find("class Tests") == tests.npos ? "Problem" : "Tests";
    out.source = FilledIn(chain.wrap, {{"code", code}, {"tests", tests}, {"token", out.token}, {"class", in}});
    return out;
  }
  if (chain.driver.empty())
    return Error{Code::kInvalid, Cat({"tests as data are not known for ", task.language, "; write them as code"})};
  boost::system::error_code failed;
  json::value rows = json::parse(task.base_inputs, failed);
  if (failed || !rows.is_array()) return Error{Code::kInvalid, "the inputs of the task are no JSON"};
  for (const json::value& row : rows.as_array())
    if (!row.is_array()) return Error{Code::kInvalid, "an input of the task is no list of arguments"};
  out.inputs = std::move(rows.as_array());
  out.source = WithDriver(task, chain, code, out.inputs);
  return out;
}

// A verdict where it cannot be built.
Result<std::optional<Verdict>> Build(const Toolchain& chain, const WorkFolder& folder, const ProgramLimits& limits) {
  if (chain.compile.empty()) return std::optional<Verdict>();
  WorkLimits building = limits.work;
  building.cpu_seconds = kCompileSeconds, building.memory_bytes = 4LL << 30, building.output_bytes = 64 << 20;
  TRY_ASSIGN(const ProgramEnd built, RunProgram(CellFor(chain, folder, limits, true), building));
  Verdict verdict;
  if (Stopped(built, verdict)) return std::optional(verdict);
  if (built.status != 0) {
    verdict.kind = Kind::kSyntax, verdict.message = FirstError(built.out);
    return std::optional(verdict);
  }
  TRY(sys::SystemFiles().RemoveTree(Cat({folder.path(), "/", chain.source})));  // the token stands in it
  return std::optional<Verdict>();
}

Result<ProgramRun> Judged(const Task& task, const Toolchain& chain, const std::string& code,
                          const std::string& expected, const ProgramLimits& limits) {
  boost::system::error_code failed;
  const json::value want = expected.empty() ? json::value(json::array()) : json::parse(expected, failed);
  if (failed || !want.is_array()) return Error{Code::kInvalid, "what is expected is no JSON list"};
  TRY_ASSIGN(const Program program, Write(task, chain, code));
  const WorkFolder folder;
  TRY(folder.Put(chain.source, program.source));
  if (!chain.runner.empty()) TRY(folder.Put("run.js", chain.runner));
  if (task.data_driven()) TRY(folder.Put("inputs.json", task.base_inputs));
  TRY_ASSIGN(const std::optional<Verdict> broken, Build(chain, folder, limits));
  if (broken) return ProgramRun{.verdict = *broken};
  TRY_ASSIGN(const ProgramEnd end, RunProgram(CellFor(chain, folder, limits, false), limits.work, program.token));
  ProgramRun out;
  if (Stopped(end, out.verdict)) return out;
  if (!task.data_driven()) {
    if (end.status == 0 && SaysToken(end, program.token))
      out.verdict.kind = Kind::kPassed, out.verdict.base = true;
    else
      FailedEnd(end, out.verdict);
    return out;
  }
  const std::vector<json::value> got = Outcomes(task, end.results);
  Compare(task, program.inputs, got, expected.empty() ? nullptr : &want.as_array(), end, out.verdict);
  json::array values;
  for (const json::value& each : got)
    values.push_back(each.as_object().contains("value") ? each.at("value") : json::value());
  out.outcomes = json::serialize(values);
  return out;
}

}  // namespace

const Result<Toolchain>& ProgramJudge::ToolchainOf(const std::string& language) {
  const auto found = toolchains_.find(language);
  return found != toolchains_.end() ? found->second
                                    : toolchains_.emplace(language, FindToolchain(language)).first->second;
}

std::string ProgramJudge::Missing(const std::string& language) {
  const Result<Toolchain>& chain = ToolchainOf(language);
  return chain ? std::string() : Cat({language, ": ", chain.error().message});
}

ProgramRun ProgramJudge::Run(const Task& task, const std::string& code, const std::string& expected,
                             const ProgramLimits& limits) {
  const Result<Toolchain>& chain = ToolchainOf(task.language);
  auto run = chain ? Judged(task, *chain, code, expected, limits)
                   : Error{Code::kUnavailable, Cat({task.language, ": ", chain.error().message})};
  if (run) return *std::move(run);
  return {.verdict = {.kind = Kind::kHarnessError, .message = run.error().message}};
}

}  // namespace heddle::bench
