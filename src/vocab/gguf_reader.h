// GgufReader: values out of the head of a GGUF file (the GGUF specification of ggml, versions 2 and 3), every length
// checked against what is there. What it returns views the bytes it was given.
#pragma once

#include <cstdint>
#include <cstring>
#include <iterator>
#include <string_view>

namespace heddle::vocab {

enum GgufType : uint32_t { kU8, kI8, kU16, kI16, kU32, kI32, kF32, kBool, kString, kArray, kU64, kI64, kF64 };
constexpr size_t kGgufSizes[] = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};  // of a value; 0: not fixed
constexpr uint32_t kGgufMagic = 0x46554747;                               // "GGUF"

class GgufReader {
 public:
  explicit GgufReader(std::string_view bytes) : bytes_(bytes) {}

  template <typename T>
  bool Get(T& out) {
    if (left() < sizeof(T)) return false;
    std::memcpy(&out, bytes_.data() + at_, sizeof(T));
    at_ += sizeof(T);
    return true;
  }
  bool Text(std::string_view& out) {
    uint64_t size = 0;
    if (!Get(size) || size > left()) return false;
    out = bytes_.substr(at_, size);
    at_ += size;
    return true;
  }
  // Past a value of this type; arrays in arrays at most four deep.
  bool Skip(uint32_t type, int depth = 0) {
    if (type == kString) {
      std::string_view ignored;
      return Text(ignored);
    }
    if (type == kArray) {
      uint32_t inner = 0;
      uint64_t count = 0;
      return depth <= 4 && Get(inner) && Get(count) && SkipItems(inner, count, depth);
    }
    if (type >= std::size(kGgufSizes) || left() < kGgufSizes[type]) return false;
    at_ += kGgufSizes[type];
    return true;
  }
  // Past the items of an array.
  bool SkipItems(uint32_t type, uint64_t count, int depth = 0) {
    if (type >= std::size(kGgufSizes)) return false;
    if (kGgufSizes[type] > 0) {
      if (count > left() / kGgufSizes[type]) return false;
      at_ += count * kGgufSizes[type];
      return true;
    }
    for (uint64_t i = 0; i < count; ++i) {
      if (!Skip(type, depth + 1)) return false;
    }
    return true;
  }

  size_t at() const { return at_; }
  size_t left() const { return bytes_.size() - at_; }

 private:
  std::string_view bytes_;
  size_t at_ = 0;
};

}  // namespace heddle::vocab
