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
    if (!search) return Build(node, kEps, Before::kNothing);
    TRY_ASSIGN(const Expr later, Build(node, any_, Before::kAnything));
    if (!node.zero_width) return later == any_ ? any_ : pool_.Seq(any_, later);
    TRY_ASSIGN(const Expr here, Build(node, any_, Before::kNothing));
    return pool_.Or(here, pool_.Seq(pool_.Seq(pool_.Char(CharSet::All(), spelling_), any_), later));
  }

 private:
  // What stands before a part: nothing, so that `^` holds; any text, whatever it is (any_); or some text.
  enum class Before { kNothing, kAnything, kSomething };

  // What matches `node` and then `after`.
  Result<Expr> Build(const Node& node, Expr after, Before before) {
    if (!pool_.meter().Spend(2)) return kNone;
    switch (node.kind) {
      case Node::Kind::kEmpty: return after;
      case Node::Kind::kChars: return pool_.Seq(pool_.Char(node.chars, spelling_), after);
      case Node::Kind::kStart: return before == Before::kNothing ? after : kNone;
      case Node::Kind::kEnd: return pool_.nullable(after) ? kEps : kNone;
      case Node::Kind::kAhead:
      case Node::Kind::kNotAhead: {
        TRY_ASSIGN(const Expr seen, Build(*node.parts[0], kAll, before));
        return pool_.And(node.kind == Node::Kind::kAhead ? seen : pool_.Not(seen), after);
      }
      case Node::Kind::kSeq: {
        // Only before anything is consumed does `^` hold: it reaches a part when all before it are zero-width.
        size_t fixed = 0;
        while (fixed < node.parts.size() && IsZeroWidth(*node.parts[fixed])) ++fixed;
        Expr out = after;
        for (size_t i = node.parts.size(); i-- > 0;) {
          const bool same = i == 0 || (i <= fixed && before == Before::kNothing);
          TRY_ASSIGN(out, Build(*node.parts[i], out, same ? before : Before::kSomething));
        }
        return out;
      }
      case Node::Kind::kAlt: {
        std::vector<Expr> parts;
        if (!node.zero_width && after != any_ && before != Before::kAnything) {
          for (const auto& part : node.parts) {
            TRY_ASSIGN(const Expr built, Build(*part, kEps, Before::kSomething));
            parts.push_back(built);
          }
          return pool_.Seq(pool_.Or(parts), after);
        }
        for (const auto& part : node.parts) {
          TRY_ASSIGN(const Expr built, Build(*part, after, before));
          parts.push_back(built);
        }
        return pool_.Or(parts);
      }
      case Node::Kind::kRepeat: return Repeat(node, after, before);
    }
    return kNone;
  }

  Result<Expr> Repeat(const Node& node, Expr after, Before before) {
    if (!node.zero_width) {
      // Beside any text, to match more often than needed makes no difference.
      const bool least = before == Before::kAnything || after == any_;
      TRY_ASSIGN(const Expr inner, Build(*node.parts[0], kEps, Before::kSomething));
      return pool_.Seq(pool_.Repeat(inner, node.min, least ? node.min : node.max), after);
    }
    const uint32_t times = node.max == kNoLimit ? node.min + 1 : node.max;
    if (times > 8 || node.max == kNoLimit)
      return Error{Code::kInvalid, "pattern: an anchor or look-around inside a repetition is not supported"};
    Expr out = after;
    for (uint32_t i = times; i-- > 0;) {
      TRY_ASSIGN(const Expr once, Build(*node.parts[0], out, i == 0 ? before : Before::kSomething));
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
