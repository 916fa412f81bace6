// How short a text of a language can be: exact without intersections and complements, a lower bound with them.
#include <algorithm>

#include "grammar/expr_pool.h"

namespace heddle::grammar {
namespace {

constexpr uint32_t kEndless = 1U << 30;

uint32_t Sum(uint32_t a, uint32_t b) { return std::min(a + b, kEndless); }

}  // namespace

uint32_t ExprPool::LeastLength(Expr e, int depth) {
  if (const auto known = lengths_.find(e); known != lengths_.end()) return known->second;
  const Node node = nodes_[e];
  if (node.nullable) return 0;
  if (depth > 400) return kEndless;
  lengths_[e] = kEndless;  // while it is under way: a way through itself is never the shortest
  uint32_t out = kEndless;
  switch (node.kind) {
    case Kind::kLiteral: out = node.b; break;
    case Kind::kBytes:
    case Kind::kChar: out = 1; break;
    case Kind::kSeq: out = Sum(LeastLength(node.a, depth + 1), LeastLength(node.b, depth + 1)); break;
    case Kind::kOr:
      for (uint32_t i = 0; i < node.b; ++i) out = std::min(out, LeastLength(lists_[node.a + i], depth + 1));
      break;
    case Kind::kAnd:
      out = 1;
      for (uint32_t i = 0; i < node.b; ++i) out = std::max(out, LeastLength(lists_[node.a + i], depth + 1));
      break;
    case Kind::kRepeat:
      out = static_cast<uint32_t>(std::min<uint64_t>(uint64_t{LeastLength(node.a, depth + 1)} * node.b, kEndless));
      break;
    case Kind::kRule: out = LeastLength(Body(e), depth + 1); break;
    case Kind::kNames: {
      const ExprNames choice = choices_[node.a];
      if (choice.other != kNone) out = LeastLength(choice.other, depth + 1);
      for (uint32_t i = node.b & 0xFFFF; i < node.b >> 16; ++i) {
        if (!choice.source->Allows(choice.argument, i)) continue;
        const auto left = static_cast<uint32_t>((*choice.names)[i].size()) - node.c;
        out = std::min(out, Sum(left, LeastLength(choice.source->AfterName(*this, choice.argument, i), depth + 1)));
      }
      break;
    }
    default: out = 1; break;
  }
  if (failed()) return lengths_.erase(e), out;
  lengths_[e] = out;
  return out;
}

}  // namespace heddle::grammar
