// Vocabulary: the tokens of a model as exact byte strings. Special and control tokens have no bytes: they never match
// text. Immutable once made; share it by pointer.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "vocab/trie.h"

namespace heddle::vocab {

using Token = uint32_t;

struct VocabularyData {
  std::vector<std::string> tokens;  // bytes by id; a special token's name
  std::vector<bool> special;        // by id
  std::vector<Token> ends;          // tokens that end a text
};

class Vocabulary {
 public:
  static Result<std::shared_ptr<const Vocabulary>> Make(VocabularyData data);

  size_t size() const { return special_.size(); }
  // The token's bytes; for a special token its name, which is not text.
  std::string_view bytes(Token token) const {
    return std::string_view(blob_).substr(offsets_[token], offsets_[token + 1] - offsets_[token]);
  }
  bool special(Token token) const { return special_[token]; }
  const std::vector<Token>& ends() const { return ends_; }
  size_t longest() const { return longest_; }  // in bytes
  const Trie& trie() const { return trie_; }   // of all that is text
  // The token of a special name; size() when there is none.
  Token Special(std::string_view name) const;
  // The longest token that `text` starts with; size() when there is none.
  Token Longest(std::string_view text) const;

 private:
  std::string blob_;
  std::vector<uint32_t> offsets_;
  std::vector<bool> special_;
  std::vector<Token> ends_;
  size_t longest_ = 0;
  Trie trie_;
};

// One base64 string per line, its line number the id; or tiktoken's "base64 rank" lines.
Result<VocabularyData> ReadBase64List(std::string_view text);
// Hugging Face's tokenizer.json.
Result<VocabularyData> ReadTokenizerJson(std::string_view text);
// The metadata of a GGUF file; its first 64 MB hold it.
Result<VocabularyData> ReadGguf(std::string_view bytes);
// A SentencePiece .model file.
Result<VocabularyData> ReadSentencePiece(std::string_view bytes);
// Any of these, told apart by the first bytes.
Result<VocabularyData> ReadVocabulary(std::string_view bytes);

// Names of tokens that stand for bytes: GPT-2's printable characters, and "<0x41>". Nothing when `name` is neither.
std::optional<std::string> FromByteLevel(std::string_view name);
std::string ToByteLevel(uint8_t byte);
std::optional<std::string> FromByteFallback(std::string_view name);

}  // namespace heddle::vocab
