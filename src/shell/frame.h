// Frame: the state of a shell, as a value. A subshell, a pipe's stage and a background job get a copy, as in bash; the
// arms of a branch and the rounds of a loop are joined again, so that a variable holds every value that it may have.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "shell/ast.h"
#include "shell/places.h"
#include "shell/value.h"

namespace heddle::shell {

// A variable. A scalar is one element with the key "0"; an array has one per subscript, in order.
struct Variable {
  std::vector<std::pair<std::string, std::string>> elements{};
  std::vector<std::string> others{};  // further values that a scalar may have, after branches
  bool array = false;                 // indexed or associative
  bool associative = false;
  bool nameref = false;  // holds the name of another variable
  bool open = false;     // an array that may have further elements, or others
  bool gone = false;     // known not to be set: by unset, or local without a value
  bool lower = false, upper = false, integer = false, readonly = false;
  bool odd = false;  // has an attribute that changes its value in a way that is not followed

  const std::string* At(std::string_view key) const;
  void Set(std::string_view key, std::string value);
  bool operator==(const Variable&) const = default;
};

// Which of its possible values each variable takes in the reading under way, and how many it has. The interpreter reads
// a command once for each combination.
struct Choices {
  struct Choice {
    size_t index = 0, count = 1;
  };
  std::map<std::string, Choice, std::less<>> by_name;
  bool overflow = false;  // too many combinations: such variables are unknown

  // Moves on to the next combination; false after the last.
  bool Next();
};

// Where getopts has come to, under a name that no variable can have. Assigning OPTIND makes it begin anew.
constexpr std::string_view kGetoptsCursor = "getopts cursor";

class Frame {
 public:
  // `world` gives the environment and must outlive the frame.
  explicit Frame(const World& world);

  // The variable that `name` means, through namerefs; nullptr when it was never set and is not in the environment.
  const Variable* Find(std::string_view name) const;
  Variable& Ref(std::string_view name);  // made when it is not there
  void Assign(std::string_view name, std::string value);
  void Append(std::string_view name, std::string_view value);
  void AssignElement(std::string_view name, const std::string& key, std::string value, bool append = false);
  void Unset(std::string_view name);
  void DropTraps();                                 // a subshell begins without any
  bool IsGone(std::string_view name) const;         // known not to be set
  std::string Target(std::string_view name) const;  // the name at the end of a chain of namerefs

  // The value of a scalar, or of an array's first element; kUnknown when not known.
  std::string Value(std::string_view name) const;
  // A parameter that is not set is read once as empty and once as anything. `spelling` tells it from others.
  bool ReadsAsEmpty(std::string_view spelling, bool unset) const;
  std::vector<std::string> NamesWith(std::string_view prefix) const;
  // Which of `count` readings of what `key` says is to be taken this time; nothing when there are too many in all.
  std::optional<size_t> Choose(std::string_view key, size_t count) const;

  mutable std::map<std::string, Variable, std::less<>> variables;  // those of the environment once looked up
  std::vector<std::string> positional;                             // $1 ...
  bool positional_known = false;
  bool positional_lost = false;  // not known because ways have met; otherwise that of the shell that starts
  std::map<std::string, std::vector<const Statement*>, std::less<>> functions;  // bodies that a name may have
  std::map<std::string, std::string, std::less<>> aliases;
  std::vector<std::map<std::string, Variable, std::less<>>> locals;  // per function: what its locals hide
  std::map<int, Stream> descriptors;                                 // beyond standard input, where their text is known
  std::vector<std::string> traps;                                    // run when this shell ends
  std::vector<std::string> signals;                                  // traps that run at times that are not known
  // The values that variables have held since the first of these was set; up to 8 of each, then any.
  std::map<std::string, std::vector<std::string>, std::less<>> held;
  std::string cwd;                                                   // empty: unknown
  bool noclobber = false;                                            // > leaves files that are there alone
  bool bash = true;                                                  // false: another shell, which may tell otherwise
  bool zsh = false;
  Choices* choices = nullptr;

 private:
  friend Frame JoinFrames(const Frame& a, const Frame& b);
  void Hold(std::string_view name, const std::string& value);

  const World* world_;
};

// The state after either of two ways. Values that differ are kept side by side, up to 8; then they are unknown.
Frame JoinFrames(const Frame& a, const Frame& b);

}  // namespace heddle::shell
