#include "sys/cell.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/text.h"
#include "sys/cell_root.h"
#include "sys/files.h"
#include "sys/inherit.h"
#include "sys/lockdown.h"
#include "sys/witness.h"

namespace heddle::sys {
namespace {

constexpr uint64_t kNameSpaces =
    CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS;
constexpr const char* kSinks[] = {"/dev/null", "/dev/zero", "/dev/full"};  // swallow what is written to them
// Nobody's files are its own. Used when heddle runs as root, who would be the owner of everything.
constexpr unsigned kNobody = 65534;

struct Prepared {
  const CellOptions* options;
  CellRoot root;
  std::string filter;
  std::vector<char*> argv, environment;
  std::vector<const char*> writable;
  std::string directory;
  std::vector<int> files;  // to be 0, 1, 2 ...; -1: /dev/null
  std::vector<gid_t> groups;
  int go = -1, failed = -1;  // the parent has written the maps; the child's report
};

std::vector<char*> Pointers(const std::vector<std::string>& words) {
  std::vector<char*> out;
  for (const auto& word : words) out.push_back(const_cast<char*>(word.c_str()));
  out.push_back(nullptr);
  return out;
}

// Never above what the caller has itself.
bool Limit(int what, int64_t value) {
  rlimit limit = {};
  if (::getrlimit(static_cast<__rlimit_resource>(what), &limit) != 0) return false;
  limit.rlim_max = std::min(limit.rlim_max, static_cast<rlim_t>(value));
  limit.rlim_cur = limit.rlim_max;
  return ::setrlimit(static_cast<__rlimit_resource>(what), &limit) == 0;
}

// Of this value alone the kernel also starts no program outside that collects dumps.
constexpr int64_t kNoCore = 1;

bool SetLimits(const CellLimits& limits) {
  return (limits.memory_bytes == 0 || Limit(RLIMIT_AS, limits.memory_bytes)) &&
         (limits.cpu_seconds == 0 || Limit(RLIMIT_CPU, limits.cpu_seconds)) && Limit(RLIMIT_FSIZE, limits.file_bytes) &&
         Limit(RLIMIT_NPROC, limits.processes) && Limit(RLIMIT_NOFILE, limits.open_files) &&
         Limit(RLIMIT_CORE, kNoCore) && Limit(RLIMIT_MEMLOCK, 1 << 20) && Limit(RLIMIT_MSGQUEUE, 0);
}

// Waits for the second process, and ends as it does.
[[noreturn]] void WaitFor(pid_t command) {
  for (;;) {
    int status = 0;
    const pid_t ended = ::waitpid(-1, &status, 0);
    if (ended == command) ::_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    if (ended < 0 && errno != EINTR) ::_exit(125);
  }
}

// The first process of a name space ignores signals that it does not handle and inherits orphans: a command is to
// meet neither, so it is the second one. When it ends, this one does, and the kernel ends all the others. Returns in
// the second one, which still has all rights, once it is watched where it is to be.
void BecomeSecond(Prepared& it) {
  const SandboxOptions& view = *it.options->view;
  int gate[2];
  if (::pipe2(gate, O_CLOEXEC) != 0) FailSetup(it.failed, "pipe");
  const auto command = static_cast<pid_t>(::syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0));
  if (command < 0) FailSetup(it.failed, "process");
  if (command == 0) {
    ::close(gate[1]);
    char byte = 0;
    if (::read(gate[0], &byte, 1) != 1) ::_exit(125);
    ::close(gate[0]);
    return;
  }
  // Attached while both have the same rights, as the kernel wants it.
  if (view.notes != nullptr && !AttachWitness(command)) FailSetup(it.failed, "tracing");
  if (!DropPrivileges(view.notes == nullptr ? it.filter : std::string())) FailSetup(it.failed, "seccomp");
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  (void)!::write(gate[1], "g", 1);
  ::syscall(SYS_close_range, 0, ~0U, 0);
  if (view.notes == nullptr) WaitFor(command);
  Witness(command, {.notes = view.notes,
                    .root = ::geteuid() == 0,
                    .groups = it.groups.data(),
                    .group_count = it.groups.size(),
                    .tried_on = view.overlay.empty() ? nullptr : view.overlay.c_str()});
}

// The child's life until it is another program. It may be the copy of a process with many threads, one of which held
// the heap's lock: nothing here allocates.
[[noreturn]] void Become(Prepared& it) {
  const auto fail = [&](const char* what) { FailSetup(it.failed, what); };
  const CellOptions& options = *it.options;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::setsid();
  ResetSignals();
  char byte = 0;
  if (::read(it.go, &byte, 1) != 1) ::_exit(125);
  if (options.confined) {
    if (const char* what = EnterRoot(it.root)) fail(what);
    // Forgotten when the user changed. It is about the thread that made this process, which outlives a view only: a
    // judge's zygote goes on when the thread that needed it first has ended.
    if (options.view) ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  }
  if (!KeepFiles(it.files, it.failed)) fail("file descriptors");
  if (!SetLimits(options.limits)) fail("limits");
  if (options.confined && !options.warden) {
    if (!RestrictPaths(it.writable.data(), it.writable.size())) fail("landlock");
    if (options.view) BecomeSecond(it);
    if (!DropPrivileges(it.filter)) fail("seccomp");
  }
  if (!it.directory.empty() && ::chdir(it.directory.c_str()) != 0) fail(it.directory.c_str());
  ::execve(it.argv[0], it.argv.data(), it.environment.data());
  fail(it.argv[0]);
  __builtin_unreachable();
}

bool Put(pid_t pid, const char* name, const std::string& text) {
  const Fd file(::open(Cat({"/proc/", std::to_string(pid), "/", name}).c_str(), O_WRONLY | O_CLOEXEC));
  return file && ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

// Every user keeps their number, as far as this process may say so: root sees whose files are whose, all others
// themselves alone.
std::string SameUsers(const char* map, unsigned self) {
  std::string out;
  const auto text = SystemFiles().Read(map, 64 << 10);
  if (::geteuid() == 0 && text) {
    for (const auto line : Split(*text, '\n')) {
      const auto words = SplitWords(line);
      if (words.size() == 3) out += Cat({words[0], " ", words[0], " ", words[2], "\n"});
    }
  }
  return out.empty() ? Cat({std::to_string(self), " ", std::to_string(self), " 1\n"}) : out;
}

bool WriteMaps(pid_t pid, bool view) {
  if (view) {
    return Put(pid, "setgroups", "deny") && Put(pid, "uid_map", SameUsers("/proc/self/uid_map", ::geteuid())) &&
           Put(pid, "gid_map", SameUsers("/proc/self/gid_map", ::getegid()));
  }
  const bool root = ::geteuid() == 0;
  const unsigned uid = root ? kNobody : ::geteuid(), gid = root ? kNobody : ::getegid();
  return Put(pid, "setgroups", "deny") && Put(pid, "uid_map", Cat({"0 ", std::to_string(uid), " 1"})) &&
         Put(pid, "gid_map", Cat({"0 ", std::to_string(gid), " 1"}));
}

Stops StopsFor(const CellOptions& options) {
  if (!options.view || options.view->notes == nullptr) return Stops::kNone;
  return ::geteuid() == 0 ? Stops::kAll : Stops::kChanges;
}

std::vector<gid_t> OwnGroups() {
  std::vector<gid_t> out(65536);
  const int count = ::getgroups(static_cast<int>(out.size()), out.data());
  out.resize(count < 0 ? 0 : static_cast<size_t>(count));
  return out;
}

std::string StartFolder(const CellOptions& options) {
  if (!options.directory.empty()) return options.directory;
  if (options.view && !options.view->overlay.empty()) return options.view->overlay;
  return options.work.empty() ? "/tmp" : "/work";
}

std::string ReadAll(int fd) {
  std::string out;
  char chunk[256];
  for (ssize_t got; (got = ::read(fd, chunk, sizeof chunk)) > 0 || (got < 0 && errno == EINTR);)
    if (got > 0) out.append(chunk, static_cast<size_t>(got));
  return out;
}

}  // namespace

Result<Cell> Cell::Start(const CellOptions& options) {
  Prepared it{.options = &options};
  if (options.confined) {
    TRY_ASSIGN(it.root, options.view ? PlanView(options) : PlanRoot(options));
    if (!options.warden) {
      TRY_ASSIGN(it.filter, SeccompFilter(options.view ? Sockets::kInternet : Sockets::kUnix, StopsFor(options)));
      it.groups = OwnGroups();
      it.directory = StartFolder(options);
    }
    // Nothing else stops writing to a pipe of this machine that has a name.
    if (options.view && LandlockVersion() == 0)
      return Error{Code::kUnavailable, "a sandbox cannot be made here: this kernel has no Landlock"};
    for (const std::string& path : it.root.writable) it.writable.push_back(path.c_str());
    it.writable.insert(it.writable.end(), std::begin(kSinks), std::end(kSinks));
  }
  it.files = {options.in, options.out, options.err};
  it.files.insert(it.files.end(), options.pass.begin(), options.pass.end());
  it.argv = Pointers(options.argv);
  it.environment = Pointers(options.environment);
  int go[2], failed[2];
  if (::pipe2(go, O_CLOEXEC) != 0 || ::pipe2(failed, O_CLOEXEC) != 0)
    return Error{Code::kUnavailable, "no file descriptors left for a pipe"};
  Fd go_read(go[0]), go_write(go[1]), failed_read(failed[0]), failed_write(failed[1]);
  it.go = go[0], it.failed = failed[1];
  int pidfd = -1;
  clone_args clone = {};
  clone.flags = CLONE_PIDFD | (options.confined ? kNameSpaces : 0);
  if (options.view && options.view->network) clone.flags &= ~uint64_t{CLONE_NEWNET};
  const std::string_view kind = options.view ? "sandbox" : "cell";
  clone.pidfd = reinterpret_cast<uint64_t>(&pidfd);
  clone.exit_signal = SIGCHLD;
  const auto pid = static_cast<pid_t>(::syscall(SYS_clone3, &clone, sizeof clone));
  if (pid < 0)
    return Error{Code::kUnavailable, Cat({"the kernel refuses name spaces for a ", kind, ": ", std::strerror(errno)})};
  if (pid == 0) {
    ::close(go[1]);
    Become(it);
  }
  Cell out(pid, Fd(pidfd));
  failed_write.Close();
  if (options.confined && !WriteMaps(pid, options.view.has_value()))
    return Error{Code::kUnavailable, Cat({"the kernel refuses the users of a ", kind, ": ", std::strerror(errno)})};
  (void)!::write(go[1], "g", 1);
  const std::string why = ReadAll(failed_read.get());
  if (!why.empty()) return Error{Code::kUnavailable, Cat({"a ", kind, " cannot be made here: ", why})};
  return out;
}

Cell& Cell::operator=(Cell&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(pidfd_, other.pidfd_);
  return *this;
}

Cell::~Cell() {
  if (pid_ == 0 || !pidfd_) return;  // waited for, or moved from
  Kill();
  (void)Wait();
}

void Cell::Kill() { (void)::syscall(SYS_pidfd_send_signal, pidfd_.get(), SIGKILL, nullptr, 0); }

Cell::End Cell::Wait() {
  End out;
  rusage usage = {};
  while (::wait4(pid_, &out.status, 0, &usage) < 0 && errno == EINTR) {}
  pid_ = 0;
  const auto us = [](const timeval& time) { return int64_t{time.tv_sec} * 1'000'000 + time.tv_usec; };
  out.cpu_us = us(usage.ru_utime) + us(usage.ru_stime);
  out.peak_bytes = int64_t{usage.ru_maxrss} * 1024;
  return out;
}

Result<std::string> CellLevel() {
  TRY_ASSIGN(Cell cell, Cell::Start({.argv = {"/usr/bin/env"}, .pass = {}}));
  const Cell::End end = cell.Wait();
  if (end.status != 0) return Error{Code::kUnavailable, "a program ended badly inside a cell"};
  const int landlock = LandlockVersion();
  return Cat({"namespaces, seccomp", landlock > 0 ? ", landlock " + std::to_string(landlock) : ", no landlock"});
}

}  // namespace heddle::sys
