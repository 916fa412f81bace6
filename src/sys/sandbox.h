// Sandbox: what a child may reach. User, mount, pid, ipc, uts and (unless allowed) network namespaces; the file system
// is read-only except for an overlay over one directory, whose changes land in a scratch folder, and a private /tmp.
#pragma once

#include <string>

#include "base/result.h"

namespace heddle::sys {

struct SandboxOptions {
  std::string overlay;   // absolute path of the directory that may be written to; empty: none
  std::string scratch;   // existing folder outside `overlay`; gets upper/ (the changes) and work/
  bool network = false;  // keep the host's network
};

// Confines the calling process for good. Call in a freshly forked, single-threaded child. Writes the reason to `error`
// and returns false when the kernel refuses any part: the child must then exit, not go on.
bool EnterSandbox(const SandboxOptions& options, std::string& error);

// Whether this kernel lets this user make such a sandbox; the error says what is missing.
Result<> SandboxAvailable();

}  // namespace heddle::sys
