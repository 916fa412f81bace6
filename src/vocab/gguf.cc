// The vocabulary in a GGUF file's metadata (the GGUF specification of ggml, version 2 and 3). Only the head of the file
// is read; every length is checked against what is there.
#include <cstring>
#include <optional>

#include "base/text.h"
#include "vocab/vocabulary.h"

namespace heddle::vocab {
namespace {

enum Type : uint32_t { kU8, kI8, kU16, kI16, kU32, kI32, kF32, kBool, kString, kArray, kU64, kI64, kF64 };
constexpr size_t kSizes[] = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};
// Token types of tokenizer.ggml.token_type.
enum TokenType : int32_t { kNormal = 1, kUnknown = 2, kControl = 3, kUserDefined = 4, kUnused = 5, kByte = 6 };

class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  template <typename T>
  bool Get(T& out) {
    if (bytes_.size() - at_ < sizeof(T)) return false;
    std::memcpy(&out, bytes_.data() + at_, sizeof(T));
    at_ += sizeof(T);
    return true;
  }
  bool Text(std::string_view& out) {
    uint64_t size = 0;
    if (!Get(size) || size > bytes_.size() - at_) return false;
    out = bytes_.substr(at_, size);
    at_ += size;
    return true;
  }
  bool Skip(uint32_t type, int depth = 0) {
    if (type == kString) {
      std::string_view ignored;
      return Text(ignored);
    }
    if (type == kArray) {
      uint32_t inner = 0;
      uint64_t count = 0;
      if (depth > 4 || !Get(inner) || !Get(count)) return false;
      if (inner != kString && inner != kArray) {
        if (inner >= std::size(kSizes) || count > (bytes_.size() - at_) / kSizes[inner]) return false;
        at_ += count * kSizes[inner];
        return true;
      }
      for (uint64_t i = 0; i < count; ++i) {
        if (!Skip(inner, depth + 1)) return false;
      }
      return true;
    }
    if (type >= std::size(kSizes) || bytes_.size() - at_ < kSizes[type]) return false;
    at_ += kSizes[type];
    return true;
  }

 private:
  std::string_view bytes_;
  size_t at_ = 0;
};

}  // namespace

Result<VocabularyData> ReadGguf(std::string_view bytes) {
  const Error malformed{Code::kInvalid, "gguf: the metadata is malformed or cut short"};
  Reader in(bytes);
  uint32_t magic = 0, version = 0;
  uint64_t tensors = 0, pairs = 0;
  if (!in.Get(magic) || magic != 0x46554747) return Error{Code::kInvalid, "gguf: not a GGUF file"};
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
