// Builtin: one call of a builtin that changes the shell's own state, and the questions that all of them ask.
#pragma once

#include <string>
#include <vector>

#include "shell/expand.h"
#include "shell/interpreter.h"

namespace heddle::shell {

struct Builtin {
  Interpreter& in;
  const std::vector<Field>& argv;
  Stream& input;
  Stream out{};

  const std::string& At(size_t i) const { return argv[i].text; }
  bool IsOption(size_t i) const { return At(i).size() > 1 && (At(i)[0] == '-' || At(i)[0] == '+'); }
  bool HasOption(char letter) const {
    for (size_t i = 1; i < argv.size() && IsOption(i) && At(i) != "--"; ++i) {
      if (At(i).find(letter) != std::string::npos) return true;
    }
    return false;
  }
  // The index of the first operand.
  size_t Operands() const {
    size_t i = 1;
    while (i < argv.size() && IsOption(i) && At(i) != "--") ++i;
    return i < argv.size() && At(i) == "--" ? i + 1 : i;
  }
};

// Evaluates the subscript of a name such as a[$(..)], which the shell expands once more.
void ExpandSubscript(Builtin& call, const std::string& name);

// Those that fill variables from their input (input_builtins.cc).
void ReadLine(Builtin& call);
void MapFile(Builtin& call);

}  // namespace heddle::shell
