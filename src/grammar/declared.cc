#include "grammar/declared.h"

#include <algorithm>
#include <unordered_map>

#include "base/text.h"

namespace heddle::grammar {

Expr DeclaredTerminal(ExprPool& pool, std::string_view terminal) {
  Expr& known = pool.Named(Cat({"declared ", terminal}));
  return known != kNone ? known : known = pool.Rule(false);
}

Expr NamesTerminal(ExprPool& pool, std::string_view terminal, std::span<const std::string> names) {
  std::string key = Cat({"names ", terminal});
  std::vector<Expr> texts;
  for (const std::string& name : names) {
    key += Cat({" ", std::to_string(name.size()), ":", name});
    texts.push_back(pool.Literal(name));
  }
  Expr& known = pool.Named(key);
  if (known != kNone) return known;
  pool.Keep(nullptr, key.size() * 2);
  return known = pool.Rule(false, pool.Or(texts));
}

namespace {

// The expressions that a state is made of, each with those that it is part of.
class Parts {
 public:
  Parts(ExprPool& pool, Expr state) : pool_(pool), order_{state}, above_{{state, {}}} {
    for (size_t i = 0; i < order_.size(); ++i) {
      const Expr whole = order_[i];
      for (const Expr part : Of(whole)) {
        const auto [it, fresh] = above_.try_emplace(part);
        if (fresh) order_.push_back(part);
        it->second.push_back(whole);
      }
    }
  }

  std::vector<Expr> Of(Expr e) const {
    switch (pool_.kind(e)) {
      case Kind::kSeq: return {pool_.first(e), pool_.rest(e)};
      case Kind::kOr:
      case Kind::kAnd: return pool_.parts(e);
      case Kind::kNot:
      case Kind::kRepeat: return {pool_.first(e)};
      case Kind::kRule:
        if (pool_.sourced(e)) return {};
        if (const Expr body = pool_.Body(e); body != kNone) return {body};
        return {};
      default: return {};
    }
  }

  // Everything that holds one of `targets`, those included.
  std::unordered_map<Expr, Expr> Holding(std::span<const Expr> targets) const {
    std::unordered_map<Expr, Expr> out;
    std::vector<Expr> open;
    for (const Expr target : targets) {
      if (above_.contains(target) && out.emplace(target, kNone).second) open.push_back(target);
    }
    while (!open.empty()) {
      const Expr part = open.back();
      open.pop_back();
      for (const Expr whole : above_.at(part)) {
        if (out.emplace(whole, kNone).second) open.push_back(whole);
      }
    }
    return out;
  }

 private:
  ExprPool& pool_;
  std::vector<Expr> order_;
  std::unordered_map<Expr, std::vector<Expr>> above_;
};

}  // namespace

Expr Replace(ExprPool& pool, Expr state, std::span<const Expr> from, Expr to) {
  const Parts parts(pool, state);
  std::unordered_map<Expr, Expr> made = parts.Holding(from);  // kNone: not made yet
  if (!made.contains(state)) return state;
  std::vector<Expr> rules;
  for (auto& [old, now] : made) {
    if (std::find(from.begin(), from.end(), old) != from.end()) {
      now = to;
    } else if (pool.kind(old) == Kind::kRule) {
      now = pool.Rule(pool.nullable(old));
      rules.push_back(old);
    }
  }
  const auto now = [&](Expr old) {
    const auto it = made.find(old);
    return it == made.end() ? old : it->second;
  };
  // Parts before wholes; a rule is there already, so nothing goes round in circles.
  const auto make = [&](Expr top) {
    std::vector<std::pair<Expr, bool>> open{{top, false}};
    while (!open.empty()) {
      const auto [e, ready] = open.back();
      const auto it = made.find(e);
      if (it == made.end() || it->second != kNone) {
        open.pop_back();
        continue;
      }
      if (!ready) {
        open.back().second = true;
        for (const Expr part : parts.Of(e)) open.emplace_back(part, false);
        continue;
      }
      open.pop_back();
      std::vector<Expr> fresh = parts.Of(e);
      std::transform(fresh.begin(), fresh.end(), fresh.begin(), now);
      switch (pool.kind(e)) {
        case Kind::kSeq: made[e] = pool.Seq(fresh[0], fresh[1]); break;
        case Kind::kOr: made[e] = pool.Or(fresh); break;
        case Kind::kAnd: made[e] = pool.And(fresh); break;
        case Kind::kNot: made[e] = pool.Not(fresh[0]); break;
        default: made[e] = pool.Repeat(fresh[0], pool.min(e), pool.max(e)); break;
      }
    }
    return now(top);
  };
  for (const Expr rule : rules) pool.Define(made[rule], make(pool.Body(rule)));
  return make(state);
}

}  // namespace heddle::grammar
