// The cases that mutants are held against: lines of the case files, the examples of the rules, unit tests.
#pragma once

#include <string>
#include <vector>

#include "shell/risk.h"

namespace heddle_mutant {

struct Case {
  std::string name;
  std::string line;  // empty: the unit test of this name
  heddle::shell::Risk low = heddle::shell::Risk::kSafe, high = heddle::shell::Risk::kCritical;
  std::string rule{};  // the rule that must, or must not, be found in the line; empty: the risk counts
  bool matches = true;
};

// Reads a file of "risk command" lines; ends the program at one that is none.
void ReadCases(const std::string& path, std::vector<Case>& out);
// The examples of the rules as they are: a mutant may lack the row that holds its own.
void AddExamples(std::vector<Case>& out);
// The unit tests of the layer; the slow ones only when `slow`.
void AddUnitTests(bool slow, std::vector<Case>& out);

bool Holds(const Case& each);

}  // namespace heddle_mutant
