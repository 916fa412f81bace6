// Fences: the fenced blocks of an answer, nested ones too, in the order of their ends.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace heddle::bench {

struct Fence {
  std::string tag;  // lower case, its first word; empty: none
  std::string code;
  bool closed = true;
  size_t start = 0, end = 0;  // bytes of the answer, with its marks
};
std::vector<Fence> Fences(std::string_view text);

}  // namespace heddle::bench
