// Cases: text files that say what heddle should answer. docs/cases.md describes the format.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace heddle::cli {

struct AskCase {
  int line = 0;
  std::string query;
  std::vector<std::string> accepted;  // any of these is right
  bool abstain = false;               // the right answer is none
  std::string setup;                  // shell text that makes a tree; then both commands run there and are compared
  std::string target;                 // gnu, bsd, busybox
  std::string shell;
};

struct CheckCase {
  int line = 0;
  std::string command, low, high;  // the risk must lie between these
};

// Errors name file and line.
Result<std::vector<AskCase>> ParseAskCases(std::string_view text, std::string_view file);
Result<std::vector<CheckCase>> ParseCheckCases(std::string_view text, std::string_view file);

// A command in a spelling that does not depend on quoting, blanks or the order of flags.
std::string NormalForm(std::string_view command);

// Runs both in copies of the tree that `setup` makes, in the sandbox: same output (order of lines aside) and same
// files?
Result<bool> SameEffect(const std::string& setup, const std::string& left, const std::string& right);

}  // namespace heddle::cli
