#include "facts/machine.h"

#include <doctest/doctest.h>

using namespace heddle::facts;

TEST_CASE("flags and their descriptions are read from roff source") {
  std::string summary;
  const auto flags = FlagsOfManPage(
      ".SH NAME\nls \\- list directory contents\n.SH DESCRIPTION\n.TP\n\\fB\\-a\\fR, \\fB\\-\\-all\\fR\ndo not ignore "
      "entries starting with . Really.\n"
      ".IP \"-n \\fIN\\fP\"\nprint N\n",
      &summary);
  CHECK(flags.at("-a") == "do not ignore entries starting with . Really");
  CHECK(flags.contains("--all"));
  CHECK(flags.at("-n") == "print N");
}

TEST_CASE("what exists on PATH is known; what no page lists stays unknown") {
  Machine machine({});
  CHECK(machine.Has("sh"));
  CHECK(machine.Has("cd"));
  CHECK_FALSE(machine.Has("no-such-command-anywhere"));
  CHECK(machine.Flag("no-such-command-anywhere", "--x") == FlagFact::kUnknown);
}

TEST_CASE("flags in help text are found, words with hyphens are not flags") {
  const auto flags = FlagsOfText("  -x, --extra-long=VALUE  a well-known thing\n");
  CHECK(flags.contains("-x"));
  CHECK(flags.contains("--extra-long"));
  CHECK_FALSE(flags.contains("-known"));
}
