// What words become, line by line, as bash has it: tests/cases/words/*.case. "line => words" is exact; where the model
// does not go so far, "line =? words" wants these words or that they are not known.
#include <doctest/doctest.h>

#include <fstream>

#include "base/text.h"
#include "shell/analyze.h"
#include "shell/expand.h"

using namespace heddle;
using namespace heddle::shell;

namespace {

const World kWorld{.cwd = "/home/me/project", .home = "/home/me"};

// The words that the line deletes, each followed by "|"; what cannot be known reads "(unknown)", or "(secret)".
std::string Deleted(std::string_view line) {
  const auto analysis = Analyze(line, kWorld);
  REQUIRE(analysis);
  std::string out;
  for (const Effect& effect : analysis->effects) {
    if (effect.kind == EffectKind::kDelete) out += effect.target + "|";
  }
  return ReplaceAll(ReplaceAll(out, Unknown(), "(unknown)"), std::string(1, kSecret), "(secret)");
}

}  // namespace

TEST_CASE("words become what bash makes of them, or unknown") {
  for (const std::string file : {"words", "outputs"}) {
    std::ifstream in(Cat({"tests/cases/words/", file, ".case"}));
    REQUIRE(in);
    std::string line;
    for (int number = 1; std::getline(in, line); ++number) {
      const size_t arrow = std::max(line.rfind(" => ") + 1, line.rfind(" =? ") + 1) - 1;
      if (line.empty() || line[0] == '#' || arrow == line.npos) continue;
      std::string script = DecodeEscapes(line.substr(0, arrow));
      if (file == "outputs") script = Cat({"x=$(", script, "\n); rm \"$x\""});
      const std::string found = Deleted(script), expected = DecodeEscapes(line.substr(arrow + 4));
      const bool unknown = line[arrow + 2] == '?' && Contains(found, "(unknown)");
      CHECK_MESSAGE((unknown || found == expected), file, ".case:", number, " gives ", found);
    }
  }
}
