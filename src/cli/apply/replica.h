// Replica: a file as an overlay has it, made anew in another directory: contents with their holes, mode, owner, times
// and attributes.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "cli/apply/changes.h"

namespace heddle::cli {

// `from` (a path in an overlay's folder) becomes `name` in the open directory `folder`, which must have no such entry.
// kDenied for what cannot be made.
Result<> MakeReplica(const std::string& from, const Change& change, int folder, const std::string& name);

// Mode, owner, extended attributes and, unless `keep_time`, the time of a file or directory, which may be open with
// O_PATH.
struct Attributes {
  const FileState& state;
  const Extended& extended;
  bool keep_time = false;
};
Result<> SetTime(int entry, int64_t modified_ns);
Result<> SetAttributes(int entry, const Attributes& attributes);

}  // namespace heddle::cli
