// Extract: the program in a model's answer. docs/extraction.md is its specification; tests are its rows. Pure, the same
// in every mode, linear in the size of the answer.
#pragma once

#include <string>
#include <string_view>

#include "bench/suite.h"

namespace heddle::bench {

struct Extracted {
  std::string code;       // a whole program; empty: there is none
  std::string_view from;  // "fence", "text", "continuation", "nothing"
};

Extracted Extract(const Task& task, std::string_view answer);

}  // namespace heddle::bench
