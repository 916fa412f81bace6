// What a sed script does besides editing: the commands it runs and the files it writes (GNU sed manual, 3.8 and 6).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace heddle::shell {

struct SedEffects {
  std::vector<std::string> commands;  // run by `e`, or built by `s///e` from this text
  std::vector<std::string> written;   // by `w` and `s///w`
  std::vector<std::string> read;      // by `r`
  bool runs_input = false;            // `e` alone: whatever the input says is run
};

// Reads the script command by command; what it does not know ends the reading, with `runs_input` set as the worst case
// when an `e` or `w` could follow.
SedEffects ReadSedScript(std::string_view script);

}  // namespace heddle::shell
