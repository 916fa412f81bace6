// Parser: the grammar of bash by recursive descent, from text to the AST (POSIX.1-2017 XCU 2.9 and 2.10; the bash
// manual, 3.2, for the rest). It takes whole texts that a shell would take; anything else it refuses, and a more
// forgiving reading is somebody else's business.
#pragma once

#include <optional>
#include <string_view>

#include "shell/ast.h"

namespace heddle::shell {

// The statements of `text`, whose bytes the AST refers to. Nothing when it is no shell or nested too deep.
std::optional<Statement> ParseCommands(std::string_view text);

}  // namespace heddle::shell
