// Reading of gzip-compressed files, by their first bytes; other files are read as they are.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace heddle::sys {

// "-" is standard input, whatever that is. kTooLarge when the file, or what it holds, is above `limit` bytes.
Result<std::string> ReadMaybeGzip(const std::string& path, size_t limit);
// The same of bytes that are there already.
Result<std::string> MaybeGunzip(std::string raw, size_t limit);

}  // namespace heddle::sys
