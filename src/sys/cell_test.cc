// What runs in a cell is a shell script here: everything a script cannot do, its language does not matter for.
#include "sys/cell.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "base/text.h"
#include "sys/files.h"

using namespace heddle;
using namespace heddle::sys;

namespace {

struct Outcome {
  int exit_code = 0;  // 128 + n for signal n
  std::string text;   // stdout and stderr
};

Outcome InCell(const std::string& script, CellOptions options = {}) {
  int out[2];
  REQUIRE(::pipe2(out, O_CLOEXEC) == 0);
  options.argv = {"/bin/bash", "-c", script};
  options.environment = {"PATH=/usr/bin:/bin"};
  options.out = options.err = out[1];
  auto cell = Cell::Start(options);
  ::close(out[1]);
  if (!cell) FAIL(cell.error().message);
  Outcome result;
  char chunk[4096];
  for (ssize_t got; (got = ::read(out[0], chunk, sizeof chunk)) > 0;)
    result.text.append(chunk, static_cast<size_t>(got));
  ::close(out[0]);
  const Cell::End end = cell->Wait();
  result.exit_code = WIFEXITED(end.status) ? WEXITSTATUS(end.status) : 128 + WTERMSIG(end.status);
  return result;
}

std::string TemporaryFolder() {
  char name[] = "/tmp/heddle-cell-XXXXXX";
  return ::mkdtemp(name);
}

}  // namespace

TEST_CASE("a cell has the system's programs, an empty environment and no standard input") {
  const Outcome seen = InCell("env | sort; cat; echo end");
  CHECK(seen.exit_code == 0);
  CHECK(seen.text.find("PATH=/usr/bin:/bin") != std::string::npos);
  CHECK(seen.text.find("HOME") == std::string::npos);
  CHECK(seen.text.ends_with("end\n"));
}

TEST_CASE("nothing of the user's is there, and nothing but /tmp can be written") {
  const Outcome seen = InCell(
      "ls /; for d in /home /root /var /run /etc/passwd /etc/shadow; do [ -e $d ] && echo FOUND $d; done; "
      "for f in /usr/x /x /proc/x /dev/x /work/x; do { : > $f; } 2>/dev/null && echo WROTE $f; done; echo a > /tmp/a "
      "&& cat /tmp/a");
  CHECK(seen.text.find("FOUND") == std::string::npos);
  CHECK(seen.text.find("WROTE") == std::string::npos);
  CHECK(seen.text.ends_with("a\n"));
}

TEST_CASE("a cell sees its own processes only and cannot make name spaces, mounts or sockets") {
  const Outcome seen = InCell(
      "ls -d /proc/[0-9]* | wc -l; unshare -U true 2>/dev/null && echo NAMESPACE; mount -t tmpfs x /tmp 2>/dev/null && "
      "echo MOUNT; "
      "(exec 3<>/dev/tcp/127.0.0.1/1) 2>&1 | grep -c 'not permitted'; grep -E 'Seccomp:|CapEff|NoNewPrivs' "
      "/proc/self/status");
  INFO(seen.text);
  CHECK(seen.text.find("NAMESPACE") == std::string::npos);
  CHECK(seen.text.find("MOUNT") == std::string::npos);
  CHECK(seen.text.find("Seccomp:\t2") != std::string::npos);
  CHECK(seen.text.find("CapEff:\t0000000000000000") != std::string::npos);
  CHECK(seen.text.find("NoNewPrivs:\t1") != std::string::npos);
}

TEST_CASE("a fork bomb meets the limit of processes, and none of it is left") {
  CellOptions options;
  options.limits.processes = 20;
  const auto started = std::chrono::steady_clock::now();
  const Outcome seen = InCell("for i in $(seq 100); do sleep 1000 & done 2>&1; echo over", options);
  CHECK(std::chrono::steady_clock::now() - started < std::chrono::seconds(60));
  CHECK(seen.text.find("Resource temporarily unavailable") != std::string::npos);
}

TEST_CASE("memory, files and /tmp have limits") {
  CellOptions options;
  options.limits.memory_bytes = 200 << 20;
  options.limits.file_bytes = 1 << 20;
  options.limits.tmp_bytes = 4 << 20;
  CHECK(InCell("head -c 400000000 /dev/zero | tail -c 390000000 | wc -c", options).text.find("390000000") ==
        std::string::npos);
  CHECK(InCell("head -c 2000000 /dev/zero > /tmp/a; stat -c %s /tmp/a", options).text.find("1048576") !=
        std::string::npos);
  CHECK(InCell("for i in 1 2 3 4 5 6 7 8; do head -c 1000000 /dev/zero > /tmp/$i || echo full; done", options)
            .text.find("full") != std::string::npos);
}

TEST_CASE("a work folder is written only where it was said") {
  const std::string folder = TemporaryFolder();
  CHECK(::chmod(folder.c_str(), 0777) == 0);
  CellOptions options;
  options.work = folder;
  CHECK(InCell("echo x > /work/a || echo no", options).text.find("no") != std::string::npos);
  options.work_writable = true;
  CHECK(InCell("echo x > /work/a && pwd", options).text == "/work\n");
  CHECK(SystemFiles().Read(folder + "/a").value_or("") == "x\n");
  (void)SystemFiles().RemoveTree(folder);
}

TEST_CASE("the end of a cell ends what it started") {
  auto cell = Cell::Start({.argv = {"/bin/bash", "-c", "sleep 1000 & sleep 1000"}});
  REQUIRE(cell);
  const pid_t pid = cell->pid();
  TreeUsage usage;
  for (int i = 0; i < 500 && usage.processes < 3; ++i) {
    usage = MeasureTree(pid, false);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  CHECK(usage.processes == 3);
  CHECK(usage.memory_bytes > 0);
  cell->Kill();
  CHECK(WTERMSIG(cell->Wait().status) == SIGKILL);
  CHECK(MeasureTree(pid, false).processes == 0);
}

TEST_CASE("what cannot be started says why") {
  const auto cell = Cell::Start({.argv = {"/no/such/program"}});
  REQUIRE(!cell);
  CHECK(cell.error().message == "a cell cannot be made here: /no/such/program: No such file or directory");
}
