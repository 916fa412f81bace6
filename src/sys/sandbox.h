// Sandbox: what a command may reach that is run to see what it would do. It sees this machine's files, read-only, but
// for an overlay over one directory, whose changes land in a scratch folder, and a private /tmp. It is a cell
// (sys/cell.h) with that view instead of a root of its own: name spaces, no capabilities, a filter of system calls, no
// terminal, no device but the harmless ones, no Unix socket of this machine.
#pragma once

#include <string>

#include "base/result.h"

namespace heddle::sys {

struct WitnessNotes;

struct SandboxOptions {
  std::string overlay;   // real path of the directory that may be written to; empty: none
  std::string scratch;   // existing folder outside `overlay`; gets upper/ (the changes) and work/
  bool network = false;  // keep the host's network
  WitnessNotes* notes =
      nullptr;  // where the sandbox stood in the way is noted there (sys/witness.h); null: not watched
};

// Makes upper/ and work/ in the scratch folder; upper/ has the permissions of the directory it stands for.
Result<> PrepareScratch(const SandboxOptions& options);

// Whether this kernel lets this user make such a sandbox; the error says what is missing.
Result<> SandboxAvailable();

}  // namespace heddle::sys
