// Expressions for people: what is expected next.
#include "base/text.h"
#include "grammar/expr_pool.h"

namespace heddle::grammar {

std::string ExprPool::Describe(Expr e, int depth) const {
  const Node& node = nodes_[e];
  const auto inner = [&](Expr x) { return depth <= 0 ? std::string("...") : Describe(x, depth - 1); };
  const auto list = [&](std::string_view join) {
    std::string out = "(";
    for (uint32_t i = 0; i < node.b; ++i) {
      if (i == 8) return Cat({out, join, std::to_string(node.b - i), " more)"});
      out += Cat({i == 0 ? "" : join, inner(lists_[node.a + i])});
    }
    return out + ")";
  };
  switch (node.kind) {
    case Kind::kNone: return "nothing";
    case Kind::kEps: return "end";
    case Kind::kAll: return "anything";
    case Kind::kBytes: {
      const ByteSet& set = sets_[node.a];
      std::string shown;
      set.Each([&](uint8_t b) { shown += static_cast<char>(b); });
      return Cat({"[", JsonText(shown.substr(0, 24)), shown.size() > 24 ? "..." : "", "]"});
    }
    case Kind::kLiteral: return JsonText(std::string_view(bytes_).substr(node.a, node.b));
    case Kind::kSeq: return Cat({inner(node.a), " ", depth <= 0 ? "" : Describe(node.b, depth - 1)});
    case Kind::kOr: return list(" | ");
    case Kind::kAnd: return list(" & ");
    case Kind::kNot: return "~" + inner(node.a);
    case Kind::kRepeat:
      return Cat(
          {inner(node.a), "{", std::to_string(node.b), ",", node.c == kNoLimit ? "" : std::to_string(node.c), "}"});
    case Kind::kRule: return Cat({"<", std::to_string(node.a), ">"});
    case Kind::kNames: {
      const auto& names = *choices_[node.a].names;
      std::string out = "names(";
      for (uint32_t i = node.b & 0xFFFF; i < node.b >> 16; ++i) {
        if (!choices_[node.a].source->Allows(choices_[node.a].argument, i)) continue;
        if (out.size() > 200) return out + " ...)";
        out += Cat({out.ends_with("(") ? "" : " | ", JsonText(names[i].substr(node.c))});
      }
      return Cat({out, choices_[node.a].other == kNone ? ")" : " | other)"});
    }
    case Kind::kChar: return Cat({"char#", std::to_string(node.a), node.b > 1 ? "'" : ""});
    case Kind::kAutomaton: return Cat({"dfa#", std::to_string(node.a), ":", std::to_string(node.b)});
  }
  return "";
}

}  // namespace heddle::grammar
