// Witness: the first process of a sandbox, which waits for all others in it and watches where the sandbox stood in
// their way. A command whose change of owner was refused, or that wanted to write somewhere else as well, would really
// have done something else, and goes on accordingly: what it changed here is then not what it would change.
//
// It traces (ptrace(2)) all processes, which stop only at the calls that the filter names (sys/watched_calls.h), and
// sees how these end.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"

namespace heddle::sys {

// How a sandbox can stand in the way of a command.
enum class Hindrance : uint8_t {
  kRights,     // something was refused that this user may do, or may be able to
  kOutside,    // a file outside the directory that is tried on was to be changed
  kMove,       // a directory was to be renamed, or a file linked, as one file system allows and an overlay does not
  kNetwork,    // another machine, or a service of this one, was to be reached
  kTemporary,  // something is left in /tmp, which goes with the sandbox
  kLink,       // a file got a name under which it looks like another file; no harm unless the command goes on from that
};
constexpr size_t kHindrances = 6;

// What the witness writes and its parent reads, in memory that both share.
struct WitnessNotes {
  struct Note {
    bool seen = false;
    char where[256] = {};  // the first path, as the command gave it; maybe empty
  };
  Note notes[kHindrances];
};
struct UnmapNotes {
  void operator()(WitnessNotes* notes) const;
};
using SharedNotes = std::unique_ptr<WitnessNotes, UnmapNotes>;
Result<SharedNotes> MakeSharedNotes();

struct WitnessOptions {
  WitnessNotes* notes = nullptr;
  bool root = false;              // the caller's rights would have allowed what is refused here
  const gid_t* groups = nullptr;  // the caller's, to whom it may give files
  size_t group_count = 0;
  const char* tried_on = nullptr;  // the directory; in /tmp, its way there is no leftover
};

// In the child's copy of a process that may have many threads: nothing here allocates. Attaches to `command`, a child
// that waits; false with errno when the kernel refuses.
bool AttachWitness(pid_t command);
// Waits until `command` has ended, and ends this process as it did.
[[noreturn]] void Witness(pid_t command, const WitnessOptions& options);

}  // namespace heddle::sys
