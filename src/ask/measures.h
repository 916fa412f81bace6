// Measures: numbers with units. "1.5 GB", "30 days" and "a week" become one token each.
#pragma once

#include <string_view>
#include <vector>

#include "ask/token.h"

namespace heddle::ask {

// The length of the number at the front of `text` ("12", "1.5", "1,000"), and its value; 0 when there is none.
size_t NumberPrefix(std::string_view text, double& value);
// "seven" is 7, "third" is 3; 0 for other words.
int NumberNamed(std::string_view word);
int OrdinalNamed(std::string_view word);
// Reads a number with its unit in one word ("10k", "5min") into the token's shape, number, count and unit.
void ReadMeasure(Token& token);
// Joins a number with the unit in the next word, and "a", "last", "every" with a time.
void JoinMeasures(std::vector<Token>& tokens);

}  // namespace heddle::ask
