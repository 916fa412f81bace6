// Continuation: an answer that goes on where the prompt ended, as base models write them. It is the body of the
// function that the prompt began, and may run on into definitions, demonstrations and comments of the model's own.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace heddle::bench {

struct Continuation {
  std::string body;  // indented as the prompt's function is
  std::string tail;  // what follows it at the top level; empty: nothing
};

// How the text may be meant, the likeliest first; none where it is blank.
std::vector<Continuation> Continuations(std::string_view prompt, std::string_view text);

}  // namespace heddle::bench
