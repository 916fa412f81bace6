// Which place a path is, line by line: tests/cases/places/places.case.
#include <doctest/doctest.h>

#include <fstream>

#include "base/text.h"
#include "shell/analyze.h"

using namespace heddle;
using namespace heddle::shell;

TEST_CASE("a path is the kind of place that the cases say") {
  const World world{.cwd = "/home/me/project", .home = "/home/me"};
  std::ifstream in("tests/cases/places/places.case");
  REQUIRE(in);
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    const size_t blank = line.find(' ');
    if (line.empty() || line[0] == '#' || blank == line.npos) continue;
    const auto analysis = Analyze(line.substr(blank + 1), world);
    REQUIRE(analysis);
    REQUIRE_MESSAGE(!analysis->effects.empty(), "places.case:", number);
    const std::string place(Name(analysis->effects.front().place));
    CHECK_MESSAGE(place == line.substr(0, blank), "places.case:", number, ": ", line, " gives ", place);
  }
}

TEST_CASE("a path is looked at where it leads, and as the directory that a session began in") {
  World world{.cwd = "/tmp/session", .home = "/"};
  world.resolve = [](const std::string& path) -> std::string {
    if (path == "/srv/link") return "/etc";
    if (path == "/srv") return "/srv";
    if (path == "/srv/real") return "/data";
    return "";
  };
  const auto place = [&](const char* target, bool glob = false) {
    return Name(Locate(target, glob, world.cwd, world).place);
  };
  CHECK(place("/srv/link/") == "system");    // through the link
  CHECK(place("/srv/link/.") == "system");   // likewise
  CHECK(place("/srv/link") == "ordinary");   // the link itself
  CHECK(place("/srv/link/x") == "system");   // its parent leads there
  CHECK(place("/srv/gone/") == "ordinary");  // not there: as it is written
  CHECK(place("/srv/gone/x") == "ordinary");
  CHECK(place("/srv/link/*", true) == "ordinary");  // a pattern is not resolved
  CHECK(place("/srv/li*", false) == "ordinary");
  CHECK(place("/") == "root");
  CHECK(place("") == "ordinary");
  CHECK(place(".") == "here");  // a session's own directory, in a place for what is temporary
  CHECK(place("x") == "temporary");
  CHECK(place("/x") == "top_level");  // a home that is "/" makes no home of everything
  world.home.clear();
  CHECK(place("/x") == "top_level");
  world.cwd = "/etc/project";
  CHECK(place(".git") == "repository");
  CHECK(place("../other/.git") == "system");
}
