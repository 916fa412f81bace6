// Words of inline code: code whose every word is one that cannot harm by itself is harmless; other code is unknown. The
// lists are the [[vocabulary]] rows. It is no parser: what it cannot tell apart, it takes for a word.
#pragma once

#include <string>
#include <string_view>

#include "shell/rule_rows.h"

namespace heddle::shell {

// The first word of `code` that `row` does not allow, or what else makes it unknown ("](": a call of what was looked up
// by a computed name); empty when there is none. Linear.
std::string FirstUnknownWord(const VocabularyRow& row, std::string_view code);

}  // namespace heddle::shell
