// The masks of heads that most characters keep alive, whatever they are: patterns that match anywhere, names of any
// kind. From such a head a set of characters leads through a few states that all go on with every one of them. So every
// token of only these characters is allowed, which its signature tells, and only tokens with other bytes are walked.
#include <algorithm>

#include "grammar/char_set.h"
#include "mask/engine.h"

namespace heddle::mask {

using grammar::ByteSet;
using grammar::kEps;
using grammar::kNone;
using vocab::Trie;

namespace {

constexpr int kFewest = 16;          // characters worth a loop
constexpr size_t kMostStates = 240;  // of a loop
// Without the separators of ECMA-262, which patterns often leave out.
const grammar::CharSet kBeyondAscii = grammar::CharSet::Of({{0x80, 0x10FFFF}}) & ~grammar::EcmaSpace();
constexpr ByteSet kAscii = ByteSet::Range(0, 0x7F), kHigh = ByteSet::Range(0x80, 0xFF);

}  // namespace

// Adds where the characters beyond ASCII (but separators) lead from `state`; false if not every one of them leads on.
bool Space::AfterHigh(Expr state, std::vector<Expr>& out) {
  const Expr any = pool.Char(kBeyondAscii, grammar::Spelling::kUtf8);
  std::vector<std::pair<Expr, Expr>> open{{any, state}};
  for (size_t i = 0; i < open.size(); ++i) {
    if (open.size() > 64) return false;
    const auto [unit, at] = open[i];
    for (const auto& step : pool.Arcs(unit)) {
      ByteSet left = step.bytes;
      for (const auto& arc : pool.Arcs(at)) {
        if (!arc.bytes.Intersects(step.bytes)) continue;
        left = left & ~arc.bytes;
        const std::pair<Expr, Expr> next{step.target, arc.target};
        if (step.target == kEps)
          out.push_back(arc.target);
        else if (std::find(open.begin(), open.end(), next) == open.end())
          open.push_back(next);
      }
      if (!left.Empty()) return false;
    }
  }
  return true;
}

// Level by level, one character more each: either all states of a level go on with the loop's characters, or none does.
// A character after which most of them are impossible leaves the loop.
bool Space::FindLoop(Expr head, Loop& out) {
  out.first = pool.FirstBytes(head);
  out.open = pool.nullable(head);
  out.ascii = out.first & kAscii;
  out.high = out.first.Has(0xC3) && out.first.Has(0xE2) && out.first.Has(0xF0);
  std::vector<Expr> states{head}, next, high;
  bool again = false;  // some way leads back
  for (size_t from = 0; from < states.size();) {
    ++out.units;
    const size_t end = states.size();
    next.clear(), high.clear();
    std::vector<ByteSet> by;
    for (size_t i = from; i < end; ++i) {
      for (const auto& arc : pool.Arcs(states[i])) {
        if (arc.bytes.Intersects(out.ascii)) next.push_back(arc.target), by.push_back(arc.bytes);
      }
      if (out.high && !AfterHigh(states[i], high)) out.high = false;
    }
    if (!out.high) high.clear();
    const ByteSet loops = out.ascii | (out.high ? kHigh : ByteSet());
    const auto stuck = [&](Expr target) { return !pool.FirstBytes(target).Intersects(loops); };
    const bool last =
        !again && std::all_of(next.begin(), next.end(), stuck) && std::all_of(high.begin(), high.end(), stuck);
    const auto add = [&](Expr target) {
      again |= std::find(states.begin(), states.begin() + static_cast<ptrdiff_t>(end), target) !=
               states.begin() + static_cast<ptrdiff_t>(end);
      if (std::find(states.begin(), states.end(), target) == states.end()) states.push_back(target);
      out.first |= pool.FirstBytes(target);
      out.open |= pool.nullable(target);
    };
    if (!last) {
      for (size_t i = 0; i < next.size(); ++i) {
        const ByteSet both = pool.FirstBytes(next[i]) & out.ascii;
        out.ascii = out.ascii & (both.Count() * 2 < out.ascii.Count() ? ~by[i] : pool.FirstBytes(next[i]));
      }
      for (const Expr target : high) {
        if ((pool.FirstBytes(target) & out.ascii).Count() * 2 < out.ascii.Count())
          out.high = false;
        else
          out.ascii = out.ascii & pool.FirstBytes(target);
      }
      if (out.ascii.Count() < kFewest) return false;
    }
    for (size_t i = 0; i < next.size(); ++i) {
      if (by[i].Intersects(out.ascii)) add(next[i]);
    }
    if (out.high) std::for_each(high.begin(), high.end(), add);
    if (states.size() > kMostStates) return false;
    if (last) return true;
    from = end;
    if (out.units == Signatures::kLong) return out.cut = true;
  }
  out.units = grammar::kNoLimit;
  return true;
}

bool Space::LoopHead(Expr head, Draft& out) {
  Loop loop;
  Run run;
  bool json = false;
  if (AsRun(head, run) && !Overlap(run.unit, run.after)) {
    for (const auto& arc : pool.Arcs(run.unit)) {
      if (arc.target == kEps) loop.ascii |= arc.bytes & kAscii;
    }
    grammar::Spelling spelling;
    const auto* set = pool.char_set(run.unit, spelling);
    loop.high = set != nullptr && (*set & kBeyondAscii) == kBeyondAscii;
    json = set != nullptr && spelling != grammar::Spelling::kUtf8;
    loop.units = run.max;
    loop.open = pool.nullable(head);
    loop.first = run.max == grammar::kNoLimit && run.after == kEps ? ByteSet::All()
                                                                   : pool.FirstBytes(head) | pool.FirstBytes(run.after);
    if (loop.ascii.Count() < kFewest) return false;
  } else if (pool.FirstBytes(head).Count() < kFewest || !FindLoop(head, loop)) {
    return false;
  }
  const ByteSet loops = loop.high ? loop.ascii | kHigh : loop.ascii;
  out.base = engine_->Inside(loop.ascii, loop.high, loop.units, json);
  const uint64_t turn = Signatures::Of(loop.first & ~loops);

  const Signatures& signatures = engine_->signatures();
  const Trie& trie = engine_->vocabulary().trie();
  const auto nodes = trie.nodes();
  struct Level {
    Expr state;
    uint32_t end;
    bool inside;  // all bytes so far loop
  };
  std::vector<Level> levels{{head, nodes[0].end, true}};
  for (uint32_t at = 1; at < nodes.size();) {
    while (at >= levels.back().end) levels.pop_back();
    const uint8_t byte = nodes[at].byte;
    const bool inside = levels.back().inside && loops.Has(byte);
    // Below here nothing leaves the loop: what there is, the signatures have told.
    const bool beyond = loop.cut && levels.size() > Signatures::kLong;
    if (inside && !beyond && !loop.open && (signatures.below(at) & turn) == 0 &&
        !(loop.high && signatures.separated_from(at)) && !(loop.cut && signatures.long_from(at))) {
      at = nodes[at].end;
      continue;
    }
    const Expr next = pool.Next(levels.back().state, byte);
    if (next == kNone) {
      at = nodes[at].end;
      continue;
    }
    for (const Token token : trie.ItemsAt(at)) {
      if (!inside || beyond || signatures.separated(token)) out.added.push_back(token);
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
