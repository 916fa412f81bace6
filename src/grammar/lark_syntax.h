// LarkSyntax: the parsed form of a Lark grammar, before names are resolved.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "grammar/cfg.h"

namespace heddle::grammar {

struct LarkNode {
  enum class Kind { kText, kRegex, kRange, kName, kSeq, kAlt, kRepeat, kJson, kNested, kCall } kind = Kind::kSeq;
  std::string text;   // of strings, patterns, names, inline grammars
  std::string flags;  // i, m, s, x of strings and patterns
  std::string to;     // kRange: the other end
  uint32_t min = 0, max = 0;
  size_t at = 0;                // offset, for messages
  std::vector<LarkNode> parts;  // kCall: the arguments
};

struct LarkRule {
  std::string name;
  std::vector<std::string> parameters;
  LarkNode body;
  bool terminal = false, lazy = false;
  std::optional<std::string> stop, suffix;  // strings that end the text, not part of it or part of it
  size_t at = 0;
};

struct LarkSyntax {
  std::vector<LarkRule> rules;
  std::vector<LarkNode> ignored;
  std::vector<std::string> declared;                         // terminals that are given from outside
  std::vector<std::pair<std::string, std::string>> imports;  // from common: its name there, its name here
};

Result<LarkSyntax> ParseLark(std::string_view text);
Error LarkError(std::string_view text, size_t at, std::string_view message);

// The pattern of a terminal of Lark's `common` library; empty: there is none of that name.
std::string_view LarkCommon(std::string_view name);

}  // namespace heddle::grammar
