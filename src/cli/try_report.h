// TryReport: what a tried command would change, in lines for a person.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/apply/changes.h"

namespace heddle::cli {

// What a command has printed: every row begins with a bar, so that none can pass for one of heddle's own, not even one
// that the terminal would begin in the middle of a long line. `width`: of the terminal; 0: lines are not cut.
std::string PrintedByCommand(std::string_view text, int width);

// Every change on a line of its own, which nothing in a name or in a file's text can forge, and small differences of
// texts. `upper`: the overlay's folder.
struct ReportOptions {
  bool color = false;
  int width = 0;  // as above
};
std::string TryReport(const std::vector<Change>& changes, const Tree& tree, const std::string& upper,
                      const ReportOptions& options);

}  // namespace heddle::cli
