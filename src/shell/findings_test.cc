// What is found in a line, by name: tests/cases/findings/findings.case. A case is what must hold, separated by commas,
// and the line: "exec.decoded" a rule is found, "delete@root" an effect at a place ("delete@root*": and below),
// "complete" or "incomplete" how far the line was followed; "!" before any of them turns it round.
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>

#include "base/text.h"
#include "shell/analyze.h"

using namespace heddle;
using namespace heddle::shell;

namespace {

bool Has(const Analysis& analysis, std::string_view wanted) {
  if (wanted == "complete" || wanted == "incomplete") return analysis.complete == (wanted == "complete");
  const size_t at = wanted.find('@');
  if (at == wanted.npos) {
    return std::any_of(analysis.findings.begin(), analysis.findings.end(),
                       [&](const Finding& finding) { return finding.rule == wanted; });
  }
  return std::any_of(analysis.effects.begin(), analysis.effects.end(), [&](const Effect& effect) {
    const bool all = wanted.ends_with("*");  // below it too
    const auto place = wanted.substr(at + 1, wanted.size() - at - 1 - (all ? 1 : 0));
    return Name(effect.kind) == wanted.substr(0, at) && Name(effect.place) == place && (!all || effect.recursive);
  });
}

}  // namespace

TEST_CASE("a line is found to do what the cases say") {
  std::ifstream in("tests/cases/findings/findings.case");
  REQUIRE(in);
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    const size_t blank = line.find(' ');
    if (line.empty() || line[0] == '#' || blank == line.npos) continue;
    const auto analysis =
        Analyze(ReplaceAll(line.substr(blank + 1), "\\n", "\n"), {.cwd = "/home/me/project", .home = "/home/me"});
    REQUIRE(analysis);
    for (auto wanted : Split(std::string_view(line).substr(0, blank), ',')) {
      const bool not_there = wanted.starts_with("!");
      const bool found = Has(*analysis, wanted.substr(not_there ? 1 : 0));
      CHECK_MESSAGE(found != not_there, "findings.case:", number, ": ", line);
    }
  }
}
