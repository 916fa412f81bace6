// Spawn: how every other program is started (only a cell, sys/cell.h, is made otherwise, by the same rules). The child
// gets the descriptors it is given and no others, default signals and none of them blocked, whatever the threads of
// this process have opened, ignored or blocked.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace heddle::sys {

// The group of processes that a child is in.
enum class Group : unsigned char {
  kOwn,         // a new one, to be killed as a whole
  kForeground,  // a new one, which the terminal on standard input is given to
  kSame,        // this process's
  kSession,     // a new session, without a terminal
};

struct SpawnOptions {
  std::vector<std::string> argv;                        // argv[0] is found on PATH
  std::optional<std::vector<std::string>> environment;  // "NAME=value"; empty optional: this process's
  std::string workdir;                                  // empty: the current one
  std::vector<int> files;                               // become 0, 1, 2, ...; -1: /dev/null
  Group group = Group::kOwn;
  bool keep_hangup = false;  // what ignores SIGHUP here ignores it there: nohup
};

// Returns once the program runs, or kUnavailable with what failed; then nothing is left behind. Whoever calls it waits
// for the child.
Result<pid_t> Spawn(const SpawnOptions& options);

// The status of `child` as of waitpid(2), once it has ended. Call once.
int WaitFor(pid_t child);

}  // namespace heddle::sys
