// Lockdown: what a process gives up for good before code that nobody trusts runs in it: system calls (seccomp), paths
// (Landlock), capabilities. Everything here is inherited by its children and cannot be taken back.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace heddle::sys {

// Which sockets may be made. A path socket of this machine is reached through the file system, which no read-only mount
// prevents: whoever sees the machine's files gets no Unix socket that could be connected.
enum class Sockets {
  kUnix,      // for a process that has a file system of its own: Unix sockets only
  kInternet,  // for one that sees the machine's files: internet and netlink sockets, and connected pairs of Unix
              // sockets
};

// At which calls a process stops for the one that traces it (sys/witness.h); without one they fail.
enum class Stops {
  kNone,
  kChanges,  // of files
  kAll,      // also those that only look, which may be refused to root here and nowhere else
};

// The seccomp filter as the kernel takes it (struct sock_filter[]): calls that reach other processes, name spaces,
// mounts, the kernel's own state, a terminal's input or sockets beyond `sockets` fail with EPERM (clone3 with ENOSYS,
// so that libc takes clone); all others are allowed. Made once with libseccomp.
Result<std::string> SeccompFilter(Sockets sockets, Stops stops);

// The version of Landlock's interface that this kernel has; 0: none.
int LandlockVersion();

// Landlock: everything may be read and executed, only `writable` written. A kernel without it: nothing happens.
// Call in a freshly forked child; returns false with errno when the kernel refuses what it said it had.
bool RestrictPaths(const char* const* writable, size_t count);

// No capabilities, no new privileges, `filter` (as from SeccompFilter; empty: none) in force. As above.
bool DropPrivileges(const std::string& filter);

}  // namespace heddle::sys
