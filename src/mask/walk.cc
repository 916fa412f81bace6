// Walks of the trie: from one state, or from two at once where they differ.
#include <algorithm>

#include "mask/engine.h"

namespace heddle::mask {

using grammar::kEps;
using grammar::Kind;
using grammar::kNone;
using vocab::Trie;

// The bytes after which two states differ.
grammar::ByteSet Space::Differing(Expr a, Expr b) {
  const Expr x = pool.kind(a) == Kind::kSeq ? pool.first(a) : a;
  if (pool.kind(x) == Kind::kNames && pool.names(x).other != kNone) {
    const Expr like = pool.kind(a) == Kind::kSeq ? pool.Seq(pool.names(x).other, pool.rest(a)) : pool.names(x).other;
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
