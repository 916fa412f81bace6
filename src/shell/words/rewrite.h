// Rewrite: text that the grammar reads otherwise than a shell, written in a way that both read alike. $'..' becomes
// '..' (the grammar takes \\' for an escaped quote), a quoted blank gets quotes, a backslash before the end of a line
// goes, with that end, "-" before a redirection is quoted, and NAME= before it becomes NAME=''.
#pragma once

#include <string>
#include <string_view>

namespace heddle::shell {

bool NeedsRewrite(std::string_view text);

// Honours quotes and comments; linear. The result means the same to a shell.
std::string Rewrite(std::string_view text);

}  // namespace heddle::shell
