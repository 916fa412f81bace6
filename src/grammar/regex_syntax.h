// RegexSyntax: the parsed form of a regular expression.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "grammar/char_set.h"
#include "grammar/regex.h"

namespace heddle::grammar {

struct RegexNode;
using RegexPtr = std::unique_ptr<RegexNode>;
struct RegexNode {
  enum class Kind { kEmpty, kChars, kSeq, kAlt, kRepeat, kStart, kEnd, kAhead, kNotAhead } kind = Kind::kEmpty;
  CharSet chars;
  std::vector<RegexPtr> parts;
  uint32_t min = 0, max = 0;
  bool zero_width = false;  // this or a part of it looks at its surroundings
};

// Recursive descent, groups at most 200 deep.
Result<RegexPtr> ParseRegex(std::string_view text, const RegexOptions& options);

}  // namespace heddle::grammar
