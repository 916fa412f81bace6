// Tree: a syntax tree over bytes (tree-sitter). The tree-sitter runtime recovers from errors, so a tree always exists;
// has_error() says whether the text conforms. A Parser is not thread-safe; a Tree refers to the text it was made from.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/result.h"

struct TSParser;
struct TSTree;

namespace heddle::syntax {

enum class Language { kBash, kPython, kJavaScript };

// A node is a small value: copy it. Valid as long as its Tree.
class Node {
 public:
  std::string_view type() const;  // the grammar's name of the node; anonymous tokens are their own text
  bool named() const;
  bool is_null() const;
  bool has_error() const;  // here or below
  uint32_t start() const;  // byte offsets into the parsed text
  uint32_t end() const;
  std::vector<Node> children() const;  // in order, anonymous ones too; linear in their number; of a null node: none
  Node field(std::string_view name) const;  // null node when absent

 private:
  friend class Tree;
  uint32_t context_[4] = {};
  const void* id_ = nullptr;
  const TSTree* tree_ = nullptr;
};

class Tree {
 public:
  explicit Tree(TSTree* tree) : tree_(tree) {}
  Node root() const;

 private:
  struct Free {
    void operator()(TSTree* tree) const;
  };
  std::unique_ptr<TSTree, Free> tree_;
};

class Parser {
 public:
  explicit Parser(Language language);
  // Errors: kTooLarge over 4 MB, kTimeout when the text takes longer than `limit_us`.
  Result<Tree> Parse(std::string_view text, uint64_t limit_us = 500'000);

 private:
  struct Free {
    void operator()(TSParser* parser) const;
  };
  std::unique_ptr<TSParser, Free> parser_;
};

}  // namespace heddle::syntax
