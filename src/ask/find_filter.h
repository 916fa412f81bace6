// FindFilter: the tests of a find command, evaluated without running it, so that a card can say how many files
// `find . -name '*.log' -delete` would meet. Follows POSIX.1-2017 find and GNU findutils for -size and -empty.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sys/files.h"

namespace heddle::ask {

// One file met on a walk.
struct FoundFile {
  std::string path;  // as find prints it: the root, then the rest
  std::string name;
  sys::FileInfo info;
  bool empty = false;  // an empty file, or a directory without entries
};

class FindFilter {
 public:
  // `words`: the expression between the roots and the action. Nothing when it holds a test that is not known here, so
  // that a count is never a guess. `now_ns`: the time that -mtime and -mmin count from.
  static std::optional<FindFilter> Parse(const std::vector<std::string>& words, int64_t now_ns);

  bool Matches(const FoundFile& file) const;
  // Depths that -mindepth and -maxdepth leave; the root has 0.
  int min_depth() const { return min_depth_; }
  int max_depth() const { return max_depth_; }

 private:
  struct Node;
  class Parser;
  std::shared_ptr<const Node> root_;
  int min_depth_ = 0, max_depth_ = 1 << 20;
};

}  // namespace heddle::ask
