// CellRoot: how the child that becomes a cell changes its view of the machine. Everything is prepared in the parent;
// the child, which may be the fork of a process with many threads, only makes system calls.
#pragma once

#include <string>
#include <vector>

#include "sys/cell.h"

namespace heddle::sys {

struct CellRoot {
  struct Bind {
    std::string source, target;  // target: relative to the new root
    bool directory = true;
  };
  std::vector<Bind> binds;                                 // what is not there is left out
  std::vector<std::pair<std::string, std::string>> links;  // path inside, what it points to
  std::vector<std::string> folders;                        // to be made, parents first
  std::string tmp_data;                                    // mount options of /tmp
  bool work_writable = false;
};

CellRoot PlanRoot(const CellOptions& options);

// In the child, with all capabilities of its new user name space: null, or what failed (errno says why).
const char* EnterRoot(const CellRoot& root);

}  // namespace heddle::sys
