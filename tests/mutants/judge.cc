// Judges mutants: reads numbers from standard input, runs the cases of the layer with that mutant in a process of its
// own, and prints "number verdict what": survived, caught (and by which case), crashed, hung.
// Usage: shell_mutants [--thorough | --cases-only] DATA-FOLDER TABLE CASE-FILE... < numbers
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

#include "base/text.h"
#include "data.h"
#include "mutant.h"
#include "shell/analyze.h"

using namespace heddle;
using namespace heddle::shell;

namespace {

// A line with the ratings that are right, or the rule that must or must not be found in it.
struct Case {
  std::string name, line;
  Risk low = Risk::kSafe, high = Risk::kCritical;
  std::string rule{};
  bool matches = true;
};

// Which unit tests of the layer are run besides the cases.
enum class Tests { kNone, kQuick, kAll };

constexpr rlim_t kMemory = rlim_t{3} << 30;
// Tests over random text, which take most of the time and hardly ever catch what the others do not.
constexpr const char* kSlow = "what cannot be parsed*,a megabyte of*,risk does not fall*";
// The judge runs the examples itself, those of a row that is left out too.
constexpr const char* kExamples = "every rule matches its examples*";

bool Right(const Case& each) {
  const auto analysis = Analyze(each.line, {.cwd = "/home/me/project", .home = "/home/me"});
  if (each.rule.empty()) {
    const Risk risk = analysis ? analysis->risk : Risk::kCritical;
    return risk >= each.low && risk <= each.high;
  }
  if (!analysis) return false;
  const auto& findings = analysis->findings;
  const bool found =
      std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) { return finding.rule == each.rule; });
  return found == each.matches;
}

void ReadCases(const std::string& path, std::vector<Case>& out) {
  std::ifstream in(path);
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    const auto text = Trim(line);
    if (text.empty() || text[0] == '#') continue;
    const size_t blank = text.find(' ');
    const auto level = text.substr(0, blank);
    const size_t dots = level.find("..");
    const auto low = ParseRisk(level.substr(0, dots));
    const auto high = ParseRisk(dots == level.npos ? level : level.substr(dots + 2));
    if (!low || !high || blank == text.npos) {
      std::cerr << path << ":" << number << ": no case\n";
      std::exit(1);
    }
    out.push_back({Cat({path.substr(path.rfind('/') + 1), ":", std::to_string(number)}),
                   ReplaceAll(std::string(Trim(text.substr(blank))), "\\n", "\n"), *low, *high});
  }
}

template <typename Rows>
void AddExamples(const Rows& rows, std::vector<Case>& out) {
  for (const auto& row : rows) {
    const std::string id(row.id);
    for (auto line : row.examples) out.push_back({"example of " + id, std::string(line), {}, {}, id, true});
    if constexpr (requires { row.quiet; }) {
      for (auto line : row.quiet) out.push_back({"quiet of " + id, std::string(line), {}, {}, id, false});
    }
  }
}

// The examples of the rules as they are: a mutant may lack the row that holds its own.
std::vector<Case> Examples() {
  std::vector<Case> out;
  const auto rules = RuleSet::FromToml(heddle_mutant::Rules(), "data/rules", heddle_mutant::Data("nature.txt"));
  if (!rules) {
    std::cerr << rules.error().message << "\n";
    std::exit(1);
  }
  AddExamples(rules->tables().rules, out);
  AddExamples(rules->tables().places, out);
  AddExamples(rules->tables().code, out);
  return out;
}

std::string RunUnitTests(bool slow) {
  doctest::Context context;
  std::ostringstream said;
  context.setCout(&said);
  context.setOption("abort-after", 1);
  context.setOption("no-colors", true);
  context.addFilter(slow ? "test-case" : "test-case-exclude", kSlow);
  context.addFilter("test-case-exclude", kExamples);
  if (context.run() == 0) return "";
  const std::string text = said.str();
  const size_t at = text.find("TEST CASE:");
  return "test: " + (at == text.npos ? "?" : std::string(Trim(text.substr(at + 10, text.find('\n', at) - at - 10))));
}

// The first case that fails; empty when none does.
std::string FirstFailure(const std::vector<Case>& cases, Tests tests) {
  for (const Case& each : cases) {
    if (!Right(each)) return each.name;
  }
  if (tests == Tests::kNone) return "";
  const std::string failed = RunUnitTests(false);
  return failed.empty() && tests == Tests::kAll ? RunUnitTests(true) : failed;
}

// In a process of its own.
[[noreturn]] void JudgeHere(int number, const std::vector<Case>& cases, int64_t budget_ms, Tests tests, int out) {
  const rlimit memory{kMemory, kMemory}, none{0, 0};
  setrlimit(RLIMIT_AS, &memory);
  setrlimit(RLIMIT_CORE, &none);
  const itimerval budget{{0, 0}, {budget_ms / 1000, budget_ms % 1000 * 1000}};
  setitimer(ITIMER_PROF, &budget, nullptr);
  alarm(static_cast<unsigned>(budget_ms / 1000 * 20 + 60));  // waits for ever
  (void)!freopen("/dev/null", "w", stderr);
  heddle_mutant::active = number;
  heddle_mutant::LeaveOutRow();
  const std::string failed = FirstFailure(cases, tests);
  (void)!write(out, failed.data(), failed.size());
  _exit(failed.empty() ? 0 : 1);
}

struct Verdict {
  std::string text;
  int64_t ms = 0;
};

Verdict Judge(int number, const std::vector<Case>& cases, int64_t budget_ms, Tests tests) {
  int ends[2];
  if (pipe(ends) != 0) std::exit(1);
  const pid_t child = fork();
  if (child < 0) std::exit(1);
  if (child == 0) JudgeHere(number, cases, budget_ms, tests, ends[1]);
  close(ends[1]);
  std::string said(4096, '\0');
  const ssize_t size = read(ends[0], said.data(), said.size());
  said.resize(size > 0 ? static_cast<size_t>(size) : 0);
  close(ends[0]);
  int status = 0;
  rusage used{};
  wait4(child, &status, 0, &used);
  const int64_t ms = used.ru_utime.tv_sec * 1000 + used.ru_utime.tv_usec / 1000;
  if (WIFSIGNALED(status)) {
    const bool hung = WTERMSIG(status) == SIGPROF || WTERMSIG(status) == SIGALRM;
    return {hung ? "hung" : Cat({"crashed signal ", std::to_string(WTERMSIG(status))}), ms};
  }
  if (WEXITSTATUS(status) == 0) return {"survived", ms};
  return {Cat({"caught ", said.empty() ? "when it starts" : said}), ms};
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> words(argv + 1, argv + argc);
  Tests tests = Tests::kQuick;
  if (std::erase(words, "--thorough") > 0) tests = Tests::kAll;
  if (std::erase(words, "--cases-only") > 0) tests = Tests::kNone;
  if (words.size() < 3) {
    std::cerr << "usage: shell_mutants [--thorough | --cases-only] DATA-FOLDER TABLE CASE-FILE... < numbers\n";
    return 2;
  }
  heddle_mutant::LoadData(words[0], words[1]);
  std::vector<Case> cases;
  for (size_t i = 2; i < words.size(); ++i) ReadCases(words[i], cases);
  if (tests != Tests::kNone) {
    for (auto& example : Examples()) cases.push_back(std::move(example));
  }
  const Verdict whole = Judge(0, cases, 60'000, tests);
  std::cout << "0 " << whole.text << std::endl;
  if (whole.text != "survived") return 1;
  for (int number; std::cin >> number;)
    std::cout << number << " " << Judge(number, cases, whole.ms * 4 + 1000, tests).text << std::endl;
  return 0;
}
