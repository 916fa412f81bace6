#include "mask/signature.h"

#include <algorithm>
#include <array>
#include <bit>
#include <string_view>

namespace heddle::mask {
namespace {

constexpr int kDigitBit = 52, kSpaceBit = 53, kHighBit = 62, kOtherBit = 63;
constexpr std::string_view kOwnBit = "\"\\-_./:@";  // bits 54 to 61

constexpr std::array<uint8_t, 256> MakeBits() {
  std::array<uint8_t, 256> out{};
  for (size_t b = 0; b < 256; ++b) {
    if (b >= 'a' && b <= 'z')
      out[b] = static_cast<uint8_t>(b - 'a');
    else if (b >= 'A' && b <= 'Z')
      out[b] = static_cast<uint8_t>(26 + b - 'A');
    else if (b >= '0' && b <= '9')
      out[b] = kDigitBit;
    else
      out[b] = b == ' ' ? kSpaceBit : b >= 0x80 ? kHighBit : kOtherBit;
  }
  for (size_t i = 0; i < kOwnBit.size(); ++i) out[static_cast<uint8_t>(kOwnBit[i])] = static_cast<uint8_t>(54 + i);
  return out;
}
constexpr auto kBits = MakeBits();
constexpr uint64_t kHigh = uint64_t{1} << kHighBit;

// Valid UTF-8 from the first byte on; the last character may be unfinished.
bool IsUtf8Begin(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const auto lead = static_cast<uint8_t>(text[i]);
    if (lead < 0x80) {
      ++i;
      continue;
    }
    const size_t length = lead >= 0xC2 && lead <= 0xDF   ? 2
                          : lead >= 0xE0 && lead <= 0xEF ? 3
                          : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                         : 0;
    if (length == 0) return false;
    for (size_t k = 1; k < length && i + k < text.size(); ++k) {
      const auto c = static_cast<uint8_t>(text[i + k]);
      uint8_t least = 0x80, most = 0xBF;
      if (k == 1 && lead == 0xE0) least = 0xA0;
      if (k == 1 && lead == 0xED) most = 0x9F;
      if (k == 1 && lead == 0xF0) least = 0x90;
      if (k == 1 && lead == 0xF4) most = 0x8F;
      if (c < least || c > most) return false;
    }
    i += length;
  }
  return true;
}

}  // namespace

uint64_t Signatures::BitOf(uint8_t byte) { return uint64_t{1} << kBits[byte]; }

uint64_t Signatures::Of(const grammar::ByteSet& bytes) {
  uint64_t out = 0;
  bytes.Each([&](uint8_t b) { out |= BitOf(b); });
  return out;
}

Signatures::Signatures(const vocab::Vocabulary& vocabulary)
    : vocabulary_(vocabulary), tokens_(vocabulary.size()), invalid_(vocabulary.size()) {
  for (vocab::Token token = 0; token < vocabulary.size(); ++token) {
    if (vocabulary.special(token)) {
      tokens_[token] = ~uint64_t{0}, invalid_[token] = true;
      continue;
    }
    for (const char c : vocabulary.bytes(token)) tokens_[token] |= BitOf(static_cast<uint8_t>(c));
    if (vocabulary.bytes(token).empty()) {
      tokens_[token] = ~uint64_t{0}, invalid_[token] = true;
      continue;
    }
    if ((tokens_[token] & kHigh) != 0) invalid_[token] = !IsUtf8Begin(vocabulary.bytes(token));
  }
  const auto nodes = vocabulary.trie().nodes();
  below_.resize(nodes.size());
  long_below_.resize(nodes.size());
  std::vector<uint32_t> open;
  const auto close = [&](uint32_t at) {
    while (!open.empty() && at >= nodes[open.back()].end) {
      const uint32_t child = open.back();
      open.pop_back();
      if (!open.empty()) below_[open.back()] |= below_[child] | BitOf(nodes[child].byte);
    }
  };
  for (uint32_t at = 0; at < nodes.size(); ++at) {
    close(at);
    open.push_back(at);
    if (open.size() - 1 <= kLong || vocabulary.trie().ItemsAt(at).empty()) continue;
    for (size_t up = open.size() - 1; up > 0 && !long_below_[open[up - 1]]; --up) long_below_[open[up - 1]] = true;
  }
  close(static_cast<uint32_t>(nodes.size()));
}

Words Signatures::Inside(const grammar::ByteSet& ascii, bool high) const {
  uint64_t full = high ? kHigh : 0, some = 0;
  std::array<int, 64> all{}, in{};
  for (size_t b = 0; b < 0x80; ++b) {
    ++all[kBits[b]];
    if (ascii.Has(static_cast<uint8_t>(b))) ++in[kBits[b]];
  }
  for (size_t i = 0; i < 64; ++i) {
    if (i == kHighBit || in[i] == 0) continue;
    (in[i] == all[i] ? full : some) |= uint64_t{1} << i;
  }
  Words out((tokens_.size() + 31) / 32);
  for (size_t word = 0; word < out.size(); ++word) {
    uint32_t bits = 0;
    const size_t end = std::min<size_t>(32, tokens_.size() - word * 32);
    for (size_t i = 0; i < end; ++i) bits |= static_cast<uint32_t>((tokens_[word * 32 + i] & ~(full | some)) == 0) << i;
    out[word] = bits;
    for (uint32_t left = some != 0 || high ? bits : 0; left != 0; left &= left - 1) {
      const auto token = static_cast<vocab::Token>(word * 32 + static_cast<size_t>(std::countr_zero(left)));
      bool keep = !invalid_[token];
      if (keep && (tokens_[token] & some) != 0) {
        for (const char c : vocabulary_.bytes(token))
          keep &= static_cast<uint8_t>(c) >= 0x80 || ascii.Has(static_cast<uint8_t>(c));
      }
      if (!keep) out[word] &= ~(1U << (token & 31));
    }
  }
  return out;
}

}  // namespace heddle::mask
