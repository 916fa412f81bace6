// Parts of apply that need no sandbox; tests/program/try_apply and try_differential try the whole.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/apply/extended.h"
#include "cli/apply/fingerprint.h"
#include "cli/apply/journal.h"
#include "cli/apply/replica.h"
#include "sys/files.h"

using namespace heddle;
using namespace heddle::cli;

namespace {

struct Folder {
  Folder() {
    char name[] = "/var/tmp/heddle-apply-test-XXXXXX";
    path = ::mkdtemp(name);
    fd = sys::Fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  }
  ~Folder() { (void)sys::SystemFiles().RemoveTree(path); }
  void Write(const std::string& name, std::string_view text) const {
    REQUIRE(sys::SystemFiles().WriteAtomic(Cat({path, "/", name}), text));
  }
  std::string path;
  sys::Fd fd;
};

}  // namespace

TEST_CASE("extended attributes come through a journal as they are") {
  const Extended all = {{"user.a", std::string("x\0y\n", 4)}, {"user.b", ""}, {"system.posix_acl_access", "\x02"}};
  CHECK(Unpacked(Packed(all)) == all);
  CHECK(Unpacked("") == Extended());
  for (const std::string_view damaged : {"user.a", "user.a\0", "user.a\0009\0x", "\0\0\0", "user.a\0-1\0"})
    CHECK(Unpacked(damaged).empty());
}

TEST_CASE("a fingerprint is of contents, names, links and all that lies below") {
  const Folder folder;
  REQUIRE(sys::SystemFiles().MakeDirectories(folder.path + "/d/e"));
  folder.Write("d/e/f", "text");
  const auto now = [&] { return Fingerprints(kNoBudget).Of(folder.fd.get(), "d").value_or("?"); };
  const std::string before = now();
  CHECK(before == now());
  const int file = ::open((folder.path + "/d/e/f").c_str(), O_WRONLY);
  REQUIRE(::pwrite(file, "T", 1, 0) == 1);
  ::close(file);
  CHECK(before != now());
  CHECK(Fingerprints(3).Of(folder.fd.get(), "d").value_or("?").empty());  // more than the budget
  CHECK(!Fingerprints(kNoBudget).Of(folder.fd.get(), "d/e/f").value_or("").empty());
}

TEST_CASE("times before 1970 and fractions of seconds are set as they are") {
  const Folder folder;
  folder.Write("f", "x");
  const sys::Fd file(::open((folder.path + "/f").c_str(), O_PATH | O_CLOEXEC));
  for (const int64_t ns : {int64_t{-1}, int64_t{-1'500'000'000}, int64_t{0}, int64_t{1'000'000'000'123'456'789}}) {
    REQUIRE(SetTime(file.get(), ns));
    CHECK(StateAt(file.get(), "").modified_ns == ns);
  }
}

TEST_CASE("a journal is found again for its own directory once nobody holds it, and for no other") {
  const Folder home, folder, other;
  REQUIRE(::setenv("XDG_DATA_HOME", home.path.c_str(), 1) == 0);
  const auto tree = Tree::Open(folder.path), another = Tree::Open(other.path);
  REQUIRE(tree);
  REQUIRE(another);
  const Step step = {
      .kind = Step::Kind::kPut, .number = 7, .before = 8, .path = "a b\n", .state = {}, .extended = {{"user.x", "y"}}};
  {
    auto journal = ApplyJournal::Make(*tree);
    REQUIRE(journal);
    REQUIRE(journal->Note({step}));
    CHECK(ApplyJournal::LeftBehind(*tree).empty());
  }
  CHECK(ApplyJournal::LeftBehind(*another).empty());
  auto found = ApplyJournal::LeftBehind(*tree);
  REQUIRE(found.size() == 1);
  const auto steps = found[0].Steps();
  REQUIRE(steps);
  REQUIRE(steps->size() == 1);
  CHECK((*steps)[0].path == step.path);
  CHECK((*steps)[0].extended == step.extended);
  // A folder that others may write to is not believed.
  found.clear();
  REQUIRE(::chmod((home.path + "/heddle/applies").c_str(), 0777) == 0);
  CHECK(ApplyJournal::LeftBehind(*tree).empty());
  REQUIRE(::unsetenv("XDG_DATA_HOME") == 0);
}
