// Quoting: from a string to one word of a shell that expands back to exactly that string.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace heddle::shell {

enum class Dialect { kBash, kZsh, kFish, kPosix };

// The shortest safe spelling: bare when every byte is inert, else single quotes. What cannot be seen (ForTerminal) is
// written as numbers: in $'..', and as \X in fish. POSIX has no such spelling; there it stays as it is. `text` must not
// hold NUL.
std::string Quote(std::string_view text, Dialect dialect = Dialect::kBash);

// Words joined by blanks, each quoted.
std::string QuoteAll(const std::vector<std::string>& words, Dialect dialect = Dialect::kBash);

}  // namespace heddle::shell
