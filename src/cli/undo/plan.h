// UndoPlan: what must be kept before a command runs so that it can be taken back, and what of it cannot be.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/apply/tree.h"
#include "shell/analyze.h"

namespace heddle::cli {

// One path that the command may change.
struct Wish {
  std::string path;  // without links in it
  FileState before;
  bool removed = false;  // the entry goes
  bool tree = false;     // with all below it
  bool written = false;  // its contents may change in place
  std::string moved_to;  // it is moved there whole; nothing need be kept
};

struct UndoPlan {
  std::vector<Wish> wishes;              // by path
  std::vector<shell::NamedPaths> later;  // patterns of files that the command may make
  std::string lost;                      // why something that is there could not be brought back; empty: nothing
  std::string unknown;                   // why it is not known which files change; empty: it is
  uint64_t bytes = 0;                    // to be copied, about

  bool whole() const { return lost.empty() && unknown.empty(); }
};

struct UndoLimits {
  uint64_t copied = uint64_t{1} << 30;  // bytes of one command
};

// Looks at the disk, changes nothing but the trash's own folder.
UndoPlan PlanUndo(const shell::Analysis& analysis, const UndoLimits& limits);

// Fills in what is there, and says whether it can be kept.
void Finish(UndoPlan& plan, const UndoLimits& limits);

}  // namespace heddle::cli
