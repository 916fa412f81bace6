// Trie: byte strings with items, as one flat array in depth-first order: a node is followed by its subtree, and `end`
// skips it. The items of a subtree are contiguous too. Immutable once built.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace heddle::vocab {

struct TrieNode {
  uint32_t end = 0;    // index after the last node of the subtree
  uint32_t items = 0;  // index of the node's first item; its last is before the next node's first
  uint8_t byte = 0;    // the byte that leads here from the parent
};

class Trie {
 public:
  // Node 0 is the root, its byte means nothing; one more node at the end closes the item ranges.
  static Trie Build(std::vector<std::pair<std::string_view, uint32_t>> entries);

  std::span<const TrieNode> nodes() const { return {nodes_.data(), nodes_.size() - 1}; }
  std::span<const uint32_t> ItemsAt(size_t node) const {
    return {items_.data() + nodes_[node].items, nodes_[node + 1].items - nodes_[node].items};
  }
  std::span<const uint32_t> ItemsBelow(size_t node) const {  // of the whole subtree
    return {items_.data() + nodes_[node].items, nodes_[nodes_[node].end].items - nodes_[node].items};
  }
  const TrieNode& operator[](size_t node) const { return nodes_[node]; }
  // The root's child for a byte; 0 when there is none.
  uint32_t Child(uint8_t byte) const { return first_[byte]; }
  uint32_t Child(uint32_t node, uint8_t byte) const {
    if (node == 0) return first_[byte];
    uint32_t child = node + 1;
    while (child < nodes_[node].end && nodes_[child].byte != byte) child = nodes_[child].end;
    return child < nodes_[node].end ? child : 0;
  }

 private:
  std::vector<TrieNode> nodes_;
  std::vector<uint32_t> items_;
  std::array<uint32_t, 256> first_{};
};

}  // namespace heddle::vocab
