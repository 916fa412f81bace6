// Extract: the program in a model's answer. docs/extraction.md is its specification; tests are its rows. Pure, the same
// in every mode, linear in the size of the answer.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bench/suite.h"

namespace heddle::bench {

struct Extracted {
  std::string code;       // a whole program; empty: there is none
  std::string_view from;  // "fence", "text", "continuation", "nothing"
};

Extracted Extract(const Task& task, std::string_view answer);

// The parts of an answer that Extract chooses from.
struct Fence {
  std::string tag;  // lower case, its first word; empty: none
  std::string code;
  bool closed = true;
};
std::string WithoutThinking(std::string_view answer);
std::vector<Fence> Fences(std::string_view text);

}  // namespace heddle::bench
