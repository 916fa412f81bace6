// The vocabulary in a GGUF file's metadata (the GGUF specification of ggml, version 2 and 3). Only the head of the file
// is read; every length is checked against what is there.
#include <optional>

#include "base/text.h"
#include "vocab/gguf_reader.h"
#include "vocab/vocabulary.h"

namespace heddle::vocab {
namespace {

// Token types of tokenizer.ggml.token_type.
enum TokenType : int32_t { kNormal = 1, kUnknown = 2, kControl = 3, kUserDefined = 4, kUnused = 5, kByte = 6 };

}  // namespace

Result<VocabularyData> ReadGguf(std::string_view bytes) {
  const Error malformed{Code::kInvalid, "gguf: the metadata is malformed or cut short"};
  GgufReader in(bytes);
  uint32_t magic = 0, version = 0;
  uint64_t tensors = 0, pairs = 0;
  if (!in.Get(magic) || magic != kGgufMagic) return Error{Code::kInvalid, "gguf: not a GGUF file"};
  if (!in.Get(version) || version < 2 || version > 3)
    return Error{Code::kInvalid, Cat({"gguf: version ", std::to_string(version), " is not supported"})};
  if (!in.Get(tensors) || !in.Get(pairs) || pairs > 100'000) return malformed;
  std::string model;
  std::vector<std::string_view> names;
  std::vector<int32_t> types;
  std::vector<Token> ends;
  for (uint64_t i = 0; i < pairs; ++i) {
    std::string_view key;
    uint32_t type = 0;
    if (!in.Text(key) || !in.Get(type)) return malformed;
    const bool tokens = key == "tokenizer.ggml.tokens", kinds = key == "tokenizer.ggml.token_type";
    if (type == kArray && (tokens || kinds)) {
      uint32_t inner = 0;
      uint64_t count = 0;
      if (!in.Get(inner) || !in.Get(count) || count > 4'000'000 || inner != (tokens ? kString : kI32)) return malformed;
      for (uint64_t k = 0; k < count; ++k) {
        std::string_view name;
        int32_t kind = 0;
        if (tokens ? !in.Text(name) : !in.Get(kind)) return malformed;
        if (tokens)
          names.push_back(name);
        else
          types.push_back(kind);
      }
    } else if (type == kString && key == "tokenizer.ggml.model") {
      std::string_view text;
      if (!in.Text(text)) return malformed;
      model = text;
    } else if (type == kU32 && (key == "tokenizer.ggml.eos_token_id" || key == "tokenizer.ggml.eot_token_id" ||
                                key == "tokenizer.ggml.eom_token_id")) {
      uint32_t id = 0;
      if (!in.Get(id)) return malformed;
      ends.push_back(id);
    } else if (!in.Skip(type)) {
      return malformed;
    }
  }
  if (names.empty()) return Error{Code::kInvalid, "gguf: it has no tokenizer.ggml.tokens"};
  VocabularyData out;
  out.ends = std::move(ends);
  for (size_t i = 0; i < names.size(); ++i) {
    const int32_t type = i < types.size() ? types[i] : kNormal;
    const bool special = type == kControl || type == kUnknown || type == kUnused;
    const std::string name(names[i]);
    std::string text = name;
    if (!special && type != kUserDefined) {
      if (model == "gpt2")
        text = FromByteLevel(name).value_or(name);
      else if (const auto byte = FromByteFallback(name))
        text = *byte;
      else
        text = ReplaceAll(name, "\xE2\x96\x81", " ");
    }
    out.tokens.push_back(std::move(text));
    out.special.push_back(special);
  }
  return out;
}

}  // namespace heddle::vocab
