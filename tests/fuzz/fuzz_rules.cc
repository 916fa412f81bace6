// Any bytes as a rules file.
#include <cstdint>

#include "shell/rules.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  (void)heddle::shell::RuleSet::FromToml({reinterpret_cast<const char*>(data), size}, "fuzz.toml");
  return 0;
}
