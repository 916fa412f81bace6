// Unions and intersections: what is plainly simpler is written the simpler way.
#include <algorithm>

#include "base/text.h"
#include "grammar/expr_pool.h"

namespace heddle::grammar {
namespace {

constexpr int kDeepestMerge = 500;  // of alternatives inside alternatives

// The parts, and those of parts of the same kind, sorted and once each; `neutral` left out.
std::vector<Expr> Flat(const ExprPool& pool, Kind kind, std::span<const Expr> parts, Expr neutral) {
  std::vector<Expr> out;
  for (const Expr part : parts) {
    if (part == neutral) continue;
    if (pool.kind(part) == kind) {
      const auto inner = pool.parts(part);
      out.insert(out.end(), inner.begin(), inner.end());
    } else {
      out.push_back(part);
    }
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

bool Has(const std::vector<Expr>& sorted, Expr e) { return std::binary_search(sorted.begin(), sorted.end(), e); }

}  // namespace

Expr ExprPool::Or(Expr a, Expr b) {
  if (a == b || b == kNone) return a;
  if (a == kNone) return b;
  const Expr parts[] = {a, b};
  return Or(parts);
}

Expr ExprPool::Or(std::span<const Expr> parts) {
  std::vector<Expr> flat = Flat(*this, Kind::kOr, parts, kNone);
  if (!meter_.Spend(flat.size() + 1)) return kNone;
  if (Has(flat, kAll)) return kAll;
  if (merging_ > kDeepestMerge) return OrOf(std::move(flat));
  // Within one call the same alternatives may come up again and again, in ever larger unions.
  if (merging_ > 0) {
    if (const auto known = merged_.find(flat); known != merged_.end()) return known->second;
  }
  const std::vector<Expr> asked = merging_ > 0 ? flat : std::vector<Expr>();
  ++merging_;
  const Expr out = OrOf(Merged(std::move(flat)));
  if (--merging_ == 0) return merged_.clear(), out;
  return merged_[asked] = out;
}

// Alternatives with one head share it: x y | x z is x (y | z). This keeps the stacks of ambiguous grammars shared.
std::vector<Expr> ExprPool::Merged(std::vector<Expr> flat) {
  std::vector<std::pair<Expr, Expr>> heads;
  for (const Expr e : flat) {
    if (nodes_[e].kind == Kind::kSeq) heads.emplace_back(nodes_[e].a, e);
  }
  std::sort(heads.begin(), heads.end());
  bool merged = false;
  for (size_t i = 0; i < heads.size();) {
    size_t end = i + 1;
    while (end < heads.size() && heads[end].first == heads[i].first) ++end;
    if (end - i > 1) {
      std::vector<Expr> tails;
      for (size_t k = i; k < end; ++k) {
        if (!meter_.Spend(1 + flat.size() / 64)) return flat;
        tails.push_back(nodes_[heads[k].second].b);
        flat.erase(std::lower_bound(flat.begin(), flat.end(), heads[k].second));
      }
      const Expr shared = Seq(heads[i].first, Or(tails));
      flat.insert(std::lower_bound(flat.begin(), flat.end(), shared), shared);
      merged = true;
    }
    i = end;
  }
  if (merged) flat.erase(std::unique(flat.begin(), flat.end()), flat.end());
  return flat;
}

Expr ExprPool::OrOf(std::vector<Expr> flat) {
  if (flat.empty()) return kNone;
  if (flat.size() == 1) return flat[0];
  if (flat.size() > limits_.max_alternatives) {
    meter_.Fail(Cat({"more than ", std::to_string(limits_.max_alternatives),
                     " alternatives in one state: the grammar is too ambiguous"}));
    return kNone;
  }
  return InternList(Kind::kOr, flat);
}

Expr ExprPool::And(Expr a, Expr b) {
  const Expr parts[] = {a, b};
  return And(parts);
}

Expr ExprPool::And(std::span<const Expr> parts) {
  std::vector<Expr> flat = Flat(*this, Kind::kAnd, parts, kAll);
  if (!meter_.Spend(flat.size() + 1)) return kNone;
  if (Has(flat, kNone)) return kNone;
  if (flat.empty()) return kAll;
  if (Has(flat, kEps)) {
    for (const Expr e : flat) {
      if (!nodes_[e].nullable) return kNone;
    }
    return kEps;
  }
  if (flat.size() == 1) return flat[0];
  if (flat.size() == 2) {
    if (const Expr both = BothRuns(flat[0], flat[1]); both != kAll) return both;
  }
  for (const Expr e : flat) {
    if (nodes_[e].kind == Kind::kNot && std::binary_search(flat.begin(), flat.end(), nodes_[e].a)) return kNone;
  }
  return InternList(Kind::kAnd, flat);
}

// Two runs of characters, both at once: a run of the common characters. kAll: they are not two such runs.
Expr ExprPool::BothRuns(Expr a, Expr b) {
  if (nodes_[a].kind != Kind::kRepeat || nodes_[b].kind != Kind::kRepeat) return kAll;
  Spelling one, two;
  const CharSet *x = char_set(nodes_[a].a, one), *y = char_set(nodes_[b].a, two);
  if (x == nullptr || y == nullptr || one != two) return kAll;
  const uint32_t min = std::max(nodes_[a].b, nodes_[b].b), max = std::min(nodes_[a].c, nodes_[b].c);
  if (min > max) return kNone;
  const CharSet common = *x == CharSet::All() ? *y : *y == CharSet::All() ? *x : *x & *y;
  return Repeat(Char(common, one), min, max);
}

}  // namespace heddle::grammar
