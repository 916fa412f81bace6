#include "sys/scratch.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ctime>
#include <vector>

#include "base/text.h"
#include "sys/environment.h"
#include "sys/files.h"

namespace heddle::sys {
namespace {

constexpr std::string_view kPrefix = "heddle-try-";
constexpr int kPasses = 8;  // over a folder that a process which is just ending may still write to

// Where scratch folders are made, the best first.
std::vector<std::string> Bases() { return {CacheDirectory(), "/var/tmp", "/tmp"}; }

std::vector<std::string> Names(int folder) {
  std::vector<std::string> out;
  const int copy = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR* dir = copy < 0 ? nullptr : ::fdopendir(copy);
  if (dir == nullptr) return out;
  while (const dirent* entry = ::readdir(dir)) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") out.emplace_back(name);
  }
  ::closedir(dir);
  return out;
}

// Empties `folder`, which lies in `top`. A directory in it that is not empty moves up to `top` instead: so no depth
// needs a descriptor or a frame of its own.
void Empty(int top, const std::string& name, unsigned& moved) {
  (void)::fchmodat(top, name.c_str(), 0700, 0);
  const Fd folder(::openat(top, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!folder) return;
  for (const std::string& entry : Names(folder.get())) {
    if (::unlinkat(folder.get(), entry.c_str(), 0) == 0) continue;
    if (::unlinkat(folder.get(), entry.c_str(), AT_REMOVEDIR) == 0) continue;
    struct stat st = {};
    if (::fstatat(folder.get(), entry.c_str(), &st, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISDIR(st.st_mode)) continue;
    (void)::fchmodat(folder.get(), entry.c_str(), 0700, 0);
    (void)::renameat(folder.get(), entry.c_str(), top, Cat({"moved-", std::to_string(++moved)}).c_str());
  }
}

// The lock of a folder that is the caller's own and nobody's scratch at the moment.
Fd LockOf(const std::string& path) {
  Fd folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  struct stat st = {};
  if (!folder || ::fstat(folder.get(), &st) != 0 || st.st_uid != ::geteuid()) return Fd();
  if (::flock(folder.get(), LOCK_EX | LOCK_NB) != 0) return Fd();
  return folder;
}

void SweepStale() {
  for (const std::string& base : Bases()) {
    const auto entries = SystemFiles().List(base);
    if (!entries) continue;
    for (const DirectoryEntry& entry : *entries) {
      if (!entry.name.starts_with(kPrefix)) continue;
      const std::string path = Cat({base, "/", entry.name});
      if (const Fd lock = LockOf(path)) (void)RemoveScratch(path);
    }
  }
}

// Waits for the owner's end in a session of its own, so that no signal to the owner's group or terminal reaches it.
void StartCaretaker(const std::string& path, int reading) {
  const pid_t first = ::fork();
  if (first < 0) return;
  if (first > 0) {
    (void)::waitpid(first, nullptr, 0);
    return;
  }
  ::setsid();
  if (::fork() != 0) ::_exit(0);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE}) ::signal(signal, SIG_IGN);
  const int kept = ::dup2(reading, 0);
  ::syscall(SYS_close_range, 1, ~0U, 0);
  (void)!::chdir("/");
  char byte = 0;
  while (kept == 0 && ::read(0, &byte, 1) < 0) {}
  // The processes of the sandbox end at the same moment as its owner, but not before.
  constexpr timespec kPause = {0, 20'000'000};
  for (int attempt = 0; attempt < 250 && !RemoveScratch(path); ++attempt) (void)::nanosleep(&kPause, nullptr);
  ::_exit(0);
}

}  // namespace

bool RemoveScratch(const std::string& path) {
  unsigned moved = 0;
  for (int pass = 0; pass < kPasses; ++pass) {
    (void)::chmod(path.c_str(), 0700);
    if (::rmdir(path.c_str()) == 0 || errno == ENOENT) return true;
    const Fd top(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!top) return false;
    for (std::vector<std::string> names = Names(top.get()); !names.empty(); names = Names(top.get())) {
      const unsigned before = moved;
      bool removed = false;
      for (const std::string& name : names) {
        const auto gone = [&] {
          return ::unlinkat(top.get(), name.c_str(), 0) == 0 || ::unlinkat(top.get(), name.c_str(), AT_REMOVEDIR) == 0;
        };
        if (gone()) {
          removed = true;
          continue;
        }
        Empty(top.get(), name, moved);
        removed = gone() || removed;
      }
      if (!removed && moved == before) break;
    }
  }
  return false;
}

Result<Scratch> Scratch::Make(const std::string& tree) {
  (void)SystemFiles().MakeDirectories(CacheDirectory(), 0700);
  SweepStale();
  const std::string below = tree == "/" ? tree : tree + "/";
  for (const std::string& base : Bases()) {
    const std::string real = SystemFiles().Resolve(base);
    if (real.empty() || (real + "/").starts_with(below)) continue;
    std::string path = Cat({real, "/", kPrefix, "XXXXXX"});
    if (::mkdtemp(path.data()) == nullptr) continue;
    Fd lock = LockOf(path);
    struct stat st = {};
    if (!lock || ::lstat(path.c_str(), &st) != 0) continue;  // swept by another heddle before it was locked
    int pipe[2];
    if (::pipe2(pipe, O_CLOEXEC) != 0) return Error{Code::kUnavailable, "no file descriptors left for a pipe"};
    Fd reading(pipe[0]), writing(pipe[1]);
    // The caretaker closes its copy of the writing end.
    StartCaretaker(path, pipe[0]);
    return Scratch(std::move(path), std::move(lock), std::move(writing));
  }
  return Error{Code::kUnavailable, "no directory outside this one for the changes; try from a narrower directory"};
}

Scratch::~Scratch() {
  if (!path_.empty() && lock_) (void)RemoveScratch(path_);
}

}  // namespace heddle::sys
