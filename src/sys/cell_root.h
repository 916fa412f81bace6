// CellRoot: how the child that becomes a cell changes its view of the machine. Everything is prepared in the parent;
// the child, which may be the fork of a process with many threads, only makes system calls.
//
// There are two: a root of a cell's own (PlanRoot) and the view of the whole machine that `try` has (PlanView).
#pragma once

#include <string>
#include <vector>

#include "sys/cell.h"
#include "sys/veil.h"

namespace heddle::sys {

struct CellRoot {
  struct Bind {
    std::string source, target;  // target: relative to the new root
    bool directory = true;
    bool device = false;
  };
  struct Memory {
    std::string target, data;  // a tmpfs and its mount options
  };
  std::vector<Bind> binds;                                 // what is not there is left out
  std::vector<Veil> veils;                                 // over the binds
  std::vector<std::pair<std::string, std::string>> links;  // path inside, what it points to
  std::vector<std::string> folders;                        // to be made, parents first
  std::vector<Memory> memories;                            // may be written to
  std::string lower, upper, work;                          // of an overlay over `lower`; empty: none
  std::vector<std::string> overlay_folders;                // down to where it is mounted, each relative to the root
  std::vector<std::string> writable;                       // absolute, inside; all else is read-only
  std::string proc_data;                                   // mount options of /proc
  bool owner = false;                                      // stays the user who called; else becomes the cell's own
  bool loopback = false;                                   // has a network of its own, in which it can reach itself
};

Result<CellRoot> PlanRoot(const CellOptions& options);
Result<CellRoot> PlanView(const CellOptions& options);

// In the child, with all capabilities of its new user name space: null, or what failed (errno says why).
const char* EnterRoot(const CellRoot& root);

}  // namespace heddle::sys
