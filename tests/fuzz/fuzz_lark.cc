#include "fuzz_grammar.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return heddle::fuzz::Grammar(heddle::grammar::Notation::kLark, data, size);
}
