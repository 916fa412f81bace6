// Any bytes as a vocabulary, in whichever format they claim to be.
#include <cstdint>

#include "vocab/tokenizer.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (auto read = heddle::vocab::ReadVocabulary(bytes)) (void)heddle::vocab::Vocabulary::Make(*std::move(read));
  if (const auto tokenizer = heddle::vocab::MakeTokenizer(bytes)) (void)(*tokenizer)->Encode(bytes);
  return 0;
}
