// Arcs: the derivatives of a state, as they are made (Arc) and as a pool keeps them (ArcList).
#pragma once

#include <cstddef>
#include <iterator>
#include <vector>

#include "grammar/expr.h"

namespace heddle::grammar {

// One step: every byte of the set leads to `target`. The arcs of a state have disjoint sets and live targets.
struct Arc {
  ByteSet bytes;
  Expr target = kNone;
};

// The arcs of a state as a pool keeps them: sets by number. Valid as long as the pool.
struct KeptArc {
  uint32_t set;
  Expr target;
};

class ArcList {
 public:
  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Arc;
    using difference_type = std::ptrdiff_t;
    using pointer = const Arc*;
    using reference = Arc;
    Iterator(const ArcList& list, size_t at) : list_(list), at_(at) {}
    Arc operator*() const { return list_[at_]; }
    Iterator& operator++() { return ++at_, *this; }
    bool operator==(const Iterator& other) const { return at_ == other.at_; }

   private:
    const ArcList& list_;
    size_t at_;
  };

  ArcList() = default;
  ArcList(const std::vector<ByteSet>& sets, KeptArc* arcs, size_t count) : sets_(&sets), arcs_(arcs), count_(count) {}
  Arc operator[](size_t i) const { return {(*sets_)[arcs_[i].set], arcs_[i].target}; }
  Expr target(size_t i) const { return arcs_[i].target; }
  bool Has(size_t i, uint8_t byte) const { return (*sets_)[arcs_[i].set].Has(byte); }
  size_t size() const { return count_; }
  bool empty() const { return count_ == 0; }
  Iterator begin() const { return {*this, 0}; }
  Iterator end() const { return {*this, count_}; }

 private:
  friend class ExprPool;
  const std::vector<ByteSet>* sets_ = nullptr;
  KeptArc* arcs_ = nullptr;
  size_t count_ = 0;
};

}  // namespace heddle::grammar
