// Tokenizer: text to tokens, as the reference implementation of tokenizer.json does it: normaliser, pre-tokenizer, then
// byte-pair merges by rank. Immutable and thread-safe once made.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "vocab/vocabulary.h"

namespace heddle::vocab {

class Tokenizer {
 public:
  virtual ~Tokenizer() = default;
  // Special tokens in `text` are text like any other.
  virtual std::vector<Token> Encode(std::string_view text) const = 0;
};

// Byte-level BPE and BPE with byte fallback. kUnavailable names what is not supported (another model or step).
Result<std::shared_ptr<const Tokenizer>> MakeTokenizer(std::string_view tokenizer_json);

// Always the longest token that fits: for vocabularies without merge rules.
std::shared_ptr<const Tokenizer> MakeGreedyTokenizer(std::shared_ptr<const Vocabulary> vocabulary);

}  // namespace heddle::vocab
