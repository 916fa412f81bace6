#include <doctest/doctest.h>
#include <stdlib.h>
#include <unistd.h>

#include <csignal>

#include "sys/environment.h"
#include "sys/files.h"
#include "sys/processes.h"
#include "sys/worker.h"

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

TEST_CASE("a worker's lines arrive, and its crash or silence ends nothing else") {
  std::vector<std::string> lines;
  const auto keep = [&](std::string_view line) { lines.emplace_back(line); };
  const std::string lengthy(200'000, 'x');
  const auto fine =
      RunWorker([&](const SendLine& send) { send("a"), send(""), send(lengthy); }, keep, {.quiet_ms = 5000});
  REQUIRE(fine);
  CHECK_FALSE(fine->crashed);
  CHECK_FALSE(fine->timed_out);
  CHECK(fine->peak_rss_bytes > 0);
  CHECK(lines == std::vector<std::string>{"a", "", lengthy});

  lines.clear();
  const auto crashed =
      RunWorker([&](const SendLine& send) { send("before"), ::raise(SIGKILL); }, keep, {.quiet_ms = 5000});
  REQUIRE(crashed);
  CHECK(crashed->crashed);
  CHECK(crashed->signal == SIGKILL);
  CHECK(lines == std::vector<std::string>{"before"});

  const auto silent = RunWorker(
      [](const SendLine&) {
        for (;;) ::pause();
      },
      keep, {.quiet_ms = 50});
  REQUIRE(silent);
  CHECK(silent->timed_out);
  CHECK_FALSE(silent->crashed);

  auto* const shared = static_cast<int*>(*SharedMemory(sizeof(int)));
  REQUIRE(RunWorker([&](const SendLine&) { *shared = 7; }, keep, {.quiet_ms = 5000}));
  CHECK(*shared == 7);
}

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
