// GitIndex: which files a repository tracks, read from its index file without running git. Follows gitformat-index(5),
// versions 2 to 4, SHA-1 and SHA-256.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sys/files.h"

namespace heddle::facts {

class GitIndex {
 public:
  // Errors: kInvalid when the bytes are no index of a known version or are cut short.
  static Result<GitIndex> Parse(std::string_view bytes);

  // `path` is relative to the top of the work tree.
  bool Tracks(std::string_view path) const;
  size_t size() const { return paths_.size(); }

 private:
  std::vector<std::string> paths_;  // sorted
};

struct WorkTree {
  std::string top;  // absolute
  GitIndex index;
};

// The work tree that `directory` lies in, with its index; nothing outside a repository, or when the index cannot be
// read. Follows the "gitdir:" file of linked work trees and submodules.
std::optional<WorkTree> FindWorkTree(const sys::Files& files, const std::string& directory);

}  // namespace heddle::facts
