// Masks of states. A state that is a run of units takes its class's mask and looks at the rests; one from which most bytes
// lead into such a run differs from that run's mask along a few paths only; every other state is walked with the trie.
#include <algorithm>

#include "mask/engine.h"

namespace heddle::mask {

using grammar::Kind;
using vocab::Trie;

const Mask& Space::MaskOf(Expr state) {
  if (state < known_.size() && known_[state] != 0) return *masks_[known_[state] - 1];
  return Compute(state, 0);
}

bool Space::AsRun(Expr state, Run& run) const {
  Expr head = state;
  run.after = grammar::kEps;
  if (pool.kind(state) == Kind::kSeq) head = pool.first(state), run.after = pool.rest(state);
  if (pool.kind(head) != Kind::kRepeat) return false;
  run.unit = pool.first(head), run.min = pool.min(head), run.max = pool.max(head);
  return pool.kind(run.unit) == Kind::kChar || pool.kind(run.unit) == Kind::kBytes;
}

// Whether `after` can begin with a whole unit: then where a run ends is not plain, and the class does not help.
bool Space::Overlap(Expr unit, Expr after) {
  if (unit == grammar::kEps) return after != grammar::kNone;
  if (unit == grammar::kNone || after == grammar::kNone) return false;
  std::vector<std::pair<Expr, Expr>> next;
  for (const auto& a : pool.Arcs(unit)) {
    for (const auto& b : pool.Arcs(after)) {
      if (a.bytes.Intersects(b.bytes)) next.emplace_back(a.target, b.target);
    }
  }
  for (const auto& [a, b] : next) {
    if (Overlap(a, b)) return true;
  }
  return false;
}

const Mask& Space::Compute(Expr state, int depth) {
  Mask mask;
  Run run;
  bool done = false;
  if (AsRun(state, run) && !Overlap(run.unit, run.after)) {
    auto& units = units_[run.unit];
    if (units == nullptr) units = engine_->UnitsOf(pool, run.unit, pool.FirstBytes(run.unit).Count() > 12);
    // Where an unfinished unit may be the begin of what follows, counts do not tell which tokens fit.
    const bool counted = units != nullptr && run.max <= units->most();
    const bool shared = counted && pool.FirstBytes(run.unit).Intersects(pool.FirstBytes(run.after));
    if (units != nullptr && !shared) MaskOfRun(run, *units, mask), done = true;
  }
  if (!done) done = MaskByDifference(state, depth, mask);
  if (!done) Walk(engine_->vocabulary().trie(), state, mask.added);
  if (pool.nullable(state)) {
    for (const Token end : engine_->vocabulary().ends()) mask.added.push_back(end);
  }
  mask.added.shrink_to_fit();
  if (state >= known_.size()) known_.resize(std::max<size_t>(state + 1, known_.size() * 3 / 2));
  if (mask.added.size() > engine_->words() && mask.base == nullptr) {  // a list would be larger than the bits
    Words words(engine_->words());
    for (const Token token : mask.added) words[token >> 5] |= 1U << (token & 31);
    mask.base = std::make_shared<const Words>(std::move(words));
    mask.added = {};
    mask_bytes_ += engine_->words() * 4;
  }
  mask_bytes_ += sizeof(Mask) + (mask.added.size() + mask.removed.size()) * 4;
  masks_.push_back(std::make_unique<Mask>(std::move(mask)));
  known_[state] = static_cast<uint32_t>(masks_.size());
  return *masks_.back();
}

void Space::MaskOfRun(const Run& run, UnitClass& units, Mask& out) {
  out.base = units.Inner(run.max);
  const Trie& trie = engine_->vocabulary().trie();
  const auto bytes = pool.FirstBytes(run.after);
  std::vector<uint32_t> items;
  bytes.Each([&](uint8_t byte) {
    const Expr after = pool.Next(run.after, byte);
    if (run.min == 0) {
      if (const uint32_t child = trie.Child(byte); child != 0) {
        for (const uint32_t token : trie.ItemsAt(child)) out.added.push_back(token);
        WalkFrom(trie, child + 1, trie[child].end, after, out.added);
      }
    }
    const Trie& rests = units.Rests(byte);
    items.clear();
    Walk(rests, run.after, items);
    for (const uint32_t item : items) {
      const UnitClass::Rest& rest = units.rest(item);
      if (rest.units >= run.min && rest.units <= run.max) out.added.push_back(rest.token);
    }
  });
}

// The mask of a state as that of the run most of its bytes lead into, corrected where the two differ.
bool Space::MaskByDifference(Expr state, int depth, Mask& out) {
  if (depth > 4) return false;
  Expr to = grammar::kNone;
  int most = 0, all = 0;
  for (const auto& arc : pool.Arcs(state)) {
    const int count = arc.bytes.Count();
    all += count;
    if (count > most) most = count, to = arc.target;
  }
  Run run;
  if (to == state || all < 24 || most * 2 < all || !AsRun(to, run)) return false;
  const Mask like = known_.size() > to && known_[to] != 0 ? *masks_[known_[to] - 1] : Compute(to, depth + 1);
  out = like;
  std::vector<Token> removed;
  const Trie& trie = engine_->vocabulary().trie();
  Differ(trie, 0, state, to, out.added, removed);
  if (pool.nullable(to)) removed.insert(removed.end(), engine_->vocabulary().ends().begin(), engine_->vocabulary().ends().end());
  std::sort(removed.begin(), removed.end());
  std::erase_if(out.added, [&](Token token) { return std::binary_search(removed.begin(), removed.end(), token); });
  out.removed.insert(out.removed.end(), removed.begin(), removed.end());
  return true;
}

// The bytes after which two states differ.
grammar::ByteSet Space::Differing(Expr a, Expr b) {
  grammar::ByteSet all, same;
  for (const auto& x : pool.Arcs(a)) all |= x.bytes;
  for (const auto& y : pool.Arcs(b)) {
    all |= y.bytes;
    for (const auto& x : pool.Arcs(a)) {
      if (x.target == y.target) same |= x.bytes & y.bytes;
    }
  }
  return all & ~same;
}

// Below `node`, reached in two states: the tokens that only the first, or only the second, allows.
void Space::Differ(const Trie& trie, uint32_t node, Expr ours, Expr theirs, std::vector<Token>& added, std::vector<Token>& removed) {
  const auto nodes = trie.nodes();
  if (nodes[node].end == node + 1) return;
  if (ours == grammar::kNone) return WalkFrom(trie, node + 1, nodes[node].end, theirs, removed);
  if (theirs == grammar::kNone) return WalkFrom(trie, node + 1, nodes[node].end, ours, added);
  const grammar::ByteSet bytes = Differing(ours, theirs);
  const auto visit = [&](uint32_t child) {
    const Expr a = pool.Next(ours, nodes[child].byte), b = pool.Next(theirs, nodes[child].byte);
    const auto here = trie.ItemsAt(child);
    if (b == grammar::kNone) added.insert(added.end(), here.begin(), here.end());
    if (a == grammar::kNone) removed.insert(removed.end(), here.begin(), here.end());
    Differ(trie, child, a, b, added, removed);
  };
  if (node == 0) {
    bytes.Each([&](uint8_t byte) {
      if (trie.Child(byte) != 0) visit(trie.Child(byte));
    });
    return;
  }
  for (uint32_t child = node + 1; child < nodes[node].end; child = nodes[child].end) {
    if (bytes.Has(nodes[child].byte)) visit(child);
  }
}

void Space::Walk(const Trie& trie, Expr state, std::vector<uint32_t>& items) {
  pool.FirstBytes(state).Each([&](uint8_t byte) {
    const uint32_t child = trie.Child(byte);
    if (child == 0) return;
    const auto here = trie.ItemsAt(child);
    items.insert(items.end(), here.begin(), here.end());
    WalkFrom(trie, child + 1, trie[child].end, pool.Next(state, byte), items);
  });
}

// All items whose bytes lead from `state` to a live state, in the nodes [first, end) below one node.
void Space::WalkFrom(const Trie& trie, uint32_t first, uint32_t end, Expr state, std::vector<uint32_t>& items) {
  const auto nodes = trie.nodes();
  struct Level {
    Expr state;
    uint32_t end;
  };
  std::vector<Level> levels{{state, end}};
  for (uint32_t at = first; at < end;) {
    while (at >= levels.back().end) levels.pop_back();
    const Expr next = pool.Next(levels.back().state, nodes[at].byte);
    if (next == grammar::kNone) {
      at = nodes[at].end;
      continue;
    }
    const auto here = trie.ItemsAt(at);
    items.insert(items.end(), here.begin(), here.end());
    if (nodes[at].end > at + 1) levels.push_back({next, nodes[at].end});
    ++at;
  }
}

}  // namespace heddle::mask
