#include "model/gguf.h"

#include <vector>

#include "base/text.h"
#include "sys/files.h"
#include "vocab/gguf_reader.h"

namespace heddle::model {
namespace {

using vocab::GgufReader;

constexpr uint64_t kMostPairs = 100'000, kMostTensors = 1'000'000, kMostDimensions = 4;

// ggml's types of tensors: name, weights in a block, bytes of a block.
struct TensorType {
  uint32_t id;
  std::string_view name;
  uint64_t block, bytes;
};
constexpr TensorType kTensorTypes[] = {
    {0, "F32", 1, 4},         {1, "F16", 1, 2},        {2, "Q4_0", 32, 18},      {3, "Q4_1", 32, 20},
    {6, "Q5_0", 32, 22},      {7, "Q5_1", 32, 24},     {8, "Q8_0", 32, 34},      {10, "Q2_K", 256, 84},
    {11, "Q3_K", 256, 110},   {12, "Q4_K", 256, 144},  {13, "Q5_K", 256, 176},   {14, "Q6_K", 256, 210},
    {16, "IQ2_XXS", 256, 66}, {17, "IQ2_XS", 256, 74}, {18, "IQ3_XXS", 256, 98}, {19, "IQ1_S", 256, 50},
    {20, "IQ4_NL", 32, 18},   {21, "IQ3_S", 256, 110}, {22, "IQ2_S", 256, 82},   {23, "IQ4_XS", 256, 136},
    {24, "I8", 1, 1},         {25, "I16", 1, 2},       {26, "I32", 1, 4},        {27, "I64", 1, 8},
    {28, "F64", 1, 8},        {29, "IQ1_M", 256, 56},  {30, "BF16", 1, 2},       {34, "TQ1_0", 256, 54},
    {35, "TQ2_0", 256, 66},   {39, "MXFP4", 32, 17}};

struct Value {
  int64_t number = 0;
  std::string_view text;
  uint64_t count = 0;  // of an array
};

bool ReadValue(GgufReader& in, uint32_t type, Value& out) {
  if (type == vocab::kString) return in.Text(out.text);
  if (type == vocab::kArray) {
    uint32_t inner = 0;
    return in.Get(inner) && in.Get(out.count) && in.SkipItems(inner, out.count);
  }
  // Whole numbers and truth values alike are their bytes, the lowest first.
  const size_t before = in.at();
  GgufReader bits = in;
  if (!in.Skip(type)) return false;
  uint64_t number = 0;
  for (size_t i = 0; i < in.at() - before; ++i) {
    uint8_t byte = 0;
    bits.Get(byte);
    number |= uint64_t{byte} << (8 * i);
  }
  out.number = number > (uint64_t{1} << 62) ? -1 : static_cast<int64_t>(number);
  return true;
}

Error Broken(std::string_view what) { return {Code::kInvalid, Cat({"gguf: ", what})}; }

Result<> ReadTensors(GgufReader& in, uint64_t count, uint64_t alignment, uint64_t file_bytes, GgufInfo& out) {
  std::map<std::string_view, uint64_t> bytes_by_type;
  uint64_t end = 0;
  for (uint64_t i = 0; i < count; ++i) {
    std::string_view name;
    uint32_t dimensions = 0, type = 0;
    uint64_t elements = 1, offset = 0;
    if (!in.Text(name) || !in.Get(dimensions)) return Broken("the list of tensors is cut short");
    if (dimensions == 0 || dimensions > kMostDimensions)
      return Broken(Cat({"tensor ", ForTerminal(name), " has ", std::to_string(dimensions), " dimensions"}));
    for (uint32_t d = 0; d < dimensions; ++d) {
      uint64_t size = 0;
      if (!in.Get(size)) return Broken("the list of tensors is cut short");
      if (size == 0 || size > (uint64_t{1} << 40) || __builtin_mul_overflow(elements, size, &elements))
        return Broken(Cat({"tensor ", ForTerminal(name), " has an impossible size"}));
    }
    if (!in.Get(type) || !in.Get(offset)) return Broken("the list of tensors is cut short");
    if (alignment == 0 || offset % alignment != 0)
      return Broken(Cat({"tensor ", ForTerminal(name), " is not aligned"}));
    out.parameters += elements;
    for (const TensorType& known : kTensorTypes) {
      if (known.id != type) continue;
      const uint64_t bytes = elements / known.block * known.bytes;
      if (offset > file_bytes || bytes > file_bytes - offset)
        return Broken(Cat({"tensor ", ForTerminal(name), " lies beyond the end of the file: it is cut short"}));
      bytes_by_type[known.name] += bytes;
      end = std::max(end, offset + bytes);
    }
  }
  const uint64_t data = (in.at() + alignment - 1) / alignment * alignment;
  if (data > file_bytes || end > file_bytes - data) return Broken("the file is cut short: weights are missing");
  uint64_t most = 0;
  for (const auto& [name, bytes] : bytes_by_type) {
    if (bytes > most) most = bytes, out.quantisation = name;
  }
  return {};
}

}  // namespace

uint64_t GgufInfo::MemoryBytes(int64_t context) const {
  const uint64_t bytes = file_bytes + CacheBytesPerToken() * static_cast<uint64_t>(context);
  return bytes + bytes / 10;
}

Result<GgufInfo> ReadGgufInfo(std::string_view head, uint64_t file_bytes) {
  GgufReader in(head);
  uint32_t magic = 0, version = 0;
  uint64_t tensors = 0, pairs = 0;
  if (!in.Get(magic) || magic != vocab::kGgufMagic) return Broken("this is no GGUF file");
  if (!in.Get(version) || version < 2 || version > 3)
    return Broken(Cat({"version ", std::to_string(version), " is not supported"}));
  if (!in.Get(tensors) || !in.Get(pairs)) return Broken("the head is cut short");
  if (pairs > kMostPairs || tensors > kMostTensors) return Broken("the head names more entries than a model can have");
  GgufInfo out;
  out.file_bytes = file_bytes;
  uint64_t alignment = 32;
  std::map<std::string, int64_t> numbers;  // of the architecture, without its name
  for (uint64_t i = 0; i < pairs; ++i) {
    std::string_view key;
    uint32_t type = 0;
    Value value;
    if (!in.Text(key) || !in.Get(type) || !ReadValue(in, type, value))
      return Broken("the metadata is malformed or cut short");
    if (key == "general.architecture")
      out.architecture = value.text;
    else if (key == "general.name")
      out.name = value.text;
    else if (key == "general.alignment")
      alignment = value.number > 0 && value.number <= 1 << 20 ? static_cast<uint64_t>(value.number) : 0;
    else if (key == "tokenizer.ggml.tokens")
      out.vocabulary = value.count;
    else if (key == "tokenizer.chat_template")
      out.chat_template = value.text;
    else if (const size_t dot = key.find('.'); dot != key.npos && value.text.empty() && value.count == 0)
      numbers[std::string(key.substr(dot + 1))] = value.number;
  }
  if (out.architecture.empty()) return Broken("it does not say its architecture");
  if (alignment == 0 || (alignment & (alignment - 1)) != 0) return Broken("its alignment is impossible");
  TRY(ReadTensors(in, tensors, alignment, file_bytes, out));
  const auto number = [&](const char* key, int64_t fallback) {
    return numbers.contains(key) && numbers[key] >= 0 && numbers[key] < (1 << 30) ? numbers[key] : fallback;
  };
  out.context = number("context_length", 0), out.layers = number("block_count", 0),
  out.embedding = number("embedding_length", 0);
  out.heads = number("attention.head_count", 0), out.kv_heads = number("attention.head_count_kv", out.heads);
  out.head_width = number("attention.key_length", out.heads > 0 ? out.embedding / out.heads : 0);
  return out;
}

Result<GgufInfo> InspectModel(const std::string& path) {
  const sys::FileInfo info = sys::SystemFiles().LookThrough(path);
  if (info.kind == sys::FileKind::kNone) return Error{Code::kNotFound, Cat({path, ": no such file"})};
  // Heads are a few megabytes; those of the largest vocabularies some twenty.
  for (const uint64_t limit : {uint64_t{16} << 20, uint64_t{256} << 20}) {
    TRY_ASSIGN(const std::string head, sys::SystemFiles().ReadHead(path, limit));
    auto read = ReadGgufInfo(head, info.size);
    if (read) return read;
    if (head.size() < limit || limit > 16 << 20) return std::move(read).error().Context(path);
  }
  return Error{Code::kInternal, path};
}

}  // namespace heddle::model
