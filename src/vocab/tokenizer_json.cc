// tokenizer.json of Hugging Face's tokenizers library: the model's vocabulary (byte-level BPE, BPE with byte fallback,
// WordPiece-free), its added tokens, and which bytes each token stands for.
#include <array>
#include <boost/json.hpp>

#include "base/text.h"
#include "vocab/vocabulary.h"

namespace heddle::vocab {
namespace {

namespace json = boost::json;

// Byte-level BPE writes each byte as a printable character (GPT-2's bytes_to_unicode).
struct ByteChars {
  std::array<uint16_t, 256> chars;
  std::array<int16_t, 512> bytes;  // -1: none
  ByteChars() {
    bytes.fill(-1);
    uint16_t next = 256;
    for (uint16_t b = 0; b < 256; ++b) {
      const bool printable = (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || (b >= 0xAE && b <= 0xFF);
      chars[b] = printable ? b : next++;
      bytes[chars[b]] = static_cast<int16_t>(b);
    }
  }
};

const ByteChars& ByteLevel() {
  static const ByteChars table;
  return table;
}

// Whether a decoder, pre-tokenizer or post-processor of this type stands anywhere in `value`.
bool Mentions(const json::value* value, std::string_view type) {
  if (value == nullptr || !value->is_object()) return false;
  const auto& object = value->as_object();
  if (const auto* t = object.if_contains("type"); t != nullptr && t->is_string() && t->as_string() == type) return true;
  for (const char* list : {"decoders", "pretokenizers", "processors"}) {
    if (const auto* inner = object.if_contains(list); inner != nullptr && inner->is_array()) {
      for (const auto& each : inner->as_array()) {
        if (Mentions(&each, type)) return true;
      }
    }
  }
  return false;
}

bool EndsText(std::string_view name) {
  for (const std::string_view known :
       {"<|endoftext|>", "</s>", "<|im_end|>", "<|eot_id|>", "<|end_of_text|>", "<eos>", "<|end|>", "<end_of_turn>",
        "<|eom_id|>", "<｜end▁of▁sentence｜>", "<|return|>", "[EOS]"}) {
    if (name == known) return true;
  }
  return false;
}

}  // namespace

std::optional<std::string> FromByteLevel(std::string_view text) {
  const auto& bytes = ByteLevel().bytes;
  std::string out;
  for (size_t i = 0; i < text.size();) {
    const auto lead = static_cast<uint8_t>(text[i]);
    uint32_t c = lead;
    if (lead >= 0x80) {
      if (lead < 0xC2 || lead > 0xDF || i + 1 >= text.size()) return std::nullopt;
      c = (lead & 0x1FU) << 6 | (static_cast<uint8_t>(text[i + 1]) & 0x3FU);
      i += 2;
    } else {
      ++i;
    }
    if (c >= 512 || bytes[c] < 0) return std::nullopt;
    out += static_cast<char>(bytes[c]);
  }
  return out;
}

std::string ToByteLevel(uint8_t byte) {
  std::string out;
  AppendUtf8(out, ByteLevel().chars[byte]);
  return out;
}

// "<0x41>" of vocabularies with byte fallback.
std::optional<std::string> FromByteFallback(std::string_view text) {
  if (text.size() != 6 || !text.starts_with("<0x") || text[5] != '>') return std::nullopt;
  int value = 0;
  for (const char c : text.substr(3, 2)) {
    const int digit = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                             : -1;
    if (digit < 0) return std::nullopt;
    value = value * 16 + digit;
  }
  return std::string(1, static_cast<char>(value));
}

Result<VocabularyData> ReadTokenizerJson(std::string_view text) {
  boost::system::error_code error;
  const json::value root = json::parse(text, error, {}, {.max_depth = 64});
  if (error || !root.is_object()) return Error{Code::kInvalid, "tokenizer.json: not a JSON object"};
  const auto& top = root.as_object();
  const auto* model = top.if_contains("model");
  const auto* vocab = model != nullptr && model->is_object() ? model->as_object().if_contains("vocab") : nullptr;
  if (vocab == nullptr) return Error{Code::kInvalid, "tokenizer.json: it has no model.vocab"};

  VocabularyData out;
  const auto place = [&](uint64_t id, std::string bytes, bool special) {
    if (id > 4'000'000) return false;
    if (id >= out.tokens.size()) out.tokens.resize(id + 1), out.special.resize(id + 1, true);
    out.tokens[id] = std::move(bytes);
    out.special[id] = special;
    return true;
  };
  const bool byte_level =
      Mentions(top.if_contains("decoder"), "ByteLevel") || Mentions(top.if_contains("pre_tokenizer"), "ByteLevel");
  const auto decode = [&](std::string_view name) -> std::string {
    if (byte_level) {
      if (auto bytes = FromByteLevel(name)) return *bytes;
      return std::string(name);
    }
    if (auto byte = FromByteFallback(name)) return *byte;
    return ReplaceAll(std::string(name), "\xE2\x96\x81", " ");  // U+2581, SentencePiece's space
  };
  if (vocab->is_object()) {
    for (const auto& [name, id] : vocab->as_object()) {
      if (!id.is_int64() || id.as_int64() < 0 || !place(static_cast<uint64_t>(id.as_int64()), decode(name), false))
        return Error{Code::kInvalid, "tokenizer.json: a token's id is not a number in range"};
    }
  } else if (vocab->is_array()) {  // Unigram: [text, score], the id is the place
    uint64_t id = 0;
    for (const auto& entry : vocab->as_array()) {
      if (!entry.is_array() || entry.as_array().empty() || !entry.as_array()[0].is_string())
        return Error{Code::kInvalid, "tokenizer.json: malformed Unigram vocabulary"};
      (void)place(id++, decode(entry.as_array()[0].as_string()), false);
    }
  } else {
    return Error{Code::kInvalid, "tokenizer.json: model.vocab is neither object nor list"};
  }
  if (const auto* added = top.if_contains("added_tokens"); added != nullptr && added->is_array()) {
    for (const auto& each : added->as_array()) {
      if (!each.is_object()) continue;
      const auto* id = each.as_object().if_contains("id");
      const auto* content = each.as_object().if_contains("content");
      const auto* special = each.as_object().if_contains("special");
      if (id == nullptr || !id->is_int64() || id->as_int64() < 0 || content == nullptr || !content->is_string())
        continue;
      const bool control = special != nullptr && special->is_bool() && special->as_bool();
      const std::string name(content->as_string());
      if (!place(static_cast<uint64_t>(id->as_int64()), name, control))
        return Error{Code::kInvalid, "tokenizer.json: an added token's id is out of range"};
      if (control && EndsText(name)) out.ends.push_back(static_cast<Token>(id->as_int64()));
    }
  }
  return out;
}

}  // namespace heddle::vocab
