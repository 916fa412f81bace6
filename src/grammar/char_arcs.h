// CharArcs: the derivatives of one character of a set, inside its spelling: UTF-8 (RFC 3629), or a JSON string's UTF-8,
// short escapes, \uXXXX and surrogate pairs (RFC 8259, section 7; lone surrogates are no characters).
#pragma once

#include <vector>

#include "grammar/expr_pool.h"

namespace heddle::grammar {

class CharArcs {
 public:
  CharArcs(ExprPool& pool, uint32_t set, uint32_t stage, uint32_t value)
      : pool_(pool), set_id_(set), stage_(stage), value_(value) {}

  void Derive(std::vector<Arc>& out);

 private:
  void Start(std::vector<Arc>& out, bool json);
  void Continue(std::vector<Arc>& out);
  void Escape(std::vector<Arc>& out);
  void Hex(std::vector<Arc>& out);
  Expr Utf8(uint32_t prefix, uint32_t left, uint32_t first_valid);
  Expr HexNode(uint32_t prefix, uint32_t left, uint32_t high);
  const CharSet& set() const { return pool_.char_sets_[set_id_]; }
  void Add(std::vector<Arc>& out, uint8_t byte, Expr target);

  ExprPool& pool_;
  uint32_t set_id_, stage_, value_;
};

}  // namespace heddle::grammar
