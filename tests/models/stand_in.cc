// Writes a GGUF of the llama architecture with seeded random weights: what a model of that shape costs, and all that
// can be tested without meaning. Its tokens are the bytes and the pairs of most use in a text (byte-pair encoding), or
// those of a tokenizer.json.
//
//   stand_in OUT.gguf [--text FILE] [--tokenizer FILE.json] [--layers N] [--dim N] [--ffn N] [--heads N] [--kv N]
//            [--context N] [--type f16|q8_0] [--seed N] [--template TEXT]
#include <boost/json.hpp>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <map>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "vocab/vocabulary.h"

namespace {

namespace json = boost::json;
using heddle::vocab::ToByteLevel;

enum Type : uint32_t { kU32 = 4, kI32 = 5, kF32 = 6, kBool = 7, kString = 8, kArray = 9 };
enum TensorType : uint32_t { kTensorF32 = 0, kTensorF16 = 1, kTensorQ8 = 8 };

template <typename T>
void Put(std::string& out, T value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof(value));
}
void PutText(std::string& out, const std::string& text) {
  Put<uint64_t>(out, text.size());
  out += text;
}

struct Metadata {
  std::string bytes;
  uint64_t count = 0;
  void Key(const std::string& key, Type type) {
    PutText(bytes, key);
    Put<uint32_t>(bytes, type);
    ++count;
  }
  void Text(const std::string& key, const std::string& value) { Key(key, kString), PutText(bytes, value); }
  void Number(const std::string& key, uint32_t value) { Key(key, kU32), Put(bytes, value); }
  void Real(const std::string& key, float value) { Key(key, kF32), Put(bytes, value); }
  void Flag(const std::string& key, bool value) { Key(key, kBool), Put<uint8_t>(bytes, value); }
  void Texts(const std::string& key, const std::vector<std::string>& values) {
    Key(key, kArray), Put<uint32_t>(bytes, kString), Put<uint64_t>(bytes, values.size());
    for (const auto& value : values) PutText(bytes, value);
  }
  void Numbers(const std::string& key, const std::vector<int32_t>& values) {
    Key(key, kArray), Put<uint32_t>(bytes, kI32), Put<uint64_t>(bytes, values.size());
    for (const int32_t value : values) Put(bytes, value);
  }
};

struct Tokens {
  std::vector<std::string> names, merges;
  std::vector<int32_t> types;  // 1 normal, 3 control, 4 user-defined
  std::map<std::string, uint32_t> special;
};

const char* const kSpecial[] = {"<|endoftext|>",  "<|im_start|>",   "<|im_end|>",
                                "<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"};

// Byte-pair encoding of `text`: 2,000 merges at most, of pairs inside words.
Tokens Learn(const std::string& text) {
  Tokens out;
  for (const char* name : kSpecial) {
    out.special[name] = static_cast<uint32_t>(out.names.size());
    out.names.emplace_back(name), out.types.push_back(3);
  }
  for (int b = 0; b < 256; ++b) out.names.push_back(ToByteLevel(static_cast<uint8_t>(b))), out.types.push_back(1);
  std::map<std::string, int> words;
  std::string word;
  for (const char c : text + " ") {
    if ((c == ' ' || c == '\n') && !word.empty()) ++words[word], word.clear();
    word += c;
  }
  std::vector<std::pair<std::vector<std::string>, int>> parts;
  for (const auto& [w, n] : words) {
    auto& [list, count] = parts.emplace_back();
    for (const char c : w) list.push_back(ToByteLevel(static_cast<uint8_t>(c)));
    count = n;
  }
  std::map<std::string, bool> known;
  while (out.merges.size() < 2000) {
    std::map<std::pair<std::string, std::string>, int> pairs;
    for (const auto& [list, count] : parts) {
      for (size_t i = 0; i + 1 < list.size(); ++i) pairs[{list[i], list[i + 1]}] += count;
    }
    const std::pair<const std::pair<std::string, std::string>, int>* best = nullptr;
    for (const auto& pair : pairs) {
      if (best == nullptr || pair.second > best->second) best = &pair;
    }
    if (best == nullptr || best->second < 4) break;
    const auto [left, right] = best->first;
    out.merges.push_back(left + " " + right);
    if (!known[left + right]) out.names.push_back(left + right), out.types.push_back(1), known[left + right] = true;
    for (auto& [list, count] : parts) {
      for (size_t i = 0; i + 1 < list.size(); ++i) {
        if (list[i] != left || list[i + 1] != right) continue;
        list[i] += right;
        list.erase(list.begin() + static_cast<ptrdiff_t>(i) + 1);
      }
    }
  }
  return out;
}

Tokens FromTokenizerJson(const std::string& text) {
  const json::value root = json::parse(text);
  Tokens out;
  const auto put = [&](size_t id, std::string name, int32_t type) {
    if (id >= out.names.size()) out.names.resize(id + 1), out.types.resize(id + 1, 5);
    out.names[id] = std::move(name), out.types[id] = type;
  };
  for (const auto& [name, id] : root.at("model").at("vocab").as_object())
    put(id.to_number<size_t>(), std::string(name), 1);
  for (const json::value& added : root.at("added_tokens").as_array()) {
    const std::string name(added.at("content").as_string());
    put(added.at("id").to_number<size_t>(), name, added.at("special").as_bool() ? 3 : 4);
    out.special[name] = added.at("id").to_number<uint32_t>();
  }
  for (const json::value& merge : root.at("model").at("merges").as_array()) {
    out.merges.push_back(merge.is_string()
                             ? std::string(merge.as_string())
                             : std::string(merge.at(0).as_string()) + " " + std::string(merge.at(1).as_string()));
  }
  return out;
}

uint16_t Half(float value) {  // small normal numbers are all that is written
  uint32_t bits = 0;
  std::memcpy(&bits, &value, 4);
  const int exponent = static_cast<int>((bits >> 23) & 0xFF) - 112;
  if (exponent <= 0) return static_cast<uint16_t>(bits >> 16 & 0x8000);
  return static_cast<uint16_t>((bits >> 16 & 0x8000) | (static_cast<uint32_t>(exponent) << 10) | (bits >> 13 & 0x3FF));
}

struct Tensor {
  std::string name;
  std::vector<uint64_t> shape;  // the first changes fastest
  TensorType type = kTensorF32;
  uint64_t count() const { return shape.size() == 2 ? shape[0] * shape[1] : shape[0]; }
  uint64_t bytes() const {
    return type == kTensorF32 ? count() * 4 : type == kTensorF16 ? count() * 2 : count() / 32 * 34;
  }
};

// Rows of random weights whose products keep their size; ones for a norm.
std::string Weights(const Tensor& tensor, std::mt19937_64& random) {
  std::string out;
  out.reserve(tensor.bytes());
  if (tensor.type == kTensorF32) {
    for (uint64_t i = 0; i < tensor.count(); ++i) Put(out, 1.0F);
    return out;
  }
  const float scale = 1 / std::sqrt(static_cast<float>(tensor.shape[0]));
  const auto next = [&] {  // about normal: the sum of four uniform numbers
    const uint64_t r = random();
    float sum = 0;
    for (int i = 0; i < 4; ++i) sum += static_cast<float>(r >> (16 * i) & 0xFFFF) / 65536.0F - 0.5F;
    return sum * 1.732F * scale;
  };
  for (uint64_t i = 0; i < tensor.count(); i += 32) {
    float block[32], top = 0;
    for (float& value : block) value = next(), top = std::max(top, std::abs(value));
    if (tensor.type == kTensorF16) {
      for (const float value : block) Put(out, Half(value));
      continue;
    }
    Put(out, Half(top / 127));
    for (const float value : block) Put<int8_t>(out, static_cast<int8_t>(std::lround(value * 127 / top)));
  }
  return out;
}

std::string Read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error(path + ": cannot be read");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

void Write(const std::string& path, std::map<std::string, std::string>& flags) {
  const auto number = [&](const char* name, uint32_t fallback) {
    return flags.contains(name) ? static_cast<uint32_t>(std::stoul(flags[name])) : fallback;
  };
  const uint32_t layers = number("layers", 2), dim = number("dim", 64), ffn = number("ffn", 128),
                 heads = number("heads", 4), kv = number("kv", 2), context = number("context", 4096);
  if (dim % heads != 0 || dim % 32 != 0 || ffn % 32 != 0)
    throw std::runtime_error("--dim and --ffn: multiples of 32, and of --heads");
  const TensorType type = flags["type"] == "q8_0" ? kTensorQ8 : kTensorF16;
  const Tokens tokens = flags.contains("tokenizer")
                            ? FromTokenizerJson(Read(flags["tokenizer"]))
                            : Learn(flags.contains("text") ? Read(flags["text"]) : std::string());
  Metadata meta;
  meta.Text("general.architecture", "llama"), meta.Text("general.name", "stand-in");
  meta.Number("general.file_type", type == kTensorQ8 ? 7 : 1);
  meta.Number("llama.block_count", layers), meta.Number("llama.context_length", context);
  meta.Number("llama.embedding_length", dim), meta.Number("llama.feed_forward_length", ffn);
  meta.Number("llama.attention.head_count", heads), meta.Number("llama.attention.head_count_kv", kv);
  meta.Real("llama.attention.layer_norm_rms_epsilon", 1e-5F), meta.Real("llama.rope.freq_base", 100000);
  meta.Number("llama.rope.dimension_count", dim / heads);
  meta.Number("llama.vocab_size", static_cast<uint32_t>(tokens.names.size()));
  meta.Text("tokenizer.ggml.model", "gpt2"),
      meta.Text("tokenizer.ggml.pre", flags.contains("tokenizer") ? "smollm" : "gpt-2");
  meta.Texts("tokenizer.ggml.tokens", tokens.names), meta.Numbers("tokenizer.ggml.token_type", tokens.types);
  meta.Texts("tokenizer.ggml.merges", tokens.merges), meta.Flag("tokenizer.ggml.add_bos_token", false);
  const auto special = [&](const char* key, const char* name) {
    if (tokens.special.contains(name)) meta.Number(key, tokens.special.at(name));
  };
  special("tokenizer.ggml.bos_token_id", "<|im_start|>"), special("tokenizer.ggml.eos_token_id", "<|im_end|>");
  if (!flags.contains("tokenizer")) {
    special("tokenizer.ggml.fim_pre_token_id", "<|fim_prefix|>"),
        special("tokenizer.ggml.fim_suf_token_id", "<|fim_suffix|>");
    special("tokenizer.ggml.fim_mid_token_id", "<|fim_middle|>");
  }
  if (!flags.contains("template") || flags["template"] != "none")
    meta.Text("tokenizer.chat_template",
              flags.contains("template")
                  ? flags["template"]
                  : "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + "
                    "'<|im_end|>' + '\\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' "
                    "}}{% endif %}");

  const uint64_t narrow = uint64_t{kv} * (dim / heads);
  std::vector<Tensor> tensors{{"token_embd.weight", {dim, tokens.names.size()}, type}, {"output_norm.weight", {dim}}};
  for (uint32_t i = 0; i < layers; ++i) {
    const std::string block = "blk." + std::to_string(i) + ".";
    tensors.insert(tensors.end(), {{block + "attn_norm.weight", {dim}},
                                   {block + "ffn_norm.weight", {dim}},
                                   {block + "attn_q.weight", {dim, dim}, type},
                                   {block + "attn_k.weight", {dim, narrow}, type},
                                   {block + "attn_v.weight", {dim, narrow}, type},
                                   {block + "attn_output.weight", {dim, dim}, type},
                                   {block + "ffn_gate.weight", {dim, ffn}, type},
                                   {block + "ffn_up.weight", {dim, ffn}, type},
                                   {block + "ffn_down.weight", {ffn, dim}, type}});
  }
  std::string head = "GGUF";
  Put<uint32_t>(head, 3), Put<uint64_t>(head, tensors.size()), Put(head, meta.count);
  head += meta.bytes;
  const auto padded = [](uint64_t size) { return (size + 31) / 32 * 32; };
  uint64_t offset = 0;
  for (const Tensor& tensor : tensors) {
    PutText(head, tensor.name), Put<uint32_t>(head, static_cast<uint32_t>(tensor.shape.size()));
    for (const uint64_t size : tensor.shape) Put(head, size);
    Put<uint32_t>(head, tensor.type), Put(head, offset);
    offset += padded(tensor.bytes());
  }
  head.resize(padded(head.size()));
  std::ofstream file(path, std::ios::binary);
  file << head;
  std::mt19937_64 random(number("seed", 7));
  for (const Tensor& tensor : tensors) {
    std::string data = Weights(tensor, random);
    data.resize(padded(data.size()));
    file << data;
  }
  if (!file.flush()) throw std::runtime_error(path + ": cannot be written");
}

}  // namespace

int main(int argc, char** argv) {
  std::map<std::string, std::string> flags;
  std::string path;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word.starts_with("--") && i + 1 < argc)
      flags[word.substr(2)] = argv[++i];
    else
      path = word;
  }
  try {
    if (path.empty()) throw std::runtime_error("usage: stand_in OUT.gguf [FLAGS]");
    Write(path, flags);
  } catch (const std::exception& error) {
    std::cerr << "stand_in: " << error.what() << "\n";
    return 1;
  }
  return 0;
}
