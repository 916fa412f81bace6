#include "sys/sandbox.h"

#include <fcntl.h>
#include <linux/mount.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/text.h"
#include "sys/files.h"
#include "sys/inherit.h"

namespace heddle::sys {
namespace {

bool Put(const char* path, const std::string& text) {
  const int fd = ::open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool ok = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  ::close(fd);
  return ok;
}

int SetMountFlags(const char* path, uint64_t set, uint64_t clear, unsigned flags) {
  mount_attr attributes = {};
  attributes.attr_set = set;
  attributes.attr_clr = clear;
  return static_cast<int>(::syscall(SYS_mount_setattr, AT_FDCWD, path, flags, &attributes, sizeof attributes));
}

bool MountOverlay(const SandboxOptions& options) {
  const std::string upper = options.scratch + "/upper", work = options.scratch + "/work";
  if (!SystemFiles().MakeDirectories(upper) || !SystemFiles().MakeDirectories(work)) return false;
  const std::string data = Cat({"lowerdir=", options.overlay, ",upperdir=", upper, ",workdir=", work, ",userxattr"});
  return ::mount("overlay", options.overlay.c_str(), "overlay", 0, data.c_str()) == 0;
}

}  // namespace

bool EnterSandbox(const SandboxOptions& options, std::string& error) {
  const auto fail = [&](const char* what) {
    error = Cat({"the kernel refused the sandbox (", what, ": ", std::strerror(errno), ")"});
    return false;
  };
  const std::string uid = std::to_string(::geteuid()), gid = std::to_string(::getegid());
  const int spaces =
      CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | (options.network ? 0 : CLONE_NEWNET);
  if (::unshare(spaces) != 0) return fail("unshare");
  Put("/proc/self/setgroups", "deny");
  if (!Put("/proc/self/uid_map", Cat({uid, " ", uid, " 1"}))) return fail("uid map");
  if (!Put("/proc/self/gid_map", Cat({gid, " ", gid, " 1"}))) return fail("gid map");
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return fail("private mounts");
  if (!options.overlay.empty() && !MountOverlay(options)) return fail("overlay");
  if (SetMountFlags("/", MOUNT_ATTR_RDONLY, 0, AT_RECURSIVE) != 0) return fail("read-only root");
  const bool inside_tmp = options.overlay == "/tmp" || options.overlay.starts_with("/tmp/");
  if (!options.overlay.empty() && SetMountFlags(options.overlay.c_str(), 0, MOUNT_ATTR_RDONLY, 0) != 0) {
    return fail("writable overlay");
  }
  if (!inside_tmp && ::mount("tmpfs", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, "size=256m") != 0) return fail("tmpfs");
  // The first child of a new pid namespace is its init: when it ends, the kernel ends all the others.
  const pid_t child = ::fork();
  if (child < 0) return fail("fork");
  if (child > 0) {
    ::closefrom(0);  // whoever waits for a descriptor's end waits for the command, not for this process
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {}
    ::_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
  }
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) != 0) return fail("proc");
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return fail("no new privileges");
  // The working directory was resolved before the overlay covered it.
  if (!options.overlay.empty() && ::chdir(options.overlay.c_str()) != 0) return fail("chdir");
  return true;
}

Result<> SandboxAvailable() {
  int pipe_fds[2];
  if (::pipe2(pipe_fds, O_CLOEXEC) != 0) return Error{Code::kUnavailable, "no pipe"};
  const pid_t child = ::fork();
  if (child == 0) {
    int report = pipe_fds[1];
    int standard[] = {-1, -1, -1};
    if (!KeepFiles(standard, report)) ::_exit(1);
    ResetSignals();
    std::string error;
    if (!EnterSandbox({}, error)) {
      (void)!::write(report, error.data(), error.size());
      ::_exit(1);
    }
    ::_exit(0);
  }
  ::close(pipe_fds[1]);
  char text[256] = {};
  const ssize_t got = ::read(pipe_fds[0], text, sizeof text - 1);
  ::close(pipe_fds[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  return Error{Code::kUnavailable, got > 0 ? text : "the kernel refused the sandbox"};
}

}  // namespace heddle::sys
