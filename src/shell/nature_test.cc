#include "shell/nature.h"

#include <doctest/doctest.h>

#include <fstream>
#include <string>

using namespace heddle::shell;

namespace {

Nature Of(std::string_view command) {
  const auto analysis = Analyze(command, {.cwd = "/work/here", .home = "/home/me"});
  REQUIRE(analysis);
  return NatureOf(*analysis);
}

}  // namespace

TEST_CASE("a command only looks when every program, word and effect of it is known to") {
  for (const std::string command :
       {"ls -la", "cat a | sort | uniq -c", "find . -name '*.py'", "git log --oneline", "git branch",
        "git -C /x status", "docker ps -a", "docker container ls", "sudo lsof -i :80", "tar -tf a.tar", "crontab -l",
        "cd inner", "find . -type f -exec wc -l {} +", "grep -r x . 2> /dev/null", "pip list", "git stash list",
        "hostname"}) {
    CAPTURE(command);
    CHECK(Of(command) == Nature::kLooks);
  }
}

TEST_CASE("a command changes something by an effect, or by its program's nature where no rule sees one") {
  for (const std::string command : {"rm a",
                                    "find . -delete",
                                    "sed -i s/a/b/ f",
                                    "ls > out",
                                    "docker rm web",
                                    "docker start web",
                                    "pip install x",
                                    "kill 5",
                                    "git reset",
                                    "git branch new",
                                    "git branch -d old",
                                    "git commit -m x",
                                    "mkdir d",
                                    "touch f",
                                    "tar -xf a.tar",
                                    "sudo systemctl restart x",
                                    "crontab -r",
                                    "find . -exec rm {} +",
                                    "ps | xargs kill",
                                    "hostname new",
                                    "npm install",
                                    "git stash",
                                    "echo $(rm a)",
                                    "git tag v1",
                                    "docker container prune -f",
                                    "convert a.png b.jpg",
                                    "git push",
                                    "ls; git fetch"}) {
    CAPTURE(command);
    CHECK(Of(command) >= Nature::kCreates);
  }
}

TEST_CASE("what nobody described is unknown, never harmless") {
  for (const std::string command : {"frobnicate --all", "./run.sh", "bash x.sh", "ssh host uptime"}) {
    CAPTURE(command);
    CHECK(Of(command) == Nature::kUnknown);
  }
}

// tests/cases/nature/nature.case: "looks command", "creates command", "changes command", "unknown command".
TEST_CASE("a command has the nature that the cases say") {
  constexpr std::string_view kNames[] = {"looks", "unknown", "creates", "changes"};
  std::ifstream in("tests/cases/nature/nature.case");
  REQUIRE(in);
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    const size_t blank = line.find(' ');
    if (line.empty() || line[0] == '#' || blank == line.npos) continue;
    const std::string found(kNames[static_cast<size_t>(Of(line.substr(blank + 1)))]);
    CHECK_MESSAGE(found == line.substr(0, blank), "nature.case:", number, ": ", line, " gives ", found);
  }
}
