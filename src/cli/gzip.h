// Reading of gzip-compressed files, by their first bytes; other files are read as they are.
#pragma once

#include <string>

#include "base/result.h"

namespace heddle::cli {

// "-" is standard input, whatever that is. kTooLarge when the file, or what it holds, is above `limit` bytes.
Result<std::string> ReadMaybeGzip(const std::string& path, size_t limit);

}  // namespace heddle::cli
