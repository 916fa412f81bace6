// ByteSet: a set of the 256 byte values, as four words.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace heddle::grammar {

class ByteSet {
 public:
  constexpr ByteSet() = default;
  static constexpr ByteSet Of(uint8_t byte) {
    ByteSet out;
    out.Add(byte);
    return out;
  }
  static constexpr ByteSet Range(uint8_t first, uint8_t last) {  // both included
    ByteSet out;
    for (int b = first; b <= last; ++b) out.Add(static_cast<uint8_t>(b));
    return out;
  }
  static constexpr ByteSet All() {
    ByteSet out;
    for (auto& word : out.words_) word = ~uint64_t{0};
    return out;
  }

  constexpr void Add(uint8_t byte) { words_[byte >> 6] |= uint64_t{1} << (byte & 63); }
  constexpr bool Has(uint8_t byte) const { return (words_[byte >> 6] >> (byte & 63)) & 1; }
  constexpr bool Empty() const { return (words_[0] | words_[1] | words_[2] | words_[3]) == 0; }
  constexpr int Count() const {
    int out = 0;
    for (const uint64_t word : words_) out += std::popcount(word);
    return out;
  }
  // The only member; 256 when there are none or several. Much cheaper than counting.
  constexpr int Only() const {
    const int first = First();
    if (first == 256) return 256;
    ByteSet one;
    one.Add(static_cast<uint8_t>(first));
    return one == *this ? first : 256;
  }
  // The smallest member; 256 when empty.
  constexpr int First() const {
    for (int i = 0; i < 4; ++i) {
      if (words_[static_cast<size_t>(i)] != 0) return i * 64 + std::countr_zero(words_[static_cast<size_t>(i)]);
    }
    return 256;
  }
  template <typename F>
  constexpr void Each(F&& f) const {
    for (size_t i = 0; i < 4; ++i) {
      for (uint64_t word = words_[i]; word != 0; word &= word - 1)
        f(static_cast<uint8_t>(i * 64 + static_cast<size_t>(std::countr_zero(word))));
    }
  }
  constexpr bool Intersects(const ByteSet& other) const { return !(*this & other).Empty(); }
  constexpr bool Includes(const ByteSet& other) const { return (other & ~*this).Empty(); }

  constexpr ByteSet operator|(const ByteSet& o) const {
    return Map(o, [](uint64_t a, uint64_t b) { return a | b; });
  }
  constexpr ByteSet operator&(const ByteSet& o) const {
    return Map(o, [](uint64_t a, uint64_t b) { return a & b; });
  }
  constexpr ByteSet operator~() const {
    return Map(*this, [](uint64_t a, uint64_t) { return ~a; });
  }
  constexpr ByteSet& operator|=(const ByteSet& o) { return *this = *this | o; }
  constexpr bool operator==(const ByteSet&) const = default;
  constexpr uint64_t word(size_t i) const { return words_[i]; }

 private:
  template <typename F>
  constexpr ByteSet Map(const ByteSet& other, F f) const {
    ByteSet out;
    for (size_t i = 0; i < 4; ++i) out.words_[i] = f(words_[i], other.words_[i]);
    return out;
  }
  std::array<uint64_t, 4> words_{};
};

}  // namespace heddle::grammar
