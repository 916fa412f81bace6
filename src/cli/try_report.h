// TryReport: what a tried command would change, in lines for a person.
#pragma once

#include <string>
#include <vector>

#include "cli/apply/changes.h"

namespace heddle::cli {

// Every change on a line of its own, which nothing in a name or in a file's text can forge, and small differences of
// texts. `upper`: the overlay's folder.
std::string TryReport(const std::vector<Change>& changes, const Tree& tree, const std::string& upper, bool color);

}  // namespace heddle::cli
