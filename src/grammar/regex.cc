// One pass over the parsed pattern, from the right: every part is
// built with what follows it, because `$` and look-ahead speak about that.
#include "grammar/regex.h"

#include "grammar/regex_syntax.h"

namespace heddle::grammar {
namespace {

using Node = RegexNode;

class Builder {
 public:
  Builder(ExprPool& pool, const RegexOptions& options) : pool_(pool), spelling_(options.spelling) {
    any_ = pool_.Star(pool_.Char(CharSet::All(), spelling_));
  }

  Result<Expr> Whole(const Node& node, bool search) {
    if (!search) return Build(node, kEps, true);
    TRY_ASSIGN(const Expr here, Build(node, any_, true));
    TRY_ASSIGN(const Expr later, Build(node, any_, false));
    if (here == later) return pool_.Seq(any_, here);
    return pool_.Or(here, pool_.Seq(pool_.Seq(pool_.Char(CharSet::All(), spelling_), any_), later));
  }

 private:
  // What matches `node` and then `after`; `start`: nothing stands before it.
  Result<Expr> Build(const Node& node, Expr after, bool start) {
    switch (node.kind) {
      case Node::Kind::kEmpty: return after;
      case Node::Kind::kChars: return pool_.Seq(pool_.Char(node.chars, spelling_), after);
      case Node::Kind::kStart: return start ? after : kNone;
      case Node::Kind::kEnd: return pool_.nullable(after) ? kEps : kNone;
      case Node::Kind::kAhead:
      case Node::Kind::kNotAhead: {
        TRY_ASSIGN(const Expr seen, Build(*node.parts[0], kAll, start));
        return pool_.And(node.kind == Node::Kind::kAhead ? seen : pool_.Not(seen), after);
      }
      case Node::Kind::kSeq: {
        // Only before anything is consumed does `start` hold: it reaches a part when all before it are zero-width.
        size_t fixed = 0;
        while (fixed < node.parts.size() && IsZeroWidth(*node.parts[fixed])) ++fixed;
        Expr out = after;
        for (size_t i = node.parts.size(); i-- > 0;) {
          TRY_ASSIGN(out, Build(*node.parts[i], out, start && i <= fixed));
        }
        return out;
      }
      case Node::Kind::kAlt: {
        std::vector<Expr> parts;
        if (!node.zero_width) {
          for (const auto& part : node.parts) {
            TRY_ASSIGN(const Expr built, Build(*part, kEps, false));
            parts.push_back(built);
          }
          return pool_.Seq(pool_.Or(parts), after);
        }
        for (const auto& part : node.parts) {
          TRY_ASSIGN(const Expr built, Build(*part, after, start));
          parts.push_back(built);
        }
        return pool_.Or(parts);
      }
      case Node::Kind::kRepeat: return Repeat(node, after, start);
    }
    return kNone;
  }

  Result<Expr> Repeat(const Node& node, Expr after, bool start) {
    if (!node.zero_width) {
      TRY_ASSIGN(const Expr inner, Build(*node.parts[0], kEps, false));
      return pool_.Seq(pool_.Repeat(inner, node.min, node.max), after);
    }
    const uint32_t times = node.max == kNoLimit ? node.min + 1 : node.max;
    if (times > 8 || node.max == kNoLimit)
      return Error{Code::kInvalid, "pattern: an anchor or look-around inside a repetition is not supported"};
    Expr out = after;
    for (uint32_t i = times; i-- > 0;) {
      TRY_ASSIGN(const Expr once, Build(*node.parts[0], out, start && i == 0));
      out = i >= node.min ? pool_.Or(once, after) : once;
    }
    return out;
  }

  static bool IsZeroWidth(const Node& node) {
    switch (node.kind) {
      case Node::Kind::kEmpty:
      case Node::Kind::kStart:
      case Node::Kind::kEnd:
      case Node::Kind::kAhead:
      case Node::Kind::kNotAhead: return true;
      case Node::Kind::kSeq:
      case Node::Kind::kAlt:
        for (const auto& part : node.parts) {
          if (!IsZeroWidth(*part)) return false;
        }
        return true;
      default: return false;
    }
  }

  ExprPool& pool_;
  Spelling spelling_;
  Expr any_;
};

}  // namespace

Result<Expr> CompileRegex(ExprPool& pool, std::string_view pattern, const RegexOptions& options) {
  if (pattern.size() > 100'000) return Error{Code::kTooLarge, "pattern: longer than 100,000 bytes"};
  TRY_ASSIGN(const RegexPtr root, ParseRegex(pattern, options));
  return Builder(pool, options).Whole(*root, options.search);
}

}  // namespace heddle::grammar
