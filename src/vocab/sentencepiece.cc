// SentencePiece's .model file: a protocol buffer (sentencepiece_model.proto) whose field 1 repeats the pieces, each
// with text (1), score (2) and type (3). Read by hand: three fields of one message.
#include "base/text.h"
#include "vocab/vocabulary.h"

namespace heddle::vocab {
namespace {

enum PieceType : uint64_t { kNormal = 1, kUnknown = 2, kControl = 3, kUserDefined = 4, kUnused = 5, kByte = 6 };

bool Varint(std::string_view& in, uint64_t& out) {
  out = 0;
  for (int shift = 0; shift < 64 && !in.empty(); shift += 7) {
    const auto byte = static_cast<uint8_t>(in[0]);
    in.remove_prefix(1);
    out |= static_cast<uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

// The next field: its number, and its value as a number or as bytes.
bool Field(std::string_view& in, uint64_t& number, uint64_t& value, std::string_view& bytes) {
  uint64_t key = 0;
  if (!Varint(in, key)) return false;
  number = key >> 3, value = 0, bytes = {};
  switch (key & 7) {
    case 0: return Varint(in, value);
    case 1:
    case 5: {
      const size_t size = (key & 7) == 1 ? 8 : 4;
      if (in.size() < size) return false;
      in.remove_prefix(size);
      return true;
    }
    case 2: {
      uint64_t size = 0;
      if (!Varint(in, size) || size > in.size()) return false;
      bytes = in.substr(0, size);
      in.remove_prefix(size);
      return true;
    }
    default: return false;
  }
}

}  // namespace

Result<VocabularyData> ReadSentencePiece(std::string_view in) {
  const Error malformed{Code::kInvalid, "not a SentencePiece model, or cut short"};
  VocabularyData out;
  while (!in.empty()) {
    uint64_t number = 0, value = 0;
    std::string_view bytes;
    if (!Field(in, number, value, bytes)) return malformed;
    if (number != 1) continue;
    std::string text;
    uint64_t type = kNormal;
    while (!bytes.empty()) {
      std::string_view inner;
      if (!Field(bytes, number, value, inner)) return malformed;
      if (number == 1) text = inner;
      if (number == 3) type = value;
    }
    const bool special = type == kUnknown || type == kControl || type == kUnused;
    if (text == "</s>" && type == kControl) out.ends.push_back(static_cast<Token>(out.tokens.size()));
    if (type == kByte) text = FromByteFallback(text).value_or(text);
    if (!special) text = ReplaceAll(std::move(text), "\xE2\x96\x81", " ");
    out.tokens.push_back(std::move(text));
    out.special.push_back(special);
  }
  if (out.tokens.empty()) return malformed;
  return out;
}

// Which of the formats `bytes` is, by its first bytes.
Result<VocabularyData> ReadVocabulary(std::string_view bytes) {
  if (bytes.starts_with("GGUF")) return ReadGguf(bytes);
  const size_t first = bytes.find_first_not_of(" \t\r\n");
  if (first == bytes.npos) return Error{Code::kInvalid, "the vocabulary is empty"};
  if (bytes[first] == '{') return ReadTokenizerJson(bytes);
  if (bytes[0] == '\n') return ReadSentencePiece(bytes);
  return ReadBase64List(bytes);
}

}  // namespace heddle::vocab
