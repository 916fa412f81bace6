// The masks of heads that are runs of units: by the units' class.
#include <algorithm>

#include "mask/engine.h"

namespace heddle::mask {

using grammar::kEps;
using grammar::Kind;
using grammar::kNone;
using vocab::Trie;

bool Space::AsRun(Expr state, Run& run) const {
  Expr head = state;
  run.after = kEps;
  if (pool.kind(state) == Kind::kSeq) head = pool.first(state), run.after = pool.rest(state);
  if (pool.kind(head) != Kind::kRepeat) return false;
  run.unit = pool.first(head), run.min = pool.min(head), run.max = pool.max(head);
  return pool.kind(run.unit) == Kind::kChar || pool.kind(run.unit) == Kind::kBytes;
}

// Whether `after` can begin with a whole unit: then where a run ends is not plain, and the class does not help.
bool Space::Overlap(Expr unit, Expr after, int depth) {
  if (unit == kEps) return after != kNone;
  if (unit == kNone || after == kNone || after == kEps) return false;
  if (depth > 12) return true;
  std::vector<std::pair<Expr, Expr>> next;
  const auto bytes = pool.FirstBytes(after);
  for (const auto& a : pool.Arcs(unit)) {
    const auto common = a.bytes & bytes;
    if (common.Empty()) continue;
    for (const auto& b : pool.Arcs(after)) {
      if (common.Intersects(b.bytes)) next.emplace_back(a.target, b.target);
    }
  }
  for (const auto& [a, b] : next) {
    if (Overlap(a, b, depth + 1)) return true;
  }
  return false;
}

bool Space::RunHead(Expr head, Draft& out) {
  Run run;
  if (!AsRun(head, run) || Overlap(run.unit, run.after)) return false;
  auto& slot = units_[run.unit];
  if (slot == nullptr) slot = engine_->UnitsOf(pool, run.unit);
  if (slot == nullptr) return false;
  UnitClass& units = *slot;
  const auto bytes = pool.FirstBytes(run.after);
  const bool open = pool.nullable(run.after);
  // Where an unfinished unit may be the begin of what follows, counts do not tell which tokens fit.
  if (run.max <= units.most() && (open || pool.FirstBytes(run.unit).Intersects(bytes))) return false;
  out.base = units.Inner(run.max);
  const Trie& trie = engine_->vocabulary().trie();
  bytes.Each([&](uint8_t byte) {
    const Expr after = pool.Next(run.after, byte);
    if (run.min == 0) {
      if (const uint32_t child = trie.Child(byte); child != 0) {
        Found found;
        for (const uint32_t token : trie.ItemsAt(child)) found.items.push_back(token);
        if (pool.nullable(after)) found.left.push_back(child);
        WalkBelow(trie, child, after, found);
        out.added.insert(out.added.end(), found.items.begin(), found.items.end());
        for (const uint32_t node : found.left) out.pending.push_back({.trie = &trie, .node = node});
      }
    }
    const Trie& rests = units.Rests(byte);
    Found found;
    Walk(rests, run.after, found);
    Filter(units, run.min, run.max, found.items, out.added);
    for (const uint32_t node : found.left) out.pending.push_back({&rests, node, &units, run.min, run.max});
  });
  if (open) {
    out.pending.push_back({nullptr, 0, &units, run.min, run.max});
    out.open_unit = run.unit;
  }
  return true;
}

}  // namespace heddle::mask
