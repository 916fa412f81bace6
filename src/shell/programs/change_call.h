// ChangeCall: one call of a program whose changes to files are described (changes.cc), with its words told apart.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "shell/interpreter.h"
#include "shell/rules.h"

namespace heddle::shell {

struct ChangeCall {
  Interpreter& in;
  const std::vector<Field>& argv;
  Invocation invocation;

  bool Has(std::string_view flag) const { return HasFlag(invocation, flag); }
  const std::vector<Field>& operands() const { return invocation.operands; }
  // Every operand from `from` on changes in this way. Empty words name nothing.
  void Each(FileChange::Kind kind, size_t from = 0, bool recursive = false);
  void Add(FileChange::Kind kind, const Field& word, bool recursive = false);
  void Unknown(std::string_view because);
};

// A program, the options whose effect on files is described, and what it then does. Any other option: not known.
struct ChangeRow {
  std::string_view names;
  std::string_view letters;  // of short options
  std::string_view longs;    // long options, and whole words such as "-print0"
  void (*note)(ChangeCall&);
};

// The row about a program; nullptr: none is.
const ChangeRow* FindChangeRow(std::string_view program);

}  // namespace heddle::shell
