// Render: from a template and slot values to shell text. In a template, {name} is a slot, {name=default} one with a
// default, {name|filter} one rewritten for where it stands, {?name: text} is there only when the slot is filled.
// Values are quoted for the place they land in: bare, in '..' or in "..". Any other brace is shell text.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "shell/quote.h"

namespace heddle::ask {

using Values = std::map<std::string, std::string, std::less<>>;

struct Rendered {
  std::string text;
  std::vector<std::string> missing;  // slots without value: shown as <name>
  bool option_like = false;          // a value that is no path stands where a program would take it for an option
};

// `slots` are the names that count as slots in this template.
Rendered Render(std::string_view text, const Values& values, const std::vector<std::string>& slots,
                shell::Dialect dialect);

// Whether a program would take `word` for an option. A number, as in `renice -5`, is meant as one.
bool LooksLikeOption(std::string_view word);

// A path or pattern as one shell word: keeps a leading ~/ unquoted so that it still expands, and "-x" becomes "./-x".
std::string PathWord(std::string_view path, shell::Dialect dialect);
// The same for several.
std::string GlobWord(std::string_view path, shell::Dialect dialect);  // wildcards stay active

// Escapes for the inside of a program's own pattern language.
std::string EscapeSed(std::string_view text, bool replacement);  // delimiter '/'
std::string EscapeBasicRegex(std::string_view text);
std::string EscapeGlob(std::string_view text);

}  // namespace heddle::ask
