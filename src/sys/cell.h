// Cell: a child process that sees a file system of its own with nothing of the user's, no network, no other process, no
// environment, and that cannot outgrow its limits. For code that nobody has read. Where the kernel refuses any part of
// it, nothing is started.
//
// A cell has name spaces of its own (user, mount, pid, net, ipc, uts). Its root is a small tmpfs with the system's
// programs (/usr, /lib, ...) read-only, the `readable` folders, /work, a private /tmp, a /proc of its own processes and
// five devices. After the set-up it gives up capabilities, system calls and paths (sys/lockdown.h). With a `view` it
// sees this machine's files instead, stays the user who called, and its first process only waits for the others.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "sys/fd.h"
#include "sys/sandbox.h"

namespace heddle::sys {

struct CellLimits {
  int64_t memory_bytes =
      0;  // address space of each process; 0: none (Node, Java and Go reserve far more than they use)
  int64_t file_bytes = 64 << 20;  // of one file
  int64_t tmp_bytes = 128 << 20;  // of /tmp, which counts as memory
  int processes = 32;             // and threads, of the whole cell
  int open_files = 256;
  int cpu_seconds = 0;  // of each process, a last resort: whoever measures ends it before; 0: none
};

struct CellOptions {
  std::vector<std::string> argv;         // argv[0] is a path inside the cell
  std::vector<std::string> environment;  // "NAME=value"; nothing is inherited
  std::vector<std::string> readable;     // further folders of this machine, at their own paths, read-only
  std::string work;                      // a folder of this machine that is /work inside; empty: none
  bool work_writable = false;
  std::optional<SandboxOptions> view;  // instead of `readable` and `work`; never with `warden`
  std::string directory;               // to start in; empty: /work, or the overlay of the view, or /tmp
  int in = -1, out = -1, err = -1;     // -1: /dev/null
  std::vector<int> pass;               // become 3, 4, ... inside
  CellLimits limits;
  bool warden = false;   // keeps its capabilities, as its job is to confine children of its own
  bool confined = true;  // false: only limits and an empty environment; for who has asked for that by name
};

// A running cell; its end kills everything in it.
class Cell {
 public:
  static Result<Cell> Start(const CellOptions& options);
  Cell(Cell&&) = default;
  Cell& operator=(Cell&& other) noexcept;
  ~Cell();

  pid_t pid() const { return pid_; }          // as this process sees it
  int pidfd() const { return pidfd_.get(); }  // readable once it has ended
  void Kill();

  struct End {
    int status = 0;          // as of waitpid(2)
    int64_t cpu_us = 0;      // of all processes that were in it
    int64_t peak_bytes = 0;  // of the largest of them
  };
  End Wait();  // until it has ended; call once

 private:
  Cell(pid_t pid, Fd pidfd) : pid_(pid), pidfd_(std::move(pidfd)) {}
  pid_t pid_ = 0;  // 0: already waited for
  Fd pidfd_;
};

// What confines a cell on this kernel, such as "namespaces, seccomp, landlock 7"; an error when it cannot be done here.
Result<std::string> CellLevel();

// What a process and all its descendants use now.
struct TreeUsage {
  int64_t cpu_us = 0;        // with that of children that have ended
  int64_t memory_bytes = 0;  // resident; shared pages count once each time they are mapped, unless `exact`
  int processes = 0, threads = 0;
};
TreeUsage MeasureTree(pid_t pid, bool exact);

}  // namespace heddle::sys
