// Index files written by git itself, in every version, and every truncation of one.
#include "facts/git_index.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <string>

#include "base/text.h"

using namespace heddle;
using namespace heddle::facts;

namespace {

struct Repository {
  std::string top;
  explicit Repository(const std::string& script) {
    char name[] = "/tmp/heddle-index-XXXXXX";
    top = sys::SystemFiles().Resolve(::mkdtemp(name));
    const std::string command = Cat({"cd ", top, " && git init -q . 2> /dev/null && ", script, " > /dev/null 2>&1"});
    REQUIRE(std::system(command.c_str()) == 0);
  }
  ~Repository() { (void)sys::SystemFiles().RemoveTree(top); }
};

constexpr const char* kFiles =
    "mkdir -p src/deep docs && touch a.txt src/b.cc src/bb.cc src/deep/c.cc docs/'odd name' new.txt && "
    "git add a.txt src docs";

}  // namespace

TEST_CASE("what git tracks is tracked, in index versions 2, 3 and 4") {
  for (const char* version : {"2", "3", "4"}) {
    const Repository repository(Cat({kFiles, " && git update-index --index-version ", version,
                                     version[0] == '3' ? " && git add -N new.txt && git rm -q --cached new.txt" : ""}));
    const auto tree = FindWorkTree(sys::SystemFiles(), repository.top + "/src/deep");
    REQUIRE(tree);
    CHECK(tree->top == repository.top);
    CHECK(tree->index.size() == 5);
    for (const char* path : {"a.txt", "src/b.cc", "src/bb.cc", "src/deep/c.cc", "docs/odd name"})
      CHECK(tree->index.Tracks(path));
    CHECK_FALSE(tree->index.Tracks("new.txt"));
    CHECK_FALSE(tree->index.Tracks("src"));
  }
}

TEST_CASE("entries with extended flags are read") {
  const Repository repository(Cat({kFiles, " && git add -N new.txt"}));
  const auto tree = FindWorkTree(sys::SystemFiles(), repository.top);
  REQUIRE(tree);
  CHECK(tree->index.Tracks("new.txt"));
}

TEST_CASE("a linked work tree has an index of its own") {
  const Repository repository(
      Cat({kFiles, " && git -c user.name=a -c user.email=a@b commit -qm x && git worktree add -q side"}));
  const auto tree = FindWorkTree(sys::SystemFiles(), repository.top + "/side/src");
  REQUIRE(tree);
  CHECK(tree->top == repository.top + "/side");
  CHECK(tree->index.Tracks("src/b.cc"));
}

TEST_CASE("no truncation and no flipped byte of an index is read past its end") {
  const Repository repository(Cat({kFiles, " && git update-index --index-version 4"}));
  const auto bytes = sys::SystemFiles().Read(repository.top + "/.git/index");
  REQUIRE(bytes);
  CHECK(GitIndex::Parse(*bytes));
  for (size_t size = 0; size + 40 < bytes->size(); ++size) {
    const auto cut = GitIndex::Parse(std::string_view(*bytes).substr(0, size));
    if (size < 100) CHECK_FALSE(cut);
  }
  for (size_t at = 0; at < bytes->size(); ++at) {
    std::string broken = *bytes;
    broken[at] = static_cast<char>(broken[at] ^ 0xff);
    (void)GitIndex::Parse(broken);
  }
}
