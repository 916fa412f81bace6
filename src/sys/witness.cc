#include "sys/witness.h"

#include <fcntl.h>
#include <linux/ptrace.h>  // and not sys/ptrace.h, which it contradicts
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "sys/set_id_files.h"
#include "sys/watched_calls.h"

namespace heddle::sys {
namespace {

constexpr unsigned long kOptions = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
                                   PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | PTRACE_O_TRACESECCOMP | PTRACE_O_EXITKILL;
constexpr int kSyscallStop = SIGTRAP | 0x80;
constexpr int kGroupStop = 128;  // PTRACE_EVENT_STOP

// Programs that copy what cannot be renamed or linked, with the same result.
constexpr std::string_view kCopyInstead[] = {"mv", "install", "busybox"};
// Errors that a copy meets as a rename would have.
constexpr int kOrdinary[] = {ENOENT, EEXIST, ENOTEMPTY, ENOTDIR, EISDIR, EXDEV};
// Where writing is only to be faster the next time, so that nothing depends on it.
constexpr std::string_view kMayFail[] = {"/__pycache__", "/.cache/", ".pyc"};
constexpr const char* kSetIdLost = "a set-user-ID or set-group-ID bit, which a write by root would leave";
constexpr const char* kTemporary[] = {"/tmp", "/dev/shm"};

long Trace(int request, pid_t thread, unsigned long address, void* data) {
  return ::syscall(SYS_ptrace, static_cast<long>(request), static_cast<long>(thread), address, data);
}

// A call that a thread is in.
struct Call {
  pid_t thread = 0;
  uint64_t tag = 0;
  uint64_t arguments[6] = {};
};

// A process that was refused a rename and copies instead, which has the same result if all of it succeeds: a copy needs
// more rights than a rename, such as to change every directory on its way.
struct Copying {
  pid_t process = 0;
  char what[sizeof WitnessNotes::Note::where] = {};
};

class Watcher {
 public:
  Watcher(pid_t command, const WitnessOptions& options) : command_(command), options_(options) {}

  [[noreturn]] void Run() {
    for (;;) {
      int status = 0;
      const pid_t thread = ::waitpid(-1, &status, __WALL);
      if (thread < 0 && errno != EINTR) ::_exit(125);
      if (thread < 0) continue;
      if (WIFSTOPPED(status)) {
        Stopped(thread, status);
        continue;
      }
      const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
      Ended(thread, code);
      if (thread == command_) End(code);
    }
  }

 private:
  void Ended(pid_t thread, int code) {
    if (Call* const call = Find(thread)) call->thread = 0;
    Copying* const copying = FindCopying(thread);
    if (copying == nullptr) return;
    if (code != 0) Note(Hindrance::kMove, copying->what);
    copying->process = 0;
  }

  [[noreturn]] void End(int code) {
    if (set_id_.AnyLost()) Note(Hindrance::kRights, kSetIdLost);
    for (const char* folder : kTemporary) LookForLeftovers(folder);
    ::_exit(code);
  }

  void Stopped(pid_t thread, int status) {
    const int signal = WSTOPSIG(status), event = status >> 16;
    if (event == PTRACE_EVENT_SECCOMP) {
      Enter(thread);
      Resume(PTRACE_SYSCALL, thread, 0);
    } else if (signal == kSyscallStop) {
      Leave(thread);
      Resume(PTRACE_CONT, thread, 0);
    } else if (event == kGroupStop && signal != SIGTRAP) {
      Resume(PTRACE_LISTEN, thread, 0);  // stays stopped, as it is meant to
    } else {
      Resume(PTRACE_CONT, thread, event != 0 ? 0 : signal);
    }
  }

  static void Resume(int how, pid_t thread, int signal) {
    // It may have been killed meanwhile, which the next wait tells.
    (void)Trace(how, thread, 0, reinterpret_cast<void*>(static_cast<intptr_t>(signal)));
  }

  static bool Info(pid_t thread, ptrace_syscall_info& info) {
    return Trace(PTRACE_GET_SYSCALL_INFO, thread, sizeof info, &info) > 0;
  }

  Call* Find(pid_t thread) {
    auto* const found =
        std::find_if(std::begin(calls_), std::end(calls_), [&](const Call& c) { return c.thread == thread; });
    return found == std::end(calls_) ? nullptr : found;
  }

  Copying* FindCopying(pid_t process) {
    auto* const found = std::find_if(std::begin(copying_), std::end(copying_),
                                     [&](const Copying& it) { return it.process == process; });
    return found == std::end(copying_) ? nullptr : found;
  }

  void NoteCopying(pid_t process, const char* what) {
    if (FindCopying(process) != nullptr) return;
    Copying* const free = FindCopying(0);
    if (free == nullptr) return Note(Hindrance::kMove, what);
    free->process = process;
    (void)std::snprintf(free->what, sizeof free->what, "%s", what);
  }

  void Enter(pid_t thread) {
    ptrace_syscall_info info = {};
    if (!Info(thread, info) || info.op != PTRACE_SYSCALL_INFO_SECCOMP) return;
    Call* call = Find(thread);
    if (call == nullptr) call = Find(0);
    if (call == nullptr) return Note(Hindrance::kRights, "more calls at a time than can be watched");
    call->thread = thread;
    call->tag = info.seccomp.ret_data;
    std::copy(std::begin(info.seccomp.args), std::end(info.seccomp.args), call->arguments);
    if (options_.root && PathOf(call->tag) <= kNoPath) FindSetId(*call);
    if (options_.root && ChangesMode(*call)) {
      FullPath full;
      Resolve(*call, PathOf(call->tag), full);
      if (set_id_.Forget(full.text)) Note(Hindrance::kRights, full.given);
    }
  }

  static bool ChangesMode(const Call& call) {
    const Watch watch = WatchOf(call.tag);
    return PathOf(call.tag) <= kNoPath && (watch == Watch::kMode || watch == Watch::kOwner);
  }

  static bool MakesSetId(const Call& call) {
    const Watch watch = WatchOf(call.tag);
    if (watch == Watch::kWrite) return PathOf(call.tag) < 2;  // openat2(2) has its mode elsewhere
    return watch == Watch::kOpen && PathOf(call.tag) < 2 && (call.arguments[PathOf(call.tag) + 1] & O_CREAT) != 0 &&
           (call.arguments[PathOf(call.tag) + 2] & (S_ISUID | S_ISGID)) != 0;
  }

  // What the sandbox does to root without a word: a set-user-ID or set-group-ID bit goes with a write, and is not set
  // for a group that is not one's own.
  void FindSetId(const Call& call) {
    const Watch watch = WatchOf(call.tag);
    const bool sets = watch == Watch::kMode && (call.arguments[ModeOf(call.tag)] & S_ISGID) != 0;
    const bool opens = watch == Watch::kOpen && PathOf(call.tag) < 2 &&
                       (call.arguments[PathOf(call.tag) + 1] & (O_ACCMODE | O_TRUNC)) != 0;
    if (watch != Watch::kWrite && !opens && !sets) return;
    FullPath full;
    const unsigned which = PathOf(call.tag);
    Resolve(call, which, full);
    struct stat st = {};
    if (::stat(full.text, &st) != 0 || !S_ISREG(st.st_mode)) return;
    if (sets ? st.st_gid != ::getegid() : (st.st_mode & (S_ISUID | S_ISGID)) != 0) Note(Hindrance::kRights, full.given);
  }

  struct FullPath {
    char given[sizeof WitnessNotes::Note::where] = {};
    char text[sizeof given + 64] = {};
  };
  // The path in argument `which`, or what is open where there is none, as this process can look it up. An odd argument
  // comes after that of the directory which it is relative to.
  static void Resolve(const Call& call, unsigned which, FullPath& out) {
    ReadPath(call, which, out.given, sizeof out.given);
    const bool relative_to_open = which == kNoPath || (which & 1U) == 1;
    const int folder = static_cast<int>(call.arguments[which == kNoPath ? 0 : which & ~1U]);
    if (out.given[0] == '/')
      (void)std::snprintf(out.text, sizeof out.text, "%s", out.given);
    else if (relative_to_open && folder != AT_FDCWD)
      (void)std::snprintf(out.text, sizeof out.text, "/proc/%d/fd/%d%s%s", call.thread, folder,
                          out.given[0] == 0 ? "" : "/", out.given);
    else
      (void)std::snprintf(out.text, sizeof out.text, "/proc/%d/cwd/%s", call.thread, out.given);
  }

  // The new name that a move or a link is about.
  static void ResolveNewName(const Call& call, FullPath& to) {
    Resolve(call, PathOf(call.tag) == 0 ? 1 : 3, to);
    if (PathOf(call.tag) == 0 && to.given[0] != '/')  // rename(2) has no directories before its paths
      (void)std::snprintf(to.text, sizeof to.text, "/proc/%d/cwd/%s", call.thread, to.given);
  }

  // Whether both names of a file that was linked show the same file: those of one that lies below the overlay do not.
  static bool LooksLinked(const Call& call) {
    FullPath from, to;
    Resolve(call, PathOf(call.tag), from);
    ResolveNewName(call, to);
    const int open_itself = from.given[0] == 0 ? 0 : AT_SYMLINK_NOFOLLOW;
    struct stat one = {}, other = {};
    return ::fstatat(AT_FDCWD, from.text, &one, open_itself) == 0 && ::lstat(to.text, &other) == 0 &&
           one.st_dev == other.st_dev && one.st_ino == other.st_ino;
  }

  // Whether a directory that is copied to a new name gets a mode there that a rename would not have given it.
  static bool HandsOnGroup(const Call& call) {
    FullPath to;
    ResolveNewName(call, to);
    char* const slash = std::strrchr(to.text, '/');
    if (slash != nullptr) *slash = 0;
    struct stat st = {};
    return ::stat(to.text, &st) == 0 && (st.st_mode & S_ISGID) != 0;
  }

  // The mode is the argument after the path, or after what is open.
  static size_t ModeOf(uint64_t tag) { return PathOf(tag) == kNoPath ? 1 : (PathOf(tag) & 1U) + 1; }

  void Leave(pid_t thread) {
    Call* const found = Find(thread);
    ptrace_syscall_info info = {};
    if (found == nullptr || !Info(thread, info) || info.op != PTRACE_SYSCALL_INFO_EXIT) return;
    const Call call = *found;
    found->thread = 0;
    if (options_.root && (ChangesMode(call) || MakesSetId(call))) {
      FullPath full;
      Resolve(call, PathOf(call.tag), full);
      if (!set_id_.Note(full.text)) Note(Hindrance::kRights, full.given);
    }
    if (WatchOf(call.tag) == Watch::kFlags)
      return LeaveFlags(info.exit.is_error != 0 ? static_cast<int>(-info.exit.rval) : 0);
    if (info.exit.is_error == 0) return Succeeded(call);
    Judge(call, static_cast<int>(-info.exit.rval));
  }

  void Succeeded(const Call& call) {
    if (WatchOf(call.tag) != Watch::kLink || PathOf(call.tag) > 1 || LooksLinked(call)) return;
    FullPath to;
    ResolveNewName(call, to);
    Note(Hindrance::kLink, to.given);
  }

  void LeaveFlags(int error) {
    if (error == 0 || error == EPERM || error == EACCES) Note(Hindrance::kRights, "flags of a file");
  }

  void Judge(const Call& call, int error) {
    const Watch watch = WatchOf(call.tag);
    char path[sizeof WitnessNotes::Note::where] = {};
    ReadPath(call, PathOf(call.tag), path, sizeof path);
    if (watch == Watch::kConnect) {
      if (error == ENETUNREACH || error == ECONNREFUSED) Note(Hindrance::kNetwork, "");
      return;
    }
    if (error == EROFS) {
      if (!MayFail(path)) Note(Hindrance::kOutside, path);
      return;
    }
    if (error == EXDEV && (watch == Watch::kMove || watch == Watch::kLink)) {
      const bool same = CopiesInstead(call.thread) && !HandsOnGroup(call);
      same ? NoteCopying(call.thread, path) : Note(Hindrance::kMove, path);
    }
    if (FindCopying(call.thread) != nullptr && SpoilsCopy(watch, error)) Note(Hindrance::kMove, path);
    if (IsAboutRights(watch, error, call, path)) Note(Hindrance::kRights, path);
  }

  // Some failures are left without a word by programs that copy: of owners and attributes.
  static bool SpoilsCopy(Watch watch, int error) {
    const bool looks = watch == Watch::kAccess || watch == Watch::kLook || watch == Watch::kIdentity;
    return !looks && std::find(std::begin(kOrdinary), std::end(kOrdinary), error) == std::end(kOrdinary);
  }

  bool IsAboutRights(Watch watch, int error, const Call& call, std::string_view path) const {
    if (error == EOVERFLOW) return watch != Watch::kLook;
    if (watch == Watch::kOwner && !options_.root) return error != ENOENT && GivesToOwnGroup(call);
    if (error == EINVAL) return watch == Watch::kIdentity || watch == Watch::kAttribute;
    if (error != EACCES && error != EPERM) return false;
    if (options_.root) return !path.starts_with("/proc/");  // where every process has files that it may not open
    // Nobody else's rights are less here, but for files that belong to users whom the sandbox does not know.
    return error == EPERM && watch != Watch::kAccess && watch != Watch::kLook && watch != Watch::kIdentity &&
           watch != Watch::kMode;
  }

  // The group is the last but one argument of fchownat, the last of the others.
  bool GivesToOwnGroup(const Call& call) const {
    const auto group = static_cast<gid_t>(call.arguments[PathOf(call.tag) == 1 ? 3 : 2]);
    return std::find(options_.groups, options_.groups + options_.group_count, group) !=
           options_.groups + options_.group_count;
  }

  static bool MayFail(std::string_view path) {
    return std::any_of(std::begin(kMayFail), std::end(kMayFail),
                       [&](std::string_view part) { return path.find(part) != path.npos; });
  }

  static bool CopiesInstead(pid_t thread) {
    char name[64], text[32] = {};
    (void)std::snprintf(name, sizeof name, "/proc/%d/comm", thread);
    const int file = ::open(name, O_RDONLY | O_CLOEXEC);
    const ssize_t size = file < 0 ? 0 : ::read(file, text, sizeof text);
    ::close(file);
    const std::string_view comm(text, size > 0 ? static_cast<size_t>(size) - 1 : 0);
    return std::find(std::begin(kCopyInstead), std::end(kCopyInstead), comm) != std::end(kCopyInstead);
  }

  static void ReadPath(const Call& call, unsigned which, char* out, size_t size) {
    // A program may add filters of its own, whose stops carry what it likes.
    if (which >= std::size(call.arguments)) return;
    // Up to the end of a page at a time: what lies beyond it may not be mapped.
    constexpr uint64_t kPage = 4096;
    for (size_t got = 0; got + 1 < size;) {
      const uint64_t at = call.arguments[which] + got;
      const size_t part = std::min<size_t>(size - 1 - got, kPage - at % kPage);
      const iovec here = {out + got, part}, there = {reinterpret_cast<void*>(at), part};
      if (::process_vm_readv(call.thread, &here, 1, &there, 1, 0) != static_cast<ssize_t>(part)) return;
      if (std::memchr(out + got, 0, part) != nullptr) return;
      got += part;
    }
  }

  void Note(Hindrance hindrance, const char* where) {
    WitnessNotes::Note& note = options_.notes->notes[static_cast<size_t>(hindrance)];
    if (note.seen) return;
    (void)std::snprintf(note.where, sizeof note.where, "%s", where);
    note.seen = true;
  }

  // Anything in `folder` but the way to the directory that is tried on.
  void LookForLeftovers(const char* folder) {
    const size_t length = std::strlen(folder);
    const bool on_the_way = options_.tried_on != nullptr && std::strncmp(options_.tried_on, folder, length) == 0 &&
                            (options_.tried_on[length] == '/' || options_.tried_on[length] == 0);
    const char* const next = on_the_way && options_.tried_on[length] == '/' ? options_.tried_on + length + 1 : "";
    if (on_the_way && *next == 0) return;  // it is the directory itself
    const size_t next_length = std::strcspn(next, "/");
    const int file = ::open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    alignas(8) char buffer[4096];
    for (long size; (size = ::syscall(SYS_getdents64, file, buffer, sizeof buffer)) > 0;) {
      for (long at = 0; at < size;) {
        unsigned short step = 0;
        std::memcpy(&step, buffer + at + 16, sizeof step);
        const char* const name = buffer + at + 19;  // struct linux_dirent64
        at += step;
        const bool way = on_the_way && std::strlen(name) == next_length && std::strncmp(name, next, next_length) == 0;
        if (way || std::strcmp(name, ".") == 0 || std::strcmp(name, "..") == 0) continue;
        char where[sizeof WitnessNotes::Note::where];
        (void)std::snprintf(where, sizeof where, "%s/%s", folder, name);
        Note(Hindrance::kTemporary, where);
      }
    }
    ::close(file);
  }

  pid_t command_;
  const WitnessOptions& options_;
  Call calls_[1024];  // more than there may be threads
  Copying copying_[64];
  SetIdFiles set_id_;
};

}  // namespace

void UnmapNotes::operator()(WitnessNotes* notes) const { (void)::munmap(notes, sizeof *notes); }

Result<SharedNotes> MakeSharedNotes() {
  void* const out = ::mmap(nullptr, sizeof(WitnessNotes), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (out == MAP_FAILED) return Error{Code::kUnavailable, "no shared memory"};
  return SharedNotes(new (out) WitnessNotes);
}

bool AttachWitness(pid_t command) { return Trace(PTRACE_SEIZE, command, 0, reinterpret_cast<void*>(kOptions)) == 0; }

void Witness(pid_t command, const WitnessOptions& options) { Watcher(command, options).Run(); }

}  // namespace heddle::sys
