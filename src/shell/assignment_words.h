// NAME=value as the grammar delivers it: its parts, and where it ends a command of its own.
#pragma once

#include <string_view>

#include "shell/ast.h"

namespace heddle::shell {

// The parts of NAME=value, NAME[SUBSCRIPT]=value or NAME+=value; the name and its subscript end at `name_end`.
Assignment ReadAssignment(std::string_view text, size_t name_end);

// The grammar takes `x=1 y=2` on a line of its own for the beginning of the command on the next one.
bool AssignsApart(const Statement& command);
Statement Apart(Statement command);

}  // namespace heddle::shell
