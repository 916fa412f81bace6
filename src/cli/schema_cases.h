// SchemaCases: the cases of a benchmark, from JSONL files (maybe gzipped) and directories of JSON files. They are
// spooled to a file without a name, so that a run over many gigabytes weighs little in memory.
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"

namespace heddle::cli {

class SchemaCases {
 public:
  static constexpr size_t kLongestCase = size_t{64} << 20;  // bytes

  // Adds the cases of a file, or of the .json, .jsonl and .jsonl.gz files of a directory by name. A file that begins
  // with an object over several lines is one case; else every line is one.
  Result<> Add(const std::string& path);
  void Limit(size_t count) {
    if (extents_.size() > count) extents_.resize(count);
  }
  size_t size() const { return extents_.size(); }
  // The text of a case. May be called in a forked child.
  Result<std::string> Read(size_t index) const;
  // The descriptors that Read uses.
  std::vector<int> files() const;

 private:
  struct Extent {
    uint64_t at;
    uint32_t size;
  };
  struct Close {
    void operator()(std::FILE* file) const { (void)std::fclose(file); }
  };
  Result<> AddFile(const std::string& path);
  Result<> Write(std::string_view text);

  std::unique_ptr<std::FILE, Close> spool_;
  uint64_t end_ = 0;
  std::vector<Extent> extents_;
};

}  // namespace heddle::cli
