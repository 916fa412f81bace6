// The derivatives of an expression by every byte at once, as arcs with disjoint byte sets.
#include <algorithm>
#include <map>
#include <memory>
#include <queue>
#include <unordered_set>

#include "base/text.h"
#include "grammar/char_arcs.h"
#include "grammar/expr_pool.h"

namespace heddle::grammar {
namespace {

constexpr uint8_t kStepsBeforeRow = 24;  // a row takes 256 bytes: most states are left before it pays

}  // namespace

ArcList ExprPool::Arcs(Expr e) {
  const ArcList arcs = RawArcs(e, 0);
  if (!nodes_[e].boolean || failed()) return arcs;
  // What an intersection leaves empty leads nowhere: those arcs are dropped, once.
  size_t live = 0;
  for (size_t i = 0; i < arcs.count_; ++i) {
    if (Live(arcs.target(i))) arcs.arcs_[live++] = arcs.arcs_[i];
  }
  arcs_[nodes_[e].arcs].count_ = live;
  return arcs_[nodes_[e].arcs];
}

Expr ExprPool::Next(Expr e, uint8_t byte) {
  const Node& node = nodes_[e];
  if (node.row != UINT32_MAX) {
    const uint8_t arc = rows_[node.row][byte];
    return arc == 0 ? kNone : arcs_[node.arcs].target(arc - 1U);
  }
  if (node.arcs == UINT32_MAX && ByHead(node)) {
    const Expr rest = node.b, head = Next(node.a, byte);
    return head == kNone ? kNone : Seq(head, rest);
  }
  const ArcList arcs = Arcs(e);
  if (arcs.size() > 6 && arcs.size() < 255 && !failed() && ++nodes_[e].steps > kStepsBeforeRow) {
    auto* const row = static_cast<uint8_t*>(memory_.allocate(256, 1));
    std::fill(row, row + 256, 0);
    for (size_t i = 0; i < arcs.size(); ++i)
      arcs[i].bytes.Each([&](uint8_t b) { row[b] = static_cast<uint8_t>(i + 1); });
    nodes_[e].row = static_cast<uint32_t>(rows_.size());
    rows_.push_back(row);
    return Next(e, byte);
  }
  for (size_t i = 0; i < arcs.size(); ++i) {
    if (arcs.Has(i, byte)) return arcs.target(i);
  }
  return kNone;
}

ByteSet ExprPool::FirstBytes(Expr e) {
  while (ByHead(nodes_[e])) e = nodes_[e].a;
  ByteSet out;
  for (const Arc& arc : Arcs(e)) out |= arc.bytes;
  return out;
}

ArcList ExprPool::RawArcs(Expr e, int depth) {
  if (nodes_[e].arcs != UINT32_MAX) return arcs_[nodes_[e].arcs];
  if (depth > limits_.max_depth)
    meter_.Fail(Cat({"a derivative nests deeper than ", std::to_string(limits_.max_depth), " (left recursion?)"}));
  if (!meter_.Spend(1)) return {};
  // Taken, not borrowed: a rule's source may ask for derivatives of its own in between.
  std::vector<Arc> arcs = std::move(scratch_[static_cast<size_t>(depth)]);
  arcs.clear();
  Derive(e, depth, arcs);
  if (nodes_[e].arcs != UINT32_MAX) return arcs_[nodes_[e].arcs];
  if (!meter_.Spend(arcs.size()) || failed()) return {};  // what is incomplete is not kept
  auto* const to = static_cast<KeptArc*>(memory_.allocate(arcs.size() * sizeof(KeptArc), alignof(KeptArc)));
  for (size_t i = 0; i < arcs.size(); ++i) to[i] = {SetOf(arcs[i].bytes), arcs[i].target};
  arc_count_ += arcs.size();
  nodes_[e].arcs = static_cast<uint32_t>(arcs_.size());
  arcs_.emplace_back(sets_, to, arcs.size());
  scratch_[static_cast<size_t>(depth)] = std::move(arcs);
  return arcs_.back();
}

void ExprPool::Derive(Expr e, int depth, std::vector<Arc>& out) {
  const Node node = nodes_[e];
  switch (node.kind) {
    case Kind::kNone:
    case Kind::kEps: return;
    case Kind::kAll: out.push_back({ByteSet::All(), kAll}); return;
    case Kind::kBytes: out.push_back({sets_[node.a], kEps}); return;
    case Kind::kLiteral: {
      const auto first = static_cast<uint8_t>(bytes_[node.a]);
      Expr rest = kEps;
      if (node.b > 1) rest = Intern({.kind = Kind::kLiteral, .live = 1, .a = node.a + 1, .b = node.b - 1});
      out.push_back({ByteSet::Of(first), rest});
      return;
    }
    case Kind::kSeq: {
      for (const Arc& arc : RawArcs(node.a, depth + 1)) out.push_back({arc.bytes, Seq(arc.target, node.b)});
      if (!nodes_[node.a].nullable) return;
      const auto after = RawArcs(node.b, depth + 1);
      out.insert(out.end(), after.begin(), after.end());
      return Merge(out);
    }
    case Kind::kOr:
      for (uint32_t i = 0; i < node.b; ++i) {
        const auto arcs = RawArcs(lists_[node.a + i], depth + 1);
        out.insert(out.end(), arcs.begin(), arcs.end());
      }
      return Merge(out);
    case Kind::kAnd: return DeriveAnd(e, depth, out);
    case Kind::kNot: {
      ByteSet rest = ByteSet::All();
      for (const Arc& arc : RawArcs(node.a, depth + 1)) {
        rest = rest & ~arc.bytes;
        if (const Expr target = Not(arc.target); target != kNone) out.push_back({arc.bytes, target});
      }
      if (!rest.Empty()) out.push_back({rest, kAll});
      return;
    }
    case Kind::kRepeat: {
      const Expr less = Repeat(node.a, node.b == 0 ? 0 : node.b - 1, node.c == kNoLimit ? kNoLimit : node.c - 1);
      for (const Arc& arc : RawArcs(node.a, depth + 1)) out.push_back({arc.bytes, Seq(arc.target, less)});
      return;
    }
    case Kind::kRule: {
      // A rule does not show that an intersection decides inside it: what that leaves empty goes here.
      const Expr body = Body(e);
      for (const Arc& arc : RawArcs(body, depth + 1)) {
        if (!nodes_[body].boolean || Live(arc.target)) out.push_back(arc);
      }
      return;
    }
    case Kind::kNames: return DeriveNames(node, out);
    case Kind::kChar: return CharArcs(*this, node.a, node.b, node.c).Derive(out);
    case Kind::kAutomaton: {
      const auto& row = automata_[node.a]->rows[node.b];
      std::map<uint16_t, ByteSet> targets;
      for (size_t b = 0; b < 256; ++b) {
        if (row[b] != UINT16_MAX) targets[row[b]].Add(static_cast<uint8_t>(b));
      }
      for (const auto& [target, set] : targets) out.push_back({set, Of(automata_[node.a], target)});
      return;
    }
  }
}

ByteSet ExprPool::NameBytes(Expr e) const {
  const Node& node = nodes_[e];
  const auto& names = *choices_[node.a].names;
  ByteSet out;
  for (uint32_t i = node.b & 0xFFFF; i < node.b >> 16; ++i) out.Add(static_cast<uint8_t>(names[i][node.c]));
  return out;
}

// A state is a range of the sorted names (b: first, end) that share the first c bytes.
void ExprPool::DeriveNames(const Node& node, std::vector<Arc>& out) {
  const ExprNames choice = choices_[node.a];
  const auto& names = *choice.names;
  const uint32_t end = node.b >> 16;
  ByteSet taken;
  for (uint32_t i = node.b & 0xFFFF; i < end;) {
    const char byte = names[i][node.c];
    uint32_t next = i;
    bool allowed = false;
    for (; next < end && names[next][node.c] == byte; ++next) allowed |= choice.source->Allows(choice.argument, next);
    taken.Add(static_cast<uint8_t>(byte));
    Expr target = kNone;
    if (names[i].size() == node.c + 1) {
      target = allowed ? choice.source->AfterName(*this, choice.argument, i) : kNone;
    } else {
      const Expr other = Next(choice.other, static_cast<uint8_t>(byte));
      if (allowed || LivesBeside(names, i, next, node.c + 1, other)) {
        const uint32_t id =
            other == choice.other ? node.a : ChoiceOf({choice.names, choice.source, choice.argument, other});
        target = Intern({.kind = Kind::kNames, .live = 1, .a = id, .b = i | next << 16, .c = node.c + 1});
      }
    }
    if (target != kNone) out.push_back({ByteSet::Of(static_cast<uint8_t>(byte)), target});
    i = next;
  }
  for (const Arc& arc : Arcs(choice.other)) {
    const ByteSet rest = arc.bytes & ~taken;
    if (!rest.Empty()) out.push_back({rest, arc.target});
  }
}

bool ExprPool::LivesBeside(const std::vector<std::string>& names, uint32_t from, uint32_t end, size_t at, Expr other) {
  if (other == kNone) return false;
  ByteSet taken;
  for (uint32_t i = from; i < end; ++i) taken.Add(static_cast<uint8_t>(names[i][at]));
  if (!taken.Includes(FirstBytes(other))) return true;
  for (uint32_t i = from; i < end;) {
    uint32_t next = i + 1;
    while (next < end && names[next][at] == names[i][at]) ++next;
    if (names[i].size() > at + 1 &&
        LivesBeside(names, i, next, at + 1, Next(other, static_cast<uint8_t>(names[i][at]))))
      return true;
    i = next;
  }
  return false;
}

void ExprPool::DeriveAnd(Expr e, int depth, std::vector<Arc>& out) {
  const uint32_t from = nodes_[e].a, count = nodes_[e].b;
  struct Piece {
    ByteSet bytes;
    std::vector<Expr> parts;
  };
  std::vector<Piece> pieces{{ByteSet::All(), {}}};
  for (uint32_t i = 0; i < count; ++i) {
    const auto arcs = RawArcs(lists_[from + i], depth + 1);
    if (!meter_.Spend(pieces.size() * (arcs.size() + i))) return;
    std::vector<Piece> next;
    for (const Piece& piece : pieces) {
      for (const Arc& arc : arcs) {
        const ByteSet both = piece.bytes & arc.bytes;
        if (both.Empty()) continue;
        next.push_back({both, piece.parts});
        next.back().parts.push_back(arc.target);
      }
    }
    pieces = std::move(next);
  }
  for (const Piece& piece : pieces) {
    if (const Expr target = And(piece.parts); target != kNone) out.push_back({piece.bytes, target});
  }
  Merge(out);
}

// Makes the sets disjoint (a byte of several arcs leads to the union of their targets), and joins arcs of one target.
void ExprPool::Merge(std::vector<Arc>& arcs) {
  if (arcs.size() <= 1) return;
  if (arcs.size() > 12) return MergeMany(arcs);
  Arc out[80];
  size_t count = 0;
  for (Arc arc : arcs) {
    for (size_t i = 0, known = count; i < known && !arc.bytes.Empty(); ++i) {
      const ByteSet both = out[i].bytes & arc.bytes;
      if (both.Empty()) continue;
      arc.bytes = arc.bytes & ~both;
      if (out[i].target == arc.target) continue;
      const Expr target = Or(out[i].target, arc.target);
      if (both == out[i].bytes) {
        out[i].target = target;
      } else {
        if (count == std::size(out)) return MergeMany(arcs);
        out[i].bytes = out[i].bytes & ~both;
        out[count++] = {both, target};
      }
    }
    if (arc.bytes.Empty()) continue;
    if (count == std::size(out)) return MergeMany(arcs);
    out[count++] = arc;
  }
  arcs.clear();
  for (size_t i = 0; i < count; ++i) {
    const auto same = std::find_if(arcs.begin(), arcs.end(), [&](const Arc& a) { return a.target == out[i].target; });
    if (same == arcs.end())
      arcs.push_back(out[i]);
    else
      same->bytes |= out[i].bytes;
  }
}

// Many arcs: byte by byte, so that the union of each byte's targets is built once.
void ExprPool::MergeMany(std::vector<Arc>& arcs) {
  struct Single {
    uint8_t byte;
    Expr target;
  };
  std::vector<Single> singles;
  std::vector<Arc> wide;
  ByteSet apart;  // bytes that some narrow arc has
  for (const Arc& arc : arcs) {
    if (arc.bytes.Count() > 4) {
      wide.push_back(arc);
      continue;
    }
    apart |= arc.bytes;
    arc.bytes.Each([&](uint8_t b) { singles.push_back({b, arc.target}); });
  }
  std::stable_sort(singles.begin(), singles.end(), [](const Single& a, const Single& b) { return a.byte < b.byte; });
  std::vector<Arc> out;
  std::vector<Expr> targets;
  for (size_t i = 0; i < singles.size();) {
    const uint8_t byte = singles[i].byte;
    targets.clear();
    for (; i < singles.size() && singles[i].byte == byte; ++i) targets.push_back(singles[i].target);
    for (const Arc& arc : wide) {
      if (arc.bytes.Has(byte)) targets.push_back(arc.target);
    }
    const Expr target = targets.size() == 1 ? targets[0] : Or(targets);
    if (target != kNone) out.push_back({ByteSet::Of(byte), target});
  }
  // What is left are the wide arcs without those bytes, made disjoint group by group.
  std::map<std::vector<Expr>, ByteSet> groups;
  (~apart).Each([&](uint8_t byte) {
    targets.clear();
    for (const Arc& arc : wide) {
      if (arc.bytes.Has(byte)) targets.push_back(arc.target);
    }
    if (!targets.empty()) groups[targets].Add(byte);
  });
  for (const auto& [parts, set] : groups) out.push_back({set, parts.size() == 1 ? parts[0] : Or(parts)});
  std::sort(out.begin(), out.end(), [](const Arc& a, const Arc& b) { return a.target < b.target; });
  arcs.clear();
  for (const Arc& arc : out) {
    if (!arcs.empty() && arcs.back().target == arc.target)
      arcs.back().bytes |= arc.bytes;
    else if (arc.target != kNone)
      arcs.push_back(arc);
  }
}

// Live: by structure where that decides it, by search through derivatives where an intersection or complement stands.
bool ExprPool::Live(Expr e) {
  const Node node = nodes_[e];
  if (node.live != 0) return node.live == 1;
  bool live = false;
  switch (node.kind) {
    case Kind::kSeq: live = Live(node.a) && Live(node.b); break;
    case Kind::kOr:
      for (uint32_t i = 0; i < node.b && !live; ++i) live = Live(lists_[node.a + i]);
      break;
    case Kind::kRepeat: live = Live(node.a); break;
    default: return Search(e);
  }
  if (!failed()) nodes_[e].live = live ? 1 : 2;
  return live;
}

// The states that seem nearest to an end come first.
bool ExprPool::Search(Expr e) {
  struct Reached {
    Expr state;
    size_t from;
  };
  std::vector<Reached> reached{{e, 0}};
  std::unordered_set<Expr> seen{e};
  using Open = std::pair<uint32_t, size_t>;  // least length, number
  std::priority_queue<Open, std::vector<Open>, std::greater<>> open;
  open.emplace(0, 0);
  while (!open.empty()) {
    const size_t at = open.top().second;
    open.pop();
    const Expr state = reached[at].state;
    const Node& node = nodes_[state];
    if (node.nullable || node.live == 1 || !node.boolean) {
      for (size_t up = at;; up = reached[up].from) {
        nodes_[reached[up].state].live = 1;
        if (up == 0) return true;
      }
    }
    if (node.live == 2) continue;
    if (reached.size() > limits_.max_search) {
      meter_.Fail(Cat({"whether an intersection is empty takes more than ", std::to_string(limits_.max_search),
                       " states to find out"}));
      return true;
    }
    const ArcList arcs = RawArcs(state, 0);
    if (!meter_.Spend(1 + arcs.size())) return true;
    for (const Arc& arc : arcs) {
      if (!seen.insert(arc.target).second) continue;
      open.emplace(LeastLength(arc.target), reached.size());
      reached.push_back({arc.target, at});
    }
  }
  for (const Reached& each : reached) nodes_[each.state].live = 2;
  return false;
}

}  // namespace heddle::grammar
