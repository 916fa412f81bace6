// Masks of states: by the class of a run of units, by difference from a state whose mask is known, or by a walk through
// the trie of tokens.
#include <algorithm>

#include "mask/engine.h"

namespace heddle::mask {

using grammar::kEps;
using grammar::Kind;
using grammar::kNone;
using vocab::Trie;

namespace {

constexpr int kLongestHead = 16;  // elements of a sequence

}  // namespace

const Mask& Space::MaskOf(Expr state) {
  if (state < known_.size() && known_[state] != 0) return *masks_[known_[state] - 1];
  return Compute(state, 0);
}

const Mask& Space::Compute(Expr state, int depth) {
  Mask mask;
  Expr head = kNone, rest = kEps;
  Split(state, head, rest);
  const bool joined = depth <= 4 && UnionMask(state, depth, mask);
  const HeadMask* inside = head == kNone || joined ? nullptr : &HeadOf(head);
  if (inside != nullptr && inside->open_unit != kNone && rest != kEps && Overlap(inside->open_unit, rest))
    inside = nullptr;
  if (joined) {
    // done
  } else if (inside != nullptr) {
    mask = inside->mask;
    if (rest != kEps) {
      for (const Pending& at : inside->pending) AddPending(at, rest, mask.added);
    }
  } else if (depth > 4 || !NamesMask(state, mask)) {
    if (!MaskByDifference(state, mask)) {
      Found found;
      Walk(engine_->vocabulary().trie(), state, found);
      mask.added = std::move(found.items);
    }
  }
  if (pool.nullable(state)) {
    for (const Token end : engine_->vocabulary().ends()) mask.added.push_back(end);
  }
  Pack(mask);
  if (state >= known_.size()) known_.resize(std::max<size_t>(state + 1, known_.size() * 3 / 2));
  masks_.push_back(std::make_unique<Mask>(std::move(mask)));
  known_[state] = static_cast<uint32_t>(masks_.size());
  return *masks_.back();
}

// A list that is larger than the bits becomes bits.
void Space::Pack(Mask& mask) {
  if (mask.added.size() > engine_->words() && mask.base == nullptr) {
    Words words(engine_->words());
    for (const Token token : mask.added) words[token >> 5] |= 1U << (token & 31);
    mask.base = std::make_shared<const Words>(std::move(words));
    mask.added = {};
    mask_bytes_ += engine_->words() * 4;
  }
  mask.added.shrink_to_fit();
  mask_bytes_ += sizeof(Mask) + (mask.added.size() + mask.removed.size()) * 4;
}

// The mask of alternatives is that of any of them. Worth it where some is wide: each has its own short way.
bool Space::UnionMask(Expr state, int depth, Mask& out) {
  const bool more = pool.kind(state) == Kind::kSeq;
  const Expr first = more ? pool.first(state) : state, rest = more ? pool.rest(state) : kEps;
  if (pool.kind(first) != Kind::kOr || pool.parts(first).size() > 64 || pool.FirstBytes(state).Count() < 24)
    return false;
  const std::vector<Expr> parts(pool.parts(first).begin(), pool.parts(first).end());
  std::vector<const Mask*> masks;
  for (const Expr part : parts) {
    const Expr each = pool.Seq(part, rest);
    masks.push_back(each < known_.size() && known_[each] != 0 ? masks_[known_[each] - 1].get()
                                                              : &Compute(each, depth + 1));
  }
  for (const Mask* mask : masks) {
    out.added.insert(out.added.end(), mask->added.begin(), mask->added.end());
    if (mask->base == nullptr || mask->base == out.base) continue;
    out.base = out.base == nullptr ? mask->base : engine_->Union(out.base, mask->base);
  }
  // A token is left out of the base only if no alternative has it.
  for (const Mask* mask : masks) {
    for (const Token token : mask->removed) {
      const bool elsewhere = std::any_of(masks.begin(), masks.end(), [&](const Mask* other) {
        return other->base != nullptr && ((*other->base)[token >> 5] >> (token & 31) & 1) != 0 &&
               std::find(other->removed.begin(), other->removed.end(), token) == other->removed.end();
      });
      if (!elsewhere) out.removed.push_back(token);
    }
  }
  return true;
}

// The head: the elements before the first that belongs to one grammar only. kNone: there is no such element.
void Space::Split(Expr state, Expr& head, Expr& rest) {
  Expr elements[kLongestHead];
  int count = 0;
  Expr at = state;
  const auto own = [&](Expr e) {
    return pool.kind(e) == Kind::kNames || (pool.kind(e) == Kind::kRule && pool.sourced(e));
  };
  while (at != kEps && count < kLongestHead) {
    const bool more = pool.kind(at) == Kind::kSeq;
    const Expr element = more ? pool.first(at) : at;
    if (own(element)) break;
    elements[count++] = element;
    at = more ? pool.rest(at) : kEps;
  }
  if (count == 0) return;
  rest = at;
  head = kEps;
  while (count > 0) head = pool.Seq(elements[--count], head);
}

const Space::HeadMask& Space::HeadOf(Expr head) {
  auto& slot = heads_[head];
  if (slot != nullptr) return *slot;
  auto made = std::make_unique<HeadMask>();
  if (!RunHead(head, *made) && !LoopHead(head, *made)) {
    Found found;
    Walk(engine_->vocabulary().trie(), head, found);
    made->mask.added = std::move(found.items);
    for (const uint32_t node : found.left)
      made->pending.push_back({.trie = &engine_->vocabulary().trie(), .node = node});
  }
  if (pool.nullable(head)) made->pending.push_back({.trie = &engine_->vocabulary().trie(), .node = 0});
  Pack(made->mask);
  mask_bytes_ += sizeof(HeadMask) + made->pending.size() * sizeof(Pending);
  auto& kept = heads_[head];
  kept = std::move(made);
  return *kept;
}

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
  bool high = false;
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
  out.mask.base = engine_->Inside(ascii, high, limit);
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

void Space::Filter(const UnitClass& units, uint32_t min, uint32_t max, const std::vector<uint32_t>& items,
                   std::vector<Token>& out) const {
  for (const uint32_t item : items) {
    const UnitClass::Rest& rest = units.rest(item);
    if (rest.units >= min && rest.units <= max) out.push_back(rest.token);
  }
}

void Space::AddPending(const Pending& at, Expr rest, std::vector<Token>& out) {
  Found found;
  if (at.trie == nullptr) {  // the rests of every byte that `rest` can begin with
    pool.FirstBytes(rest).Each([&](uint8_t byte) {
      found.items.clear();
      Walk(at.units->Rests(byte), rest, found);
      Filter(*at.units, at.min, at.max, found.items, out);
    });
    return;
  }
  if (at.node == 0)
    Walk(*at.trie, rest, found);
  else
    WalkBelow(*at.trie, at.node, rest, found);
  if (at.units != nullptr)
    Filter(*at.units, at.min, at.max, found.items, out);
  else
    out.insert(out.end(), found.items.begin(), found.items.end());
}

// A state among names: like what reads all other names, but for the listed ones.
bool Space::NamesMask(Expr state, Mask& out) {
  const Expr head = pool.kind(state) == Kind::kSeq ? pool.first(state) : state;
  if (pool.kind(head) != Kind::kNames || pool.other(head) == kNone) return false;
  const Expr like = pool.kind(state) == Kind::kSeq ? pool.Seq(pool.other(head), pool.rest(state)) : pool.other(head);
  out = like < known_.size() && known_[like] != 0 ? *masks_[known_[like] - 1] : Compute(like, 1);
  std::vector<Token> removed;
  Differ(0, state, like, out.added, removed);
  if (removed.empty()) return true;
  std::sort(removed.begin(), removed.end());
  std::erase_if(out.added, [&](Token token) { return std::binary_search(removed.begin(), removed.end(), token); });
  out.removed.insert(out.removed.end(), removed.begin(), removed.end());
  return true;
}

// The mask of a state as that of the run most of its bytes lead into, corrected where the two differ.
bool Space::MaskByDifference(Expr state, Mask& out) {
  Expr to = kNone;
  int most = 0, all = 0;
  for (const auto& arc : pool.Arcs(state)) {
    const int count = arc.bytes.Count();
    all += count;
    if (count > most) most = count, to = arc.target;
  }
  if (to == state || all < 24 || most * 2 < all || pool.Next(to, static_cast<uint8_t>('a')) != to) return false;
  out = known_.size() > to && known_[to] != 0 ? *masks_[known_[to] - 1] : Compute(to, 1);
  std::vector<Token> removed;
  Differ(0, state, to, out.added, removed);
  if (pool.nullable(to))
    removed.insert(removed.end(), engine_->vocabulary().ends().begin(), engine_->vocabulary().ends().end());
  std::sort(removed.begin(), removed.end());
  std::erase_if(out.added, [&](Token token) { return std::binary_search(removed.begin(), removed.end(), token); });
  out.removed.insert(out.removed.end(), removed.begin(), removed.end());
  return true;
}

// The bytes after which two states differ.
grammar::ByteSet Space::Differing(Expr a, Expr b) {
  const Expr x = pool.kind(a) == Kind::kSeq ? pool.first(a) : a;
  if (pool.kind(x) == Kind::kNames && pool.other(x) != kNone) {
    const Expr like = pool.kind(a) == Kind::kSeq ? pool.Seq(pool.other(x), pool.rest(a)) : pool.other(x);
    if (like == b) return pool.NameBytes(x);
  }
  grammar::ByteSet all, same;
  for (const auto& one : pool.Arcs(a)) all |= one.bytes;
  for (const auto& two : pool.Arcs(b)) {
    all |= two.bytes;
    for (const auto& one : pool.Arcs(a)) {
      if (one.target == two.target) same |= one.bytes & two.bytes;
    }
  }
  return all & ~same;
}

// Below `node` of the tokens' trie, reached in two states: the tokens that only the first, or only the second, allows.
void Space::Differ(uint32_t node, Expr ours, Expr theirs, std::vector<Token>& added, std::vector<Token>& removed) {
  const Trie& trie = engine_->vocabulary().trie();
  const auto nodes = trie.nodes();
  if (nodes[node].end == node + 1 || ours == theirs) return;
  if (ours == kNone || theirs == kNone) {
    Found found;
    WalkBelow(trie, node, ours == kNone ? theirs : ours, found);
    auto& to = ours == kNone ? removed : added;
    to.insert(to.end(), found.items.begin(), found.items.end());
    return;
  }
  const grammar::ByteSet bytes = Differing(ours, theirs);
  const auto visit = [&](uint32_t child) {
    const Expr a = pool.Next(ours, nodes[child].byte), b = pool.Next(theirs, nodes[child].byte);
    const auto here = trie.ItemsAt(child);
    if (b == kNone && a != kNone) added.insert(added.end(), here.begin(), here.end());
    if (a == kNone && b != kNone) removed.insert(removed.end(), here.begin(), here.end());
    Differ(child, a, b, added, removed);
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

void Space::Walk(const Trie& trie, Expr state, Found& out) {
  pool.FirstBytes(state).Each([&](uint8_t byte) {
    const uint32_t child = trie.Child(byte);
    if (child == 0) return;
    const auto here = trie.ItemsAt(child);
    out.items.insert(out.items.end(), here.begin(), here.end());
    const Expr next = pool.Next(state, byte);
    if (trie[child].end == child + 1) return;
    if (pool.nullable(next)) out.left.push_back(child);
    WalkBelow(trie, child, next, out);
  });
}

// All items below `node` whose bytes lead from `state` to a live state. Inside a head that cannot be empty, only the
// head is stepped: what follows it comes into play where it is complete.
void Space::WalkBelow(const Trie& trie, uint32_t node, Expr state, Found& out) {
  const auto nodes = trie.nodes();
  const uint32_t end = nodes[node].end;
  Expr rest = kEps;
  if (pool.kind(state) == Kind::kSeq && !pool.nullable(pool.first(state)))
    rest = pool.rest(state), state = pool.first(state);
  const size_t bottom = levels_.size();
  levels_.emplace_back(state, end);
  for (uint32_t at = node + 1; at < end;) {
    while (at >= levels_.back().second) levels_.pop_back();
    Expr next = pool.Next(levels_.back().first, nodes[at].byte);
    if (next == kNone) {
      at = nodes[at].end;
      continue;
    }
    const auto here = trie.ItemsAt(at);
    out.items.insert(out.items.end(), here.begin(), here.end());
    if (nodes[at].end > at + 1) {
      if (rest != kEps && pool.nullable(next)) {
        next = pool.Seq(next, rest);
        if (pool.nullable(next)) out.left.push_back(at);
        WalkBelow(trie, at, next, out);
        at = nodes[at].end;
        continue;
      }
      if (pool.nullable(next)) out.left.push_back(at);
      levels_.emplace_back(next, nodes[at].end);
    }
    ++at;
  }
  levels_.resize(bottom);
}

}  // namespace heddle::mask
