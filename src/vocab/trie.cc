#include "vocab/trie.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace heddle::vocab {
namespace {

struct Keyed {
  uint64_t head;  // the first eight bytes, big end first: most comparisons end here
  uint32_t entry;
};

uint64_t Head(std::string_view text) {
  uint64_t out = 0;
  std::memcpy(&out, text.data(), std::min<size_t>(8, text.size()));
  return std::endian::native == std::endian::little ? __builtin_bswap64(out) : out;
}

}  // namespace

Trie Trie::Build(std::vector<std::pair<std::string_view, uint32_t>> entries) {
  std::vector<Keyed> order(entries.size());
  for (size_t i = 0; i < entries.size(); ++i) order[i] = {Head(entries[i].first), static_cast<uint32_t>(i)};
  std::sort(order.begin(), order.end(), [&](const Keyed& a, const Keyed& b) {
    if (a.head != b.head) return a.head < b.head;
    const auto &x = entries[a.entry], &y = entries[b.entry];
    return x.first != y.first ? x.first < y.first : x.second < y.second;
  });

  Trie out;
  out.nodes_.reserve(entries.size() * 3 / 2 + 2);
  out.items_.reserve(entries.size());
  out.nodes_.push_back({});
  std::vector<uint32_t> path{0};  // nodes from the root to the last one made
  std::string_view last;
  for (const Keyed& key : order) {
    const auto& [bytes, item] = entries[key.entry];
    size_t common = 0;
    while (common < bytes.size() && common < last.size() && bytes[common] == last[common]) ++common;
    for (; path.size() > common + 1; path.pop_back())
      out.nodes_[path.back()].end = static_cast<uint32_t>(out.nodes_.size());
    for (size_t i = common; i < bytes.size(); ++i) {
      const auto id = static_cast<uint32_t>(out.nodes_.size());
      if (i == 0) out.first_[static_cast<uint8_t>(bytes[0])] = id;
      out.nodes_.push_back({.items = static_cast<uint32_t>(out.items_.size()), .byte = static_cast<uint8_t>(bytes[i])});
      path.push_back(id);
    }
    out.items_.push_back(item);
    last = bytes;
  }
  for (; !path.empty(); path.pop_back()) out.nodes_[path.back()].end = static_cast<uint32_t>(out.nodes_.size());
  out.nodes_.push_back(
      {.end = static_cast<uint32_t>(out.nodes_.size() + 1), .items = static_cast<uint32_t>(out.items_.size())});
  return out;
}

}  // namespace heddle::vocab
