// Demos: what models write behind a program to show it: calls, prints, checks of their own. Nobody asked for them, and
// harnesses of the field leave them out, so an assertion of the model's own that is wrong fails nothing.
#pragma once

#include <string>
#include <string_view>

#include "bench/outline.h"

namespace heddle::bench {

// Without the statements behind the definition of `entry` (empty: behind the first definition) that only check, print
// or call what is a demonstration by its name. `outline` is the code's; one that does not conform is left as it is.
std::string WithoutDemos(std::string_view code, const Outline& outline, std::string_view entry);

}  // namespace heddle::bench
