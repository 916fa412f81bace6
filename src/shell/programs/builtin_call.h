// BuiltinCall: one call of a builtin that changes the shell's own state, and the builtins that have files of their own.
#pragma once

#include <string>
#include <vector>

#include "shell/interpreter.h"

namespace heddle::shell {

struct BuiltinCall {
  Interpreter& in;
  const std::vector<Field>& argv;
  Stream& input;
  Stream out{};

  const std::string& At(size_t i) const { return argv[i].text; }
  bool IsOption(size_t i) const { return At(i).size() > 1 && (At(i)[0] == '-' || At(i)[0] == '+'); }
  // Whether an option of this letter was given, with "-" or with "+".
  bool HasOption(char letter, char sign = '-') const;
  // The index of the first operand.
  size_t Operands() const;
};

// Evaluates the subscript of a name such as a[$(..)], which the shell expands once more.
void VisitSubscript(BuiltinCall& call, const std::string& name);
// Assigns to NAME or NAME[SUBSCRIPT].
void AssignTo(BuiltinCall& call, const std::string& name, std::string value);

void RunRead(BuiltinCall& call);
void RunMapFile(BuiltinCall& call);
void RunDeclare(BuiltinCall& call);
void RunUnset(BuiltinCall& call);
void RunGetOptions(BuiltinCall& call);

}  // namespace heddle::shell
