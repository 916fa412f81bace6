// ForLists: `for x in; do` runs never, `for x; do` once for each of "$@". The grammar gives both no words; the text
// between name and body tells them apart.
#pragma once

#include <string_view>

#include "shell/ast.h"

namespace heddle::shell {

// Sets `listed` of every for loop in `statement`, whose views refer to `text`.
void MarkLists(std::string_view text, Statement& statement);

}  // namespace heddle::shell
