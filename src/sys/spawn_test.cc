// What children of every kind inherit, and what they leave behind.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <set>
#include <thread>

#include "base/text.h"
#include "sys/cell.h"
#include "sys/child.h"
#include "sys/daemon.h"
#include "sys/files.h"
#include "sys/interrupts.h"
#include "sys/processes.h"
#include "sys/worker.h"

using namespace heddle;
using namespace heddle::sys;

namespace {

struct Scratch {
  std::string path;
  Scratch() {
    char name[] = "/tmp/heddle-spawn-XXXXXX";
    path = ::mkdtemp(name);
  }
  ~Scratch() { (void)SystemFiles().RemoveTree(path); }
};

// A process as a user's shell, a service manager and other libraries leave it: descriptors that programs inherit, some
// of them open only for moments, and signals that are ignored, handled and blocked.
class Careless {
 public:
  Careless() {
    SetReserved(SIG_IGN);
    for (int i = 0; i < 20; ++i) files_.push_back(::open("/dev/null", O_RDONLY));
    for (const int signal : {SIGPIPE, SIGUSR1, SIGRTMIN + 2}) ::signal(signal, SIG_IGN);
    ::signal(SIGUSR2, [](int) {});
    opener_ = std::jthread([](const std::stop_token& over) {
      while (!over.stop_requested()) ::close(::open("/dev/null", O_RDONLY));
    });
  }
  ~Careless() {
    opener_.request_stop();
    opener_.join();
    for (const int file : files_) ::close(file);
    for (const int signal : {SIGPIPE, SIGUSR1, SIGUSR2, SIGRTMIN + 2}) ::signal(signal, SIG_DFL);
    SetReserved(SIG_DFL);
  }

 private:
  // A signal that the C library keeps for itself, past which only the kernel gets.
  static void SetReserved(sighandler_t handler) {
    const struct {
      sighandler_t handler;
      unsigned long flags, restorer, mask;
    } action = {handler, 0, 0, 0};
    (void)::syscall(SYS_rt_sigaction, 32, &action, nullptr, sizeof(unsigned long));
  }

  const Interrupts interrupts_;  // blocks SIGTERM and SIGINT
  std::vector<int> files_;
  std::jthread opener_;
};

// Prints the numbers of its descriptors and its masks of signals into the file $1. `[` looks without opening anything.
const char* const kProbe =
    "numbers=$(seq 0 300); exec > \"$1\"; for n in $numbers; do [ -e /proc/self/fd/$n ] && echo $n; done;"
    "sed -n 's/\\t//; /^Sig[BIC]/p' /proc/self/status";
const char* const kClean = "0\n1\n2\nSigBlk:0000000000000000\nSigIgn:0000000000000000\nSigCgt:0000000000000000\n";

std::set<int> Children() {
  std::set<int> out;
  const auto tasks = SystemFiles().List("/proc/self/task");
  REQUIRE(tasks);
  for (const DirectoryEntry& task : *tasks) {
    const std::string text =
        SystemFiles().ReadHead(Cat({"/proc/self/task/", task.name, "/children"}), 4096).value_or("");
    for (const std::string_view pid : SplitWords(text)) out.insert(static_cast<int>(ParseInt(pid).value_or(0)));
  }
  return out;
}

bool Comes(const std::function<bool()>& what) {
  for (int i = 0; i < 10'000; ++i) {
    if (what()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return false;
}

}  // namespace

TEST_CASE("a child has the descriptors it was given, default signals and nothing else") {
  const Scratch scratch;
  const std::string out = scratch.path + "/out";
  struct Row {
    const char* how;
    std::function<void(const std::vector<std::string>&)> start;
  };
  const Row rows[] = {
      {"run", [](const auto& argv) { CHECK(Run(argv, {})->exit_code == 0); }},
      {"run with an environment",
       [](const auto& argv) { CHECK(Run(argv, {.environment = {{"PATH=/usr/bin:/bin"}}})->exit_code == 0); }},
      {"on the terminal", [](const auto& argv) { CHECK(*RunOnTerminal(argv) == 0); }},
      {"beside",
       [](const auto& argv) {
         auto child = Child::Start(argv, {"PATH=/usr/bin:/bin"});
         REQUIRE(child);
         child->Stop(10'000);  // until it ends
       }},
      {"daemon",
       [](auto argv) {
         argv[2] += "; echo ready >&2";
         CHECK(StartDaemon({.argv = argv, .ready = "ready", .log = argv[4] + ".log"}, {}).error().code ==
               Code::kUnavailable);
         CHECK(*SystemFiles().Read(argv[4] + ".log") == "ready\n");
       }},
  };
  const Careless careless;
  for (const Row& row : rows) {
    CAPTURE(row.how);
    (void)SystemFiles().RemoveTree(out);
    row.start({"/bin/sh", "-c", kProbe, "sh", out});
    CHECK(SystemFiles().Read(out).value_or("nothing") == kClean);
  }
  CHECK(Children().empty());
}

TEST_CASE("a worker and a cell inherit no more") {
  const Careless careless;
  std::vector<std::string> open;
  const auto end = RunWorker(
      [](const SendLine& send) {
        for (int fd = 0; fd < 300; ++fd)
          if (::fcntl(fd, F_GETFD) >= 0) send(std::to_string(fd));
        sigset_t blocked;
        ::pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
        send(::sigismember(&blocked, SIGTERM) != 0 ? "deaf" : "obeys");
      },
      [&](std::string_view line) { open.emplace_back(line); }, {});
  REQUIRE(end);
  REQUIRE(open.size() == 5);  // one more than the standard ones: its line to this process
  CHECK(std::vector<std::string>(open.begin(), open.begin() + 3) == std::vector<std::string>{"0", "1", "2"});
  CHECK(open.back() == "obeys");

  // What a worker is given keeps its number.
  const int given = ::open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
  std::string read;
  REQUIRE(RunWorker(
      [&](const SendLine& send) {
        char byte = 0;
        send(::pread(given, &byte, 1, 0) == 1 ? "readable" : "closed");
      },
      [&](std::string_view line) { read = line; }, {.files = {given}}));
  ::close(given);
  CHECK(read == "readable");

  int out[2];
  REQUIRE(::pipe2(out, O_CLOEXEC) == 0);
  const std::string script =
      "for n in $(seq 0 300); do [ -e /proc/self/fd/$n ] && echo $n; done;"
      "sed -n 's/\\t//; /^Sig[BIC]/p' /proc/self/status";
  auto cell = Cell::Start(
      {.argv = {"/bin/sh", "-c", script}, .environment = {"PATH=/usr/bin:/bin"}, .out = out[1], .confined = false});
  REQUIRE(cell);
  ::close(out[1]);
  std::string said;
  char chunk[512];
  for (ssize_t got; (got = ::read(out[0], chunk, sizeof chunk)) > 0;) said.append(chunk, static_cast<size_t>(got));
  ::close(out[0]);
  CHECK(cell->Wait().status == 0);
  CHECK(said == kClean);
}

TEST_CASE("what ignores hangups goes on doing so on the terminal") {
  const Scratch scratch;
  const std::string out = scratch.path + "/out";
  ::signal(SIGHUP, SIG_IGN);
  CHECK(*RunOnTerminal({"/bin/sh", "-c", kProbe, "sh", out}) == 0);
  CHECK(Contains(*SystemFiles().Read(out), "SigIgn:0000000000000001\n"));
  CHECK(Run({"/bin/sh", "-c", kProbe, "sh", out}, {})->exit_code == 0);
  CHECK(*SystemFiles().Read(out) == kClean);
  ::signal(SIGHUP, SIG_DFL);
}

TEST_CASE("no way in which a daemon ends leaves a zombie") {
  const Scratch scratch;
  const auto start = [&](const char* script, int timeout_ms, const std::stop_token& stop = {}) {
    return StartDaemon({.argv = {"/bin/sh", "-c", script},
                        .extra_environment = {"HEDDLE_TEST=given"},
                        .ready = "ready",
                        .log = scratch.path + "/log",
                        .timeout_ms = timeout_ms},
                       stop);
  };
  REQUIRE(start("[ $HEDDLE_TEST = given ] && [ $PWD = / ] && echo ready; exec sleep 1000", 10'000));
  const std::set<int> running = Children();
  REQUIRE(running.size() == 1);
  CHECK(::getsid(*running.begin()) == *running.begin());
  ::kill(*running.begin(), SIGTERM);  // which it must not have inherited a block of
  CHECK(Comes([] { return Children().empty(); }));

  CHECK(start("echo why >&2; exit 1", 10'000).error().message == "why");
  CHECK(start("exit 2", 10'000).error().code == Code::kInvalid);
  CHECK(start("exec sleep 1000", 20).error().code == Code::kTimeout);
  CHECK(start("exec >&-; exec sleep 1000", 20).error().code == Code::kTimeout);
  std::stop_source stop;
  stop.request_stop();
  CHECK(start("exec sleep 1000", 10'000, stop.get_token()).error().code == Code::kCancelled);
  CHECK(StartDaemon({.argv = {"/nonexistent/program"}, .ready = "ready", .log = scratch.path + "/log"}, {})
            .error()
            .message == "/nonexistent/program: No such file or directory");
  CHECK(Children().empty());
}
