// Members: the parts of a JSON object as text. Suites hold numbers and literals (1e400, NaN, integers of a hundred
// digits) that only Python reads back as they were written, so test data is cut out here and handed on untouched.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace heddle::bench {

class Members {
 public:
  // Of the object that `text` is; views into it. Depth is limited to 512. kInvalid: says what is wrong.
  static Result<Members> Parse(std::string_view text);

  bool Has(std::string_view name) const { return !Raw(name).empty(); }
  std::string_view Raw(std::string_view name) const;  // its text; empty: not there, or null
  bool Named(std::string_view name) const;            // there, if only as null
  std::vector<std::string> names() const;
  std::string Text(std::string_view name) const;                // of a string; empty: not there, or none
  std::vector<std::string> Texts(std::string_view name) const;  // of a list of strings
  double Number(std::string_view name, double fallback) const;

 private:
  std::vector<std::pair<std::string, std::string_view>> members_;
};

// The elements of a JSON array as text.
Result<std::vector<std::string_view>> Elements(std::string_view text);

}  // namespace heddle::bench
