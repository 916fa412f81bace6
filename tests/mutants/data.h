// The data files of the mutant build, of which one row can be left out.
#pragma once

#include <string>
#include <string_view>

namespace heddle_mutant {

// Reads the files of `folder` (data/rules) and the spans of the rows (table.txt of `instrument`).
void LoadData(const std::string& folder, const std::string& table);
// Whether the mutant of this number is one of the data.
bool IsData(int number);
// Takes the row of the active mutant out of the texts. Once, before the rules are read.
void LeaveOutRow();
// The text of one file.
std::string_view Data(std::string_view file);
// The texts of all rules, one after the other.
std::string Rules();
// Makes the built-in rules of the texts as they are now.
void ReadRules();

}  // namespace heddle_mutant
