// Any bytes as lexicon and intents, then a request against whatever loaded.
#include <cstdint>
#include <string>

#include "ask/understand.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const size_t half = text.find('\n', size / 3);
  const std::string lexicon = text.substr(0, half), intents = half == text.npos ? "" : text.substr(half);
  auto book = heddle::ask::Book::Load({{"lexicon.txt", lexicon}, {"x.ask", intents}});
  if (book) (void)heddle::ask::Understand(**book, {.text = "find large files in src and delete them"});
  return 0;
}
