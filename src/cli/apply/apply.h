// Apply: a try's changes made in the tree itself, all or none. New files are first copied beside the tree's own
// (cli/apply/stage.h); then each takes its place in one step that the kernel makes whole, and what was there moves out
// of the way. A journal (cli/apply/journal.h), written before the first step, takes the steps back when one fails, or
// when the next try finds that an apply was cut off.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "cli/apply/changes.h"

namespace heddle::cli {

// kDenied, with nothing done, when anything that the changes touch has changed since `mark_ns`.
Result<> ApplyChanges(const std::vector<Change>& changes, const std::string& upper, const Tree& tree, int64_t mark_ns);

// Takes back what killed applies have left half done here; the number of such. Errors say where the originals are.
Result<int> TakeBackCutOff(const Tree& tree);

}  // namespace heddle::cli
