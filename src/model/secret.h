// Secrets: keys of servers, from the environment, a private file, or a command. Read when they are needed, shown never.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace heddle::model {

// `source`: "env:NAME", "file:PATH" (mode 600 or less, else refused), "command:WORDS" (run without a shell, its first
// line), or empty for none. Errors name the source, never what it holds.
Result<std::string> ReadSecret(std::string_view source);

}  // namespace heddle::model
