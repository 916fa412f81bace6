// Named files: the entries on disk that a word of a command means at this moment.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "shell/file_change.h"

namespace heddle::cli {

// Every path that `named` may mean, as it is written; nothing when they cannot all be known. A pattern that matches
// nothing means itself, as in bash.
std::optional<std::vector<std::string>> Expand(const shell::NamedPaths& named);

// The names in `folder` (it ends in '/') that `pattern` means in Bash; with '/' at its end, those of directories.
std::optional<std::vector<std::string>> NamesIn(const std::string& folder, const std::string& pattern);

bool HasWildcards(const shell::NamedPaths& named);

struct Place {
  bool possible = true;  // false: a part of the way is no directory, so that nothing can happen there
  bool exists = false;
  std::string path;  // without links in it; where directories on the way are missing, the first of these
};

// Where an entry lies. The entry itself may be a link, which is not followed.
Place Locate(const std::string& path);

// The same for what a link leads to in the end.
Place LocateThrough(const std::string& path);

}  // namespace heddle::cli
