// Formats of JSON Schema as regular expressions, each after its specification.
#pragma once

#include <string_view>

namespace heddle::grammar {

// The pattern that the whole string must match (ECMA-262, anchored at both ends by the caller); empty: not known.
std::string_view FormatPattern(std::string_view format);

}  // namespace heddle::grammar
