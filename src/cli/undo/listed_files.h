// Listed files: which files a command may change of which its words do not tell, as the program itself lists them
// before it runs. It is asked in a sandbox, where nothing that a repository's settings may start can change anything.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "shell/file_change.h"

namespace heddle::cli {

using Words = std::vector<std::string>;

// Whether a program can be asked what a command with these words, run in `cwd`, would change.
bool CanBeListed(const Words& words);

// Nothing where it cannot be told for certain.
std::optional<std::vector<shell::FileChange>> ListChanges(const Words& words, const std::string& cwd);

}  // namespace heddle::cli
