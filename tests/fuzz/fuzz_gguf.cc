// Any bytes as a model file: its head, and the vocabulary in it.
#include <cstdint>
#include <string_view>

#include "model/gguf.h"
#include "vocab/vocabulary.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto info = heddle::model::ReadGgufInfo(bytes, size)) (void)info->MemoryBytes(4096);
  (void)heddle::vocab::ReadGguf(bytes);
  return 0;
}
