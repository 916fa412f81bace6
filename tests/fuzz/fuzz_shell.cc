// Any bytes as a command line: parsing, expansion, rating.
#include <cstdint>

#include "shell/analyze.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const heddle::shell::World world{.cwd = "/home/me/project", .home = "/home/me"};
  (void)heddle::shell::Analyze({reinterpret_cast<const char*>(data), size}, world);
  return 0;
}
