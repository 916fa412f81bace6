#define DOCTEST_CONFIG_IMPLEMENT
#include "cases.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

#include "base/text.h"
#include "data.h"
#include "shell/analyze.h"

using namespace heddle;
using namespace heddle::shell;

namespace heddle_mutant {
namespace {

// Tests over random text, which take most of the time and hardly ever catch what the others do not.
constexpr std::string_view kSlow[] = {"what cannot be parsed", "a megabyte of", "risk does not fall"};
// The judge has the examples itself, those of a row that is left out too.
constexpr std::string_view kOwn[] = {"every rule matches its examples"};

bool BeginsWithAny(std::string_view name, const auto& beginnings) {
  return std::any_of(std::begin(beginnings), std::end(beginnings),
                     [&](std::string_view begin) { return name.starts_with(begin); });
}

// Commas separate doctest's patterns.
bool UnitTestHolds(const std::string& name) {
  doctest::Context context;
  std::ostringstream said;
  context.setCout(&said);
  context.setOption("abort-after", 1);
  context.addFilter("test-case", ReplaceAll(name, ",", "?").c_str());
  return context.run() == 0;
}

// Asked for on a command line, as doctest takes this option from there alone.
std::vector<std::string> UnitTestNames() {
  const char* const words[] = {"shell_mutants", "--list-test-cases", "--no-colors"};
  doctest::Context context(3, words);
  std::ostringstream said;
  context.setCout(&said);
  context.run();
  const std::string text = said.str();
  std::vector<std::string> out;
  for (const auto line : Split(text, '\n')) {
    if (!line.empty() && !line.starts_with("[doctest]") && line[0] != '=') out.emplace_back(line);
  }
  if (out.empty()) {
    std::cerr << "no unit tests are listed\n";
    std::exit(1);
  }
  return out;
}

template <typename Rows>
void AddExamplesOf(const Rows& rows, std::vector<Case>& out) {
  for (const auto& row : rows) {
    const std::string id(row.id);
    for (auto line : row.examples) out.push_back({"example of " + id, std::string(line), {}, {}, id, true});
    if constexpr (requires { row.quiet; }) {
      for (auto line : row.quiet) out.push_back({"quiet of " + id, std::string(line), {}, {}, id, false});
    }
  }
}

}  // namespace

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

void AddExamples(std::vector<Case>& out) {
  const auto& tables = RuleSet::BuiltIn().tables();
  AddExamplesOf(tables.rules, out);
  AddExamplesOf(tables.places, out);
  AddExamplesOf(tables.code, out);
}

void AddUnitTests(bool slow, std::vector<Case>& out) {
  for (const auto& name : UnitTestNames()) {
    if (!BeginsWithAny(name, kOwn) && (slow || !BeginsWithAny(name, kSlow))) out.push_back({name, ""});
  }
}

bool Holds(const Case& each) {
  if (each.line.empty()) return UnitTestHolds(each.name);
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

}  // namespace heddle_mutant
