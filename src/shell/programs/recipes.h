// Recipes: commands that a project keeps in a file and a tool runs from there: Makefiles, justfiles, package.json.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace heddle::shell {

// The recipe of `targets` (none: the first) and of what they depend on, and every $(shell ..), as shell text. Variables
// of make read as unknown variables of the shell.
std::vector<std::string> MakeCommands(std::string_view makefile, const std::vector<std::string>& targets);
// The scripts of package.json by these names, with what runs before and after them.
std::vector<std::string> PackageScripts(std::string_view json, const std::vector<std::string>& names);

}  // namespace heddle::shell
