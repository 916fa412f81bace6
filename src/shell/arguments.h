// Small questions about argument lists that every command handler asks.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "shell/expand.h"

namespace heddle::shell {

// Whether `name` is one of the words of the blank-separated `list`.
bool InList(std::string_view list, std::string_view name);
// "python3.11" -> "python3".
std::string WithoutVersion(const std::string& name);
// The last part of a path.
std::string Base(const Field& field);
// The text of a word as a program or a parameter gets it: a wildcard becomes names that are not known.
std::string Printed(const Field& field);
// NAME=value, as before a command.
bool IsAssignment(const std::string& text);
// The arguments from `from` on, as one text with blanks between.
std::string JoinFrom(const std::vector<Field>& argv, size_t from);
std::vector<Field> Tail(const std::vector<Field>& argv, size_t from);

}  // namespace heddle::shell
