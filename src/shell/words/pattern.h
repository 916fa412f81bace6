// Pattern: what ${x#..}, ${x/..} and the like match (POSIX.1-2017 XCU 2.13.1). A set of places in the pattern moves
// along the text, so that matching takes time in proportion to their product, whatever the stars.
#pragma once

#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace heddle::shell {

class Pattern {
 public:
  // In `text` a backslash stands before what was quoted.
  explicit Pattern(std::string_view text);

  // False: it holds something that is not modelled, such as @(..), or is too long. It must not be matched then.
  bool known() const { return known_; }
  // Whether it is only the text `literal()`.
  bool plain() const { return plain_; }
  const std::string& literal() const { return literal_; }
  // Whether what it matches depends on where characters begin, beyond ASCII.
  bool counts_characters() const { return counts_; }

  bool Matches(std::string_view text) const { return Longest(text) == text.size(); }
  // The length of the longest or shortest prefix of `text` that it matches; npos when there is none.
  size_t Longest(std::string_view text) const { return Match(text, false); }
  size_t Shortest(std::string_view text) const { return Match(text, true); }

 private:
  struct Step {
    bool star = false;
    std::bitset<256> set{};
  };

  size_t Match(std::string_view text, bool first) const;
  size_t Bracket(std::string_view text, size_t at);
  uint64_t Closure(uint64_t places) const;

  std::vector<Step> steps_;
  std::string literal_;
  bool known_ = true, plain_ = true, counts_ = false;
};

}  // namespace heddle::shell
