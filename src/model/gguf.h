// Gguf: what the head of a model file says of itself (the GGUF specification of ggml, versions 2 and 3), read with
// every count, length and offset checked against the file before anything is loaded.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace heddle::model {

struct GgufInfo {
  std::string architecture, name, quantisation;  // "Q8_0"; of most of the weights
  uint64_t file_bytes = 0, parameters = 0;
  int64_t context = 0;  // that it was trained for; 0: not said
  int64_t layers = 0, embedding = 0, heads = 0, kv_heads = 0, head_width = 0;
  uint64_t vocabulary = 0;
  std::string chat_template;  // empty: none

  // Bytes of the state of one token in the cache, with 16-bit numbers.
  uint64_t CacheBytesPerToken() const { return static_cast<uint64_t>(2 * layers * kv_heads * head_width * 2); }
  // What loading it with a window of `context` tokens takes: weights, cache, and a tenth more for the work.
  uint64_t MemoryBytes(int64_t context) const;
};

// `head`: the first bytes of the file, all metadata and tensor descriptions among them; `file_bytes`: its whole size.
// kInvalid says what is wrong.
Result<GgufInfo> ReadGgufInfo(std::string_view head, uint64_t file_bytes);

// The same for a file. Reads no more than 256 MB.
Result<GgufInfo> InspectModel(const std::string& path);

}  // namespace heddle::model
