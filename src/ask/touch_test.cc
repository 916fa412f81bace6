// What a command would touch, held against the real find and a real repository.
#include "ask/touch.h"

#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "ask/find_filter.h"
#include "base/text.h"
#include "shell/analyze.h"

using namespace heddle;
using namespace heddle::ask;

namespace {

struct Tree {
  std::string top;
  explicit Tree(const std::string& script) {
    char name[] = "/tmp/heddle-touch-XXXXXX";
    top = sys::SystemFiles().Resolve(::mkdtemp(name));
    REQUIRE(std::system(Cat({"cd ", top, " && ", script, " > /dev/null 2>&1"}).c_str()) == 0);
  }
  ~Tree() { (void)sys::SystemFiles().RemoveTree(top); }

  std::vector<Touched> Look(const std::string& command) const {
    const shell::World world{.cwd = top, .home = "/home/me"};
    const auto analysis = shell::Analyze(command, world);
    REQUIRE(analysis);
    return LookAtTargets(analysis->effects, sys::SystemFiles(), top);
  }
};

constexpr const char* kFiles =
    "mkdir -p a/b/c logs && head -c 2000 /dev/zero > big.log && : > empty.log && echo 1 > a/x.log && echo 2 > "
    "a/b/y.txt && "
    "echo 3 > a/b/c/Z.LOG && touch -d '9 days ago' logs/old.log && ln -s big.log link.log && mkdir logs/none";

size_t Lines(const std::string& command) {
  FILE* pipe = ::popen(command.c_str(), "r");
  size_t lines = 0;
  for (int c = 0; (c = std::fgetc(pipe)) != EOF;) lines += c == '\n' ? 1 : 0;
  ::pclose(pipe);
  return lines;
}

}  // namespace

TEST_CASE("the count of a find command that deletes is what find itself would print") {
  const Tree tree(kFiles);
  for (const char* tests : {"-type f",
                            "-name '*.log'",
                            "-type f -iname '*.log'",
                            "-size +1k",
                            "-size -1k",
                            "-size +1999c -type f",
                            "-empty",
                            "-type d -empty",
                            "-mtime +7",
                            "-mtime -7 -type f",
                            "-mmin -60 -name '*.txt'",
                            "! -name '*.log' -type f",
                            "-type f \\( -name '*.txt' -o -name 'y*' \\)",
                            "-maxdepth 1 -type f",
                            "-mindepth 2 -type f",
                            "-path './a/*'",
                            "\\( -name '*.log' -o -name '*.txt' \\)",
                            "-not -path './a/*' -type f",
                            "-type l",
                            "-size 1"}) {
    const auto touched = tree.Look(Cat({"find . ", tests, " -delete"}));
    REQUIRE_MESSAGE(touched.size() == 1, tests);
    const size_t real = Lines(Cat({"cd ", tree.top, " && find . ", tests}));
    // The root itself cannot be deleted; find passes over it silently.
    CHECK_MESSAGE(touched[0].files + touched[0].directories == real, tests);
  }
}

TEST_CASE("a test that is not known is never counted, only named") {
  const Tree tree(kFiles);
  const auto touched = tree.Look("find . -newer a/x.log -delete");
  REQUIRE(touched.size() == 1);
  CHECK(Contains(Describe(touched[0]), "of which a filter selects"));
}

TEST_CASE("files that no version control could bring back are counted") {
  const Tree tree(Cat({"git init -q . && ", kFiles, " && git add a big.log"}));
  const auto all = tree.Look("rm -rf a logs");
  REQUIRE(all.size() == 2);
  CHECK(all[0].versioned);
  CHECK(all[0].untracked == 0);
  CHECK(all[1].untracked == 1);
  CHECK(Contains(Describe(all[1]), "1 not in version control"));
  CHECK_FALSE(Contains(Describe(all[0]), "version control"));
}

TEST_CASE("outside a repository nothing is said of version control") {
  const Tree tree(kFiles);
  const auto touched = tree.Look("rm -rf a");
  REQUIRE(touched.size() == 1);
  CHECK_FALSE(touched[0].versioned);
  CHECK(touched[0].files == 3);
}

TEST_CASE("what find's own order makes uncertain is never evaluated") {
  const Tree tree(kFiles);
  for (const char* command :
       {"find . -name '*.log' -o -name '*.txt' -delete", "find . -name '*.log' -print -name 'x*' -delete",
        "find -L . -name '*.log' -delete", "find . -name x -o -delete"}) {
    const shell::World world{.cwd = tree.top, .home = "/home/me"};
    const auto analysis = shell::Analyze(command, world);
    REQUIRE(analysis);
    REQUIRE_FALSE(analysis->effects.empty());
    CHECK_MESSAGE(!PathsOf(analysis->effects[0], sys::SystemFiles(), tree.top), command);
  }
}

TEST_CASE("a quoted wildcard is part of a name") {
  const Tree tree(kFiles);
  CHECK(tree.Look("rm '*.log'").empty());
  REQUIRE(tree.Look("rm *.log").size() == 1);
  CHECK(tree.Look("rm *.log")[0].files == 3);
}
