// Masks of states: by the class of a run of units, by difference from a state whose mask is known, or by a walk through
// the trie of tokens.
#include <algorithm>

#include "mask/engine.h"

namespace heddle::mask {

using grammar::kEps;
using grammar::Kind;
using grammar::kNone;

namespace {

// Elements of a sequence. More where it begins with a run of many characters: a loop ends where its head does.
constexpr int kLongHead = 16, kLongestHead = 64;

}  // namespace

const Mask& Space::MaskOf(Expr state) { return MaskAt(state, 0); }

bool Space::TakeApart() {
  if (pool.Drop(16)) return true;
  if (!heads_.empty()) return heads_.clear(), true;
  if (!masks_.empty()) return masks_.clear(), true;
  return false;
}

const Mask& Space::MaskAt(Expr state, int depth) {
  if (state < known_.size() && known_[state] != 0) return masks_[known_[state] - 1];
  return Compute(state, depth);
}

// A count that no token can reach is no count: the state that has the same mask, with fewer of its kind.
Expr Space::Uncounted(Expr state) {
  const bool more = pool.kind(state) == Kind::kSeq;
  const Expr head = more ? pool.first(state) : state;
  if (pool.kind(head) != Kind::kRepeat || pool.max(head) == grammar::kNoLimit) return state;
  const auto longest = static_cast<uint32_t>(engine_->vocabulary().longest());
  if (pool.max(head) <= longest || (pool.min(head) > 0 && pool.min(head) <= longest)) return state;
  const Expr same = pool.Repeat(pool.first(head), pool.min(head) == 0 ? 0 : longest + 1, grammar::kNoLimit);
  return more ? pool.Seq(same, pool.rest(state)) : same;
}

const Mask& Space::Compute(Expr state, int depth) {
  if (const Expr same = Uncounted(state); same != state) {
    const Mask& mask = MaskAt(same, depth);
    if (pool.failed()) return nothing_;
    if (state >= known_.size()) known_.resize(std::max<size_t>(state + 1, known_.size() * 3 / 2));
    known_[state] = known_[same];
    return mask;
  }
  Draft mask;
  Expr head = kNone, rest = kEps;
  Split(state, head, rest);
  const HeadMask* inside = nullptr;
  bool joined = depth <= 4 && Apart(state) && UnionMask(state, depth, mask);
  if (!joined && head != kNone) inside = HeadOf(head, false);
  if (!joined && inside == nullptr) joined = depth <= 4 && UnionMask(state, depth, mask);
  if (!joined && inside == nullptr && head != kNone) inside = HeadOf(head, true);
  if (inside != nullptr && inside->open_unit != kNone && rest != kEps && Overlap(inside->open_unit, rest))
    inside = nullptr;
  if (joined) {
    // done
  } else if (inside != nullptr) {
    mask = Draft(inside->mask);
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
  if (pool.failed()) return nothing_;
  if (pool.nullable(state)) {
    for (const Token end : engine_->vocabulary().ends()) mask.added.push_back(end);
  }
  if (state >= known_.size()) known_.resize(std::max<size_t>(state + 1, known_.size() * 3 / 2));
  masks_.push_back(Pack(mask));
  known_[state] = static_cast<uint32_t>(masks_.size());
  return masks_.back();
}

// A list that is larger than the bits becomes bits.
Mask Space::Pack(Draft& mask) {
  if (mask.added.size() > engine_->words() && mask.base == nullptr) {
    Words words(engine_->words());
    for (const Token token : mask.added) words[token >> 5] |= 1U << (token & 31);
    mask.base = std::make_shared<const Words>(std::move(words));
    mask.added = {};
    mask_bytes_ += engine_->words() * 4;
  }
  mask_bytes_ += sizeof(Mask);
  return {std::move(mask.base), Keep(mask.added), Keep(mask.removed)};
}

template <typename T>
std::span<const T> Space::Keep(const std::vector<T>& items) {
  if (items.empty()) return {};
  const size_t bytes = items.size() * sizeof(T);
  mask_bytes_ += bytes;
  T* const to = static_cast<T*>(memory_.allocate(bytes, alignof(T)));
  std::uninitialized_copy(items.begin(), items.end(), to);
  return {to, items.size()};
}

// Whether each alternative is narrow, names, or a run: then each has its own short way.
bool Space::Apart(Expr state, int depth) {
  const Expr first = pool.kind(state) == Kind::kSeq ? pool.first(state) : state;
  if (pool.kind(first) != Kind::kOr || depth > 8) return false;
  const auto parts = pool.parts(first);
  return std::all_of(parts.begin(), parts.end(), [&](Expr part) {
    Run run;
    const Expr begin = pool.kind(part) == Kind::kSeq ? pool.first(part) : part;
    return pool.kind(begin) == Kind::kNames || pool.kind(begin) == Kind::kChar || AsRun(part, run) ||
           pool.FirstBytes(part).Count() < 16 || Apart(part, depth + 1);
  });
}

// The mask of alternatives is that of any of them. Worth it where some is wide: each has its own short way.
bool Space::UnionMask(Expr state, int depth, Draft& out) {
  const bool more = pool.kind(state) == Kind::kSeq;
  const Expr first = more ? pool.first(state) : state, rest = more ? pool.rest(state) : kEps;
  if (pool.kind(first) != Kind::kOr || pool.parts(first).size() > 64 || pool.FirstBytes(state).Count() < 24)
    return false;
  const auto parts = pool.parts(first);
  std::vector<const Mask*> masks;
  for (const Expr part : parts) {
    const Expr each = pool.Seq(part, rest);
    if (!pool.Live(each)) continue;  // an alternative that an intersection leaves empty
    masks.push_back(&MaskAt(each, depth + 1));
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
  int most = kLongHead;
  while (at != kEps && count < most) {
    const bool more = pool.kind(at) == Kind::kSeq;
    const Expr element = more ? pool.first(at) : at;
    if (own(element)) break;
    if (count == 0 && pool.kind(element) == Kind::kRepeat && pool.kind(pool.first(element)) == Kind::kChar)
      most = kLongestHead;
    elements[count++] = element;
    at = more ? pool.rest(at) : kEps;
  }
  if (count == 0) return;
  rest = at;
  head = kEps;
  while (count > 0) head = pool.Seq(elements[--count], head);
}

// Null: there is no way but a walk, which is not wanted.
const Space::HeadMask* Space::HeadOf(Expr head, bool walk) {
  if (const auto known = heads_.find(head); known != heads_.end()) return &known->second;
  Draft made;
  if (walk || (!RunHead(head, made) && !LoopHead(head, made))) {
    if (!walk) return nullptr;
    Found found;
    Walk(engine_->vocabulary().trie(), head, found);
    made.added = std::move(found.items);
    for (const uint32_t node : found.left)
      made.pending.push_back({.trie = &engine_->vocabulary().trie(), .node = node});
  }
  if (pool.failed()) return nullptr;
  if (pool.nullable(head)) made.pending.push_back({.trie = &engine_->vocabulary().trie(), .node = 0});
  mask_bytes_ += sizeof(HeadMask) + 16;
  HeadMask kept{.mask = Pack(made), .pending = Keep(made.pending), .open_unit = made.open_unit};
  return &(heads_[head] = std::move(kept));
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

// The mask of a state as that of the run most of its bytes lead into, corrected where the two differ.
bool Space::MaskByDifference(Expr state, Draft& out) {
  Expr to = kNone;
  int most = 0, all = 0;
  for (const auto& arc : pool.Arcs(state)) {
    const int count = arc.bytes.Count();
    all += count;
    if (count > most) most = count, to = arc.target;
  }
  if (to == state || all < 24 || most * 2 < all || pool.Next(to, static_cast<uint8_t>('a')) != to) return false;
  out = Draft(MaskAt(to, 1));
  std::vector<Token> removed;
  Differ(0, state, to, out.added, removed);
  if (pool.nullable(to))
    removed.insert(removed.end(), engine_->vocabulary().ends().begin(), engine_->vocabulary().ends().end());
  Remove(std::move(removed), out);
  return true;
}

}  // namespace heddle::mask
