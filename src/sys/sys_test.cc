#include <doctest/doctest.h>
#include <stdlib.h>

#include "sys/environment.h"
#include "sys/files.h"
#include "sys/processes.h"

using namespace heddle;
using namespace heddle::sys;

namespace {
struct Scratch {
  std::string path;
  Scratch() {
    char name[] = "/tmp/heddle-test-XXXXXX";
    path = ::mkdtemp(name);
  }
  ~Scratch() { (void)SystemFiles().RemoveTree(path); }
};
}  // namespace

TEST_CASE("paths are cleaned without touching the disk") {
  CHECK(CleanPath("/a/./b//../c") == "/a/c");
  CHECK(CleanPath("a/../..") == "..");
  CHECK(CleanPath("/..") == "/");
  CHECK(CleanPath("./") == ".");
  CHECK(BaseName("/usr/bin/") == "bin");
  CHECK(DirName("/usr") == "/");
}

TEST_CASE("a write is whole or absent") {
  Scratch scratch;
  const std::string file = scratch.path + "/a";
  REQUIRE(SystemFiles().WriteAtomic(file, "one"));
  REQUIRE(SystemFiles().WriteAtomic(file, "two"));
  CHECK(*SystemFiles().Read(file) == "two");
  CHECK_FALSE(SystemFiles().WriteAtomic(scratch.path + "/none/a", "x"));
  CHECK(SystemFiles().List(scratch.path)->size() == 1);
  CHECK(SystemFiles().Read(file, 2).error().code == Code::kTooLarge);
}

TEST_CASE("a run is captured, fed, limited and cut off in time") {
  const auto cat = Run({"cat"}, {.input = "hello"});
  REQUIRE(cat);
  CHECK(cat->out == "hello");
  CHECK(Run({"sh", "-c", "exit 7"}, {})->exit_code == 7);
  CHECK(Run({"sh", "-c", "kill -9 $$"}, {})->exit_code == 137);
  CHECK(Run({"sleep", "30"}, {.timeout_ms = 50})->timed_out);
  CHECK(Run({"head", "-c", "100000", "/dev/zero"}, {.output_limit = 10})->out.size() == 10);
  CHECK_FALSE(Run({"/no/such/program"}, {}));
}

TEST_CASE("a sandboxed command writes only into the overlay and reaches no network") {
  if (!SandboxAvailable()) {
    MESSAGE("this kernel refuses user namespaces; the refusal itself is what is tested");
    CHECK_FALSE(Run({"true"}, {.sandbox = SandboxOptions{}}));
    return;
  }
  Scratch work, scratch, outside;
  REQUIRE(SystemFiles().WriteAtomic(work.path + "/kept", "old"));
  const std::string script =
      "echo new > kept; echo x > made; echo x > " + outside.path + "/leak; cat /proc/net/dev | wc -l";
  const auto result =
      Run({"sh", "-c", script},
          {.workdir = work.path, .sandbox = SandboxOptions{.overlay = work.path, .scratch = scratch.path}});
  REQUIRE(result);
  CHECK(*SystemFiles().Read(work.path + "/kept") == "old");
  CHECK(*SystemFiles().Read(scratch.path + "/upper/kept") == "new\n");
  CHECK(SystemFiles().Look(scratch.path + "/upper/made").kind == FileKind::kFile);
  CHECK(SystemFiles().Look(outside.path + "/leak").kind == FileKind::kNone);
  CHECK(result->out.find_first_not_of(" 0123\n") == std::string::npos);
}
