// The masks of heads: runs of units by their class, loops by the bytes that tokens are made of.
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

bool Space::RunHead(Expr head, HeadMask& out) {
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
  out.mask.base = units.Inner(run.max);
  const Trie& trie = engine_->vocabulary().trie();
  bytes.Each([&](uint8_t byte) {
    const Expr after = pool.Next(run.after, byte);
    if (run.min == 0) {
      if (const uint32_t child = trie.Child(byte); child != 0) {
        Found found;
        for (const uint32_t token : trie.ItemsAt(child)) found.items.push_back(token);
        if (pool.nullable(after)) found.left.push_back(child);
        WalkBelow(trie, child, after, found);
        out.mask.added.insert(out.mask.added.end(), found.items.begin(), found.items.end());
        for (const uint32_t node : found.left) out.pending.push_back({.trie = &trie, .node = node});
      }
    }
    const Trie& rests = units.Rests(byte);
    Found found;
    Walk(rests, run.after, found);
    Filter(units, run.min, run.max, found.items, out.mask.added);
    for (const uint32_t node : found.left) out.pending.push_back({&rests, node, &units, run.min, run.max});
  });
  if (open) {
    out.pending.push_back({nullptr, 0, &units, run.min, run.max});
    out.open_unit = run.unit;
  }
  return true;
}

// Whether every character beyond ASCII leads from a state back to it.
bool Space::LoopsOnHigh(Expr state) {
  const Expr any = pool.Char(grammar::CharSet::Of({{0x80, 0x10FFFF}}), grammar::Spelling::kUtf8);
  std::vector<std::pair<Expr, Expr>> open{{any, state}};
  for (size_t i = 0; i < open.size(); ++i) {
    if (open.size() > 64) return false;
    const auto [unit, at] = open[i];
    for (const auto& step : pool.Arcs(unit)) {
      grammar::ByteSet left = step.bytes;
      for (const auto& arc : pool.Arcs(at)) {
        if (!arc.bytes.Intersects(step.bytes)) continue;
        left = left & ~arc.bytes;
        if (step.target == kEps && arc.target != state) return false;
        const std::pair<Expr, Expr> next{step.target, arc.target};
        if (step.target != kEps && std::find(open.begin(), open.end(), next) == open.end()) open.push_back(next);
      }
      if (!left.Empty()) return false;
    }
  }
  return true;
}

// A head that most bytes leave as it is (but for a count): the tokens of such bytes by signature, the others by a walk
// that goes only where a byte occurs that makes a difference.
bool Space::LoopHead(Expr head, HeadMask& out) {
  grammar::ByteSet ascii;
  bool high = false, json = false;
  uint32_t limit = grammar::kNoLimit;
  Run run;
  const grammar::ByteSet first = pool.FirstBytes(head);
  if (AsRun(head, run) && !Overlap(run.unit, run.after)) {
    for (const auto& arc : pool.Arcs(run.unit)) {
      if (arc.target == kEps) ascii |= arc.bytes;
    }
    grammar::Spelling spelling;
    const auto* set = pool.char_set(run.unit, spelling);
    high = set != nullptr && set->Covers(0x80, 0xD7FF) && set->Covers(0xE000, 0x10FFFF);
    json = set != nullptr && spelling != grammar::Spelling::kUtf8;
    limit = run.max;
  } else {
    for (const auto& arc : pool.Arcs(head)) {
      if (arc.target == head) ascii |= arc.bytes;
    }
    high = LoopsOnHigh(head);
  }
  ascii = ascii & grammar::ByteSet::Range(0, 0x7F);
  if (ascii.Count() < 16) return false;
  const grammar::ByteSet loops = high ? ascii | grammar::ByteSet::Range(0x80, 0xFF) : ascii;
  grammar::ByteSet leaving = (first | pool.FirstBytes(run.after)) & ~loops;
  if (limit == grammar::kNoLimit && run.after == kEps) leaving = ~loops;
  out.mask.base = engine_->Inside(ascii, high, limit, json);
  const uint64_t turn = Signatures::Of(leaving);

  const Signatures& signatures = engine_->signatures();
  const Trie& trie = engine_->vocabulary().trie();
  const auto nodes = trie.nodes();
  struct Level {
    Expr state;
    uint32_t end;
    bool inside;  // all bytes so far loop
  };
  std::vector<Level> levels{{head, nodes[0].end, true}};
  const bool open = pool.nullable(head);
  for (uint32_t at = 1; at < nodes.size();) {
    while (at >= levels.back().end) levels.pop_back();
    const uint8_t byte = nodes[at].byte;
    const bool inside = levels.back().inside && loops.Has(byte);
    // Below here nothing leaves the loop: what there is, the signatures have told.
    if (inside && !open && (signatures.below(at) & turn) == 0) {
      at = nodes[at].end;
      continue;
    }
    const Expr next = pool.Next(levels.back().state, byte);
    if (next == kNone) {
      at = nodes[at].end;
      continue;
    }
    if (!inside) {
      const auto here = trie.ItemsAt(at);
      out.mask.added.insert(out.mask.added.end(), here.begin(), here.end());
    }
    if (nodes[at].end > at + 1) {
      if (pool.nullable(next)) out.pending.push_back({.trie = &trie, .node = at});
      levels.push_back({next, nodes[at].end, inside});
    }
    ++at;
  }
  return true;
}

}  // namespace heddle::mask
