// Any bytes as a request against the built-in book; and as man page and tldr page.
#include <cstdint>
#include <string>

#include "ask/learned.h"
#include "ask/understand.h"
#include "facts/machine.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  (void)heddle::ask::Understand(heddle::ask::Book::BuiltIn(), {.text = text});
  std::string summary;
  (void)heddle::facts::FlagsOfManPage(text, &summary);
  (void)heddle::ask::ParseTldrPage(text);
  return 0;
}
