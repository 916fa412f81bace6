#include "mask/signature.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.h"
#include "grammar/char_set.h"

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

// ECMA-262's spaces beyond ASCII, in UTF-8.
const std::vector<std::string>& Separators() {
  static const std::vector<std::string> all = [] {
    std::vector<std::string> out;
    const grammar::CharSet spaces = grammar::EcmaSpace();
    for (const grammar::CharRange& range : spaces.ranges()) {
      for (uint32_t c = std::max(range.first, 0x80U); c <= range.last; ++c) AppendUtf8(out.emplace_back(), c);
    }
    return out;
  }();
  return all;
}

struct Utf8 {
  bool valid = true;       // from the first byte on; the last character may be unfinished
  bool separator = false;  // has a separator beyond ASCII, or the begin of one at its end
};

Utf8 LookAt(std::string_view text) {
  Utf8 out;
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
    out.valid &= length != 0;
    for (size_t k = 1; out.valid && k < length && i + k < text.size(); ++k) {
      const auto c = static_cast<uint8_t>(text[i + k]);
      uint8_t least = 0x80, most = 0xBF;
      if (k == 1 && lead == 0xE0) least = 0xA0;
      if (k == 1 && lead == 0xED) most = 0x9F;
      if (k == 1 && lead == 0xF0) least = 0x90;
      if (k == 1 && lead == 0xF4) most = 0x8F;
      out.valid &= c >= least && c <= most;
    }
    if (!out.valid) return out;
    const std::string_view character = text.substr(i, length);
    constexpr std::string_view kLeads = "\xC2\xE1\xE2\xE3\xEF";
    if (kLeads.find(text[i]) == kLeads.npos) {
      i += length;
      continue;
    }
    out.separator |= std::any_of(Separators().begin(), Separators().end(),
                                 [&](std::string_view each) { return each.starts_with(character); });
    i += length;
  }
  return out;
}

}  // namespace

uint64_t Signatures::BitOf(uint8_t byte) { return uint64_t{1} << kBits[byte]; }

uint64_t Signatures::Of(const grammar::ByteSet& bytes) {
  uint64_t out = 0;
  bytes.Each([&](uint8_t b) { out |= BitOf(b); });
  return out;
}

Signatures::Signatures(const vocab::Vocabulary& vocabulary)
    : beyond_((vocabulary.size() + 31) / 32),
      apart_(beyond_.size(), ~uint32_t{0}),
      tokens_(beyond_.size() * 32),
      separated_(vocabulary.size()) {
  for (vocab::Token token = 0; token < vocabulary.size(); ++token) {
    const auto bytes = vocabulary.bytes(token);
    if (vocabulary.special(token) || bytes.empty()) continue;
    const uint32_t bit = 1U << (token & 31);
    grammar::ByteSet set;
    for (const char c : bytes) set.Add(static_cast<uint8_t>(c));
    tokens_[token] = {set.word(0), set.word(1)};
    if ((set.word(2) | set.word(3)) != 0) {
      beyond_[token >> 5] |= bit;
      const Utf8 text = LookAt(bytes);
      separated_[token] = text.separator;
      if (!text.valid || text.separator) continue;
    }
    apart_[token >> 5] &= ~bit;
  }
  const vocab::Trie& trie = vocabulary.trie();
  const auto nodes = trie.nodes();
  below_.resize(nodes.size());
  odd_.resize(nodes.size());
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
    const auto here = trie.ItemsAt(at);
    uint8_t odd = !here.empty() && open.size() - 1 > kLong ? kTooLong : 0;
    if (std::any_of(here.begin(), here.end(), [&](vocab::Token token) { return separated_[token]; })) odd |= kSeparated;
    for (size_t up = open.size(); up > 0 && (odd_[open[up - 1]] & odd) != odd; --up) odd_[open[up - 1]] |= odd;
  }
  close(static_cast<uint32_t>(nodes.size()));
}

Words Signatures::Inside(const grammar::ByteSet& ascii, bool high) const {
  const uint64_t low = ~ascii.word(0), up = ~ascii.word(1);  // what a token may not have
  Words out(beyond_.size());
  for (size_t word = 0; word < out.size(); ++word) {
    uint32_t bits = 0;
    const Bytes* const tokens = tokens_.data() + word * 32;
    for (size_t i = 0; i < 32; ++i)
      bits |= static_cast<uint32_t>(((tokens[i].low & low) | (tokens[i].up & up)) == 0) << i;
    out[word] = bits & ~(high ? apart_[word] : apart_[word] | beyond_[word]);
  }
  return out;
}

}  // namespace heddle::mask
