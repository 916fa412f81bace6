// OutputCall: one call of a program whose output is modelled, with its options told apart as the program itself does
// it.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "shell/interpreter.h"

namespace heddle::shell {

// The options of a program: letters as for getopt ("c:n" = -c VALUE, -n; "#" = -NUM) and the long ones as
// "bytes=c: quiet=q".
struct OptionSpec {
  std::string_view letters;
  std::string_view names;
};

struct OutputCall {
  OutputCall(Interpreter& interpreter, const std::vector<Field>& words, const Stream& stream, const OptionSpec& spec);

  bool Has(char letter) const;
  // The value of the last such option; nullptr when it was not given.
  const std::string* Value(char letter) const;
  // The text of the files from operand `from` on, or of the input.
  std::string Source(size_t from = 0) const;

  Interpreter& in;
  const std::vector<Field>& argv;
  const Stream& input;
  std::vector<std::pair<char, std::string>> options;
  std::vector<Field> operands;
  // False: there is an option that is not in the spec, or a word that may be one. The output must not be told then.
  bool known = true;

 private:
  size_t ReadLetters(size_t at, std::string_view letters);
  size_t ReadName(size_t at, const OptionSpec& spec);
};

}  // namespace heddle::shell
