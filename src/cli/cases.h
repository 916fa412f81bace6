// Cases: text files that say what heddle should answer. docs/cases.md describes the format.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace heddle::cli {

// What must be the same of two commands that run in copies of a tree: files and output without regard to the order of
// lines, or in their order; files alone. kWords: nothing is run, only the words count.
enum class Compare { kSorted, kOutput, kEffect, kWords };

struct AskCase {
  int line = 0;
  std::string query;
  std::vector<std::string> accepted;  // any of these is right
  bool abstain = false;               // the right answer is none
  bool looks = false;                 // right is what changes nothing, and none too
  std::vector<std::string> never;     // words, one after another in a command, that change what no tree shows
  std::string setup;                  // shell text that makes a tree; then both commands run there and are compared
  Compare compare = Compare::kSorted;
  std::string target;                 // gnu, bsd, busybox
  std::string shell;
};

struct CheckCase {
  int line = 0;
  std::string command, low, high;  // the risk must lie between these
};

// Errors name file and line. `setup: NAME` reads setups/NAME.sh beside `file`.
Result<std::vector<AskCase>> ParseAskCases(std::string_view text, std::string_view file);
Result<std::vector<CheckCase>> ParseCheckCases(std::string_view text, std::string_view file);

// A command in a spelling that does not depend on quoting, blanks or the order of flags.
std::string NormalForm(std::string_view command);

// Whether a command, run in a copy of the tree that `setup` makes, in the sandbox, leaves the tree as it was.
Result<bool> LeavesTree(const std::string& setup, const std::string& command);

// Whether a command has these words one after another.
bool HasWords(std::string_view command, std::string_view words);

// Runs both in copies of the tree that the case makes, in the sandbox.
Result<bool> SameEffect(const AskCase& each, const std::string& left, const std::string& right);

}  // namespace heddle::cli
