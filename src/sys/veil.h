// Veil: what lies between a sandbox and the files of this machine that it sees. A file system mounted read-only still
// lets one read from its named pipes, connect to its sockets and lock its files, all of which reach others. Seen
// through an overlay these are other objects than the machine's, so a veil is an overlay with nothing over it.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace heddle::sys {

struct Veil {
  enum class Kind {
    kOverlay,      // over a directory in which nothing is mounted
    kEmptyFolder,  // over one that is not for a sandbox, or cannot have an overlay
    kEmptyFile,    // over a pipe or a socket beside mounts
  };
  Kind kind = Kind::kOverlay;
  std::string target;  // relative to the root
};

// For a directory of this machine (absolute) and all that is mounted in it; parents come first.
Result<std::vector<Veil>> PlanVeils(const std::string& path);

// In the child, in the folder that becomes the root, where the directories are mounted already: null, or what failed.
const char* DrawVeils(const std::vector<Veil>& veils);

}  // namespace heddle::sys
