// Invocation: one command with its options, their values and its operands told apart, by what the rows say of it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "shell/expand.h"
#include "shell/program.h"
#include "shell/rule_rows.h"

namespace heddle::shell {

struct Flag {
  std::string name;  // "--force", or a cluster "-rf"
  std::string value;
  size_t at = 0;  // its place among the words of the command
};

struct Invocation {
  std::string name;  // base name of the command
  const Program* program = nullptr;  // what the built-in rows say of it; null: nothing
  std::vector<Flag> flags;
  std::vector<Field> operands;
  std::vector<size_t> operands_at;  // the place of each among the words of the command
  bool clusters = true;
  bool dashes = false;  // a "--" ended the options
  std::string_view prints;  // Rule::prints of some row
  bool described = true;  // some row says what it does; what is not described is unknown
};

// Whether an option that `spec` names may have been given: "-r" in a cluster, "--rec" for "--recursive";
// "--mode=a*" is about its value too.
bool HasFlag(const Invocation& invocation, std::string_view spec);
// Whether it was surely given, and its last value fits: what makes a command harmless must not be guessed.
bool SurelyHasFlag(const Invocation& invocation, std::string_view spec);
// The values that the options named by `spec` have, in order: "-o", "--output", "-o=ProxyCommand=*".
std::vector<std::string> ValuesOf(const Invocation& invocation, std::string_view spec);

// Tells one command's options from its operands; learns which options take a value as subcommands go by. The rows come
// from one table a program (the built-in one, the user's).
class OptionReader {
 public:
  struct Source {
    const Program* program = nullptr;
    std::span<const CommandRow> commands{};
    std::span<const OptionRow> options{};
  };
  explicit OptionReader(std::vector<Source> sources);

  bool clusters() const { return clusters_; }
  void Operand(const std::string& text);
  // The option at `at`, with its value; `at` moves to the last word that it takes up.
  Flag Read(const std::vector<Field>& argv, size_t& at) const;

 private:
  bool TakesValue(std::string_view flag) const;
  std::optional<bool> ValueOf(std::string_view flag, bool shortened) const;
  bool Follows(Words words) const;

  std::vector<Source> sources_;
  std::vector<std::string_view> operands_;
  bool clusters_ = true;
};

}  // namespace heddle::shell
