// Confirmation: what may run without a question. Only what is known to look, and what makes something new where nothing
// was, ever does; how much more is asked is the user's policy.
#pragma once

#include <string>
#include <string_view>

#include "shell/analyze.h"

namespace heddle::cli {

struct ToConfirm {
  std::string_view policy;  // strict, moderate or permissive
  std::string cwd;          // where the command will run; absolute
};

// Why the command needs a confirmation, as what follows "this ..." ("deletes", "is rated high"); empty: it needs none.
// Looks at the disk: writing to a file that is not there yet loses nothing.
std::string WhyConfirm(const shell::Analysis& analysis, const ToConfirm& how);

}  // namespace heddle::cli
