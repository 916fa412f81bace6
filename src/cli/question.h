// Question: a yes or no that only a person gives, after having seen the question.
#pragma once

#include <string_view>

#include "cli/app.h"

namespace heddle::cli {

// True for y or Y; any other key, no terminal (for the question, too) and the end of input are a no. What was typed
// before the question was there is thrown away, as is what else came with the answer.
bool Confirmed(const App& app, std::string_view question);

}  // namespace heddle::cli
