// Outline: what a piece of program defines at its top level, by the language's parser; empty for languages without one
// here.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace heddle::bench {

struct Statement {
  enum class Kind { kImport, kDefinition, kAssignment, kOther } kind = Kind::kOther;
  std::string name;                  // of a definition or the first target of an assignment
  size_t start = 0, end = 0;         // bytes; from the beginning of the line
  bool good = true;                  // no error inside
  bool asserts = false;              // a statement that only checks
  std::vector<std::string> methods;  // of a class
};

struct Outline {
  bool parsed = false;  // there is a parser, and the text conforms
  std::vector<Statement> statements;
  std::vector<std::string> inner_imports;  // inside functions, as text

  bool Defines(std::string_view name) const;
  // The class that has a method of this name; empty: none has.
  std::string ClassOf(std::string_view method) const;
};

Outline OutlineOf(std::string_view language, std::string_view text);

}  // namespace heddle::bench
