// Left recursion is solved as a linear system (Rosenkrantz 1967): with A = A N + b over the rules of one component, A
// is b N*, and every entry of N* is a rule that recurs on the right. Empty strings are kept out of N, so that it ends.
#include "grammar/cfg.h"

#include <algorithm>
#include <functional>

#include "base/text.h"

namespace heddle::grammar {

size_t Cfg::Rule(const std::string& name) {
  const auto [it, fresh] = names_.emplace(name, rules_.size());
  if (fresh) rules_.push_back({.name = name});
  return it->second;
}

bool Cfg::Nullable(const Term& term) const {
  if (!pool_.meter().Spend(1)) return false;
  const auto nullable = [this](const Term& part) { return Nullable(part); };
  switch (term.kind) {
    case Term::Kind::kExpr: return pool_.nullable(term.expr);
    case Term::Kind::kRule: return rules_[term.rule].nullable;
    case Term::Kind::kSeq: return std::all_of(term.parts.begin(), term.parts.end(), nullable);
    case Term::Kind::kAlt: return std::any_of(term.parts.begin(), term.parts.end(), nullable);
    case Term::Kind::kRepeat: return term.min == 0 || Nullable(term.parts[0]);
  }
  return false;
}

bool Cfg::Productive(const Term& term) const {
  if (!pool_.meter().Spend(1)) return false;
  const auto productive = [this](const Term& part) { return Productive(part); };
  switch (term.kind) {
    case Term::Kind::kExpr: return term.expr != kNone;
    case Term::Kind::kRule: return rules_[term.rule].productive;
    case Term::Kind::kSeq: return std::all_of(term.parts.begin(), term.parts.end(), productive);
    case Term::Kind::kAlt: return std::any_of(term.parts.begin(), term.parts.end(), productive);
    case Term::Kind::kRepeat: return term.min == 0 || Productive(term.parts[0]);
  }
  return false;
}

bool Cfg::Solid(const Term& term) const {
  if (!pool_.meter().Spend(1)) return false;
  const auto solid = [this](const Term& part) { return Solid(part); };
  switch (term.kind) {
    case Term::Kind::kExpr: return term.expr != kNone && term.expr != kEps;
    case Term::Kind::kRule: return rules_[term.rule].solid;
    case Term::Kind::kSeq: return Productive(term) && std::any_of(term.parts.begin(), term.parts.end(), solid);
    case Term::Kind::kAlt: return std::any_of(term.parts.begin(), term.parts.end(), solid);
    case Term::Kind::kRepeat: return term.max > 0 && Solid(term.parts[0]);
  }
  return false;
}

// The rules that `term` may begin with.
void Cfg::LeftRules(const Term& term, std::vector<size_t>& out) const {
  if (!pool_.meter().Spend(1)) return;
  switch (term.kind) {
    case Term::Kind::kExpr: return;
    case Term::Kind::kRule: return out.push_back(term.rule);
    case Term::Kind::kSeq:
      for (const Term& part : term.parts) {
        LeftRules(part, out);
        if (!Nullable(part)) return;
      }
      return;
    default:
      for (const Term& part : term.parts) LeftRules(part, out);
  }
}

// Tarjan's strongly connected components of "may begin with", without recursion on hostile depth.
void Cfg::FindComponents() {
  const size_t n = rules_.size();
  std::vector<std::vector<size_t>> edges(n);
  for (size_t i = 0; i < n; ++i) LeftRules(rules_[i].body, edges[i]);
  std::vector<size_t> index(n, SIZE_MAX), low(n, 0), stack;
  std::vector<bool> on(n, false);
  size_t next = 0;
  int component = 0;
  for (size_t root = 0; root < n; ++root) {
    if (index[root] != SIZE_MAX) continue;
    std::vector<std::pair<size_t, size_t>> calls{{root, 0}};
    while (!calls.empty()) {
      auto& [v, edge] = calls.back();
      if (edge == 0 && index[v] == SIZE_MAX) index[v] = low[v] = next++, stack.push_back(v), on[v] = true;
      if (edge < edges[v].size()) {
        const size_t w = edges[v][edge++];
        if (index[w] == SIZE_MAX)
          calls.emplace_back(w, 0);
        else if (on[w])
          low[v] = std::min(low[v], index[w]);
        continue;
      }
      const size_t done = v;
      calls.pop_back();
      if (!calls.empty()) low[calls.back().first] = std::min(low[calls.back().first], low[done]);
      if (low[done] != index[done]) continue;
      const bool self = std::find(edges[done].begin(), edges[done].end(), done) != edges[done].end();
      const bool recursive = stack.back() != done || self;
      for (;;) {
        const size_t w = stack.back();
        stack.pop_back();
        on[w] = false;
        if (recursive) rules_[w].component = component;
        if (w == done) break;
      }
      component += recursive ? 1 : 0;
    }
  }
}

Expr Cfg::BuildSeq(const std::vector<Term>& parts, size_t from) {
  Expr out = kEps;
  for (size_t i = parts.size(); i-- > from;) out = pool_.Seq(Build(parts[i]), out);
  return out;
}

Expr Cfg::Build(const Term& term) {
  if (!pool_.meter().Spend(1)) return kNone;
  switch (term.kind) {
    case Term::Kind::kExpr: return term.expr;
    case Term::Kind::kRule: return rules_[term.rule].expr;
    case Term::Kind::kSeq: return BuildSeq(term.parts, 0);
    case Term::Kind::kAlt: {
      std::vector<Expr> out;
      for (const Term& part : term.parts) out.push_back(Build(part));
      return pool_.Or(out);
    }
    case Term::Kind::kRepeat: return pool_.Repeat(Build(term.parts[0]), term.min, term.max);
  }
  return kNone;
}

Expr Cfg::BuildSeqNonEmpty(const std::vector<Term>& parts, size_t from) {
  std::vector<Expr> out;  // by the first part that is not empty
  for (size_t i = from; i < parts.size(); ++i) {
    out.push_back(pool_.Seq(BuildNonEmpty(parts[i]), BuildSeq(parts, i + 1)));
    if (!Nullable(parts[i])) break;
  }
  return pool_.Or(out);
}

Expr Cfg::BuildNonEmpty(const Term& term) {
  if (!Nullable(term)) return Build(term);
  switch (term.kind) {
    case Term::Kind::kExpr: {
      const Expr out = pool_.And(term.expr, pool_.Seq(pool_.Bytes(ByteSet::All()), kAll));
      return pool_.Live(out) ? out : kNone;
    }
    case Term::Kind::kRule: return rules_[term.rule].nonempty;
    case Term::Kind::kSeq: return BuildSeqNonEmpty(term.parts, 0);
    case Term::Kind::kAlt: {
      std::vector<Expr> out;
      for (const Term& part : term.parts) out.push_back(BuildNonEmpty(part));
      return pool_.Or(out);
    }
    case Term::Kind::kRepeat: {
      if (term.max == 0) return kNone;
      const Expr less = pool_.Repeat(Build(term.parts[0]), term.min == 0 ? 0 : term.min - 1,
                                     term.max == kNoLimit ? kNoLimit : term.max - 1);
      return pool_.Seq(BuildNonEmpty(term.parts[0]), less);
    }
  }
  return kNone;
}

void Cfg::Add(ExprPool& pool, Split& to, const Split& from) {
  if (!pool.meter().Spend(1 + from.recursive.size())) return;
  to.other = pool.Or(to.other, from.other);
  for (const auto& [rule, coefficient] : from.recursive) {
    Coefficient& mine = to.recursive[rule];
    mine.rest = pool.Or(mine.rest, coefficient.rest);
    mine.eps |= coefficient.eps;
  }
}

Cfg::Split Cfg::DecomposeSeq(const std::vector<Term>& parts, size_t from, int component) {
  Split out;
  for (size_t i = from; i < parts.size(); ++i) {
    const Split first = Decompose(parts[i], component);
    const Expr rest = BuildSeq(parts, i + 1), rest_nonempty = BuildSeqNonEmpty(parts, i + 1);
    const bool rest_nullable = std::all_of(parts.begin() + static_cast<std::ptrdiff_t>(i) + 1, parts.end(),
                                           [this](const Term& t) { return Nullable(t); });
    Split here{.other = pool_.Seq(first.other, rest)};
    for (const auto& [rule, c] : first.recursive)
      here.recursive[rule] = {pool_.Or(pool_.Seq(c.rest, rest), c.eps ? rest_nonempty : kNone), c.eps && rest_nullable};
    Add(pool_, out, here);
    if (!Nullable(parts[i])) break;
  }
  return out;
}

Cfg::Split Cfg::Decompose(const Term& term, int component) {
  if (!pool_.meter().Spend(1)) return {};
  switch (term.kind) {
    case Term::Kind::kRule:
      if (rules_[term.rule].component == component) return {.recursive = {{term.rule, {kNone, true}}}};
      [[fallthrough]];
    case Term::Kind::kExpr: return {.other = BuildNonEmpty(term)};
    case Term::Kind::kSeq: return DecomposeSeq(term.parts, 0, component);
    case Term::Kind::kAlt: {
      Split out;
      for (const Term& part : term.parts) Add(pool_, out, Decompose(part, component));
      return out;
    }
    case Term::Kind::kRepeat: {
      if (term.max == 0) return {};
      Term less = term;
      less.min = term.min == 0 ? 0 : term.min - 1, less.max = term.max == kNoLimit ? kNoLimit : term.max - 1;
      // The first repetition that is not empty, then fewer: repetitions that are empty before it change nothing.
      const Split first = Decompose(term.parts[0], component);
      const Expr rest = Build(less), rest_nonempty = BuildNonEmpty(less);
      Split out{.other = pool_.Seq(first.other, rest)};
      for (const auto& [rule, c] : first.recursive)
        out.recursive[rule] = {pool_.Or(pool_.Seq(c.rest, rest), c.eps ? rest_nonempty : kNone),
                               c.eps && Nullable(less)};
      return out;
    }
  }
  return {};
}

Result<> Cfg::Solve(const std::vector<size_t>& members) {
  const size_t n = members.size();
  if (n > 200) return Error{Code::kTooLarge, "more than 200 rules are left-recursive through each other"};
  if (!pool_.meter().Spend(n * n * n / 4)) return {};  // the caller names the limit
  std::vector<Split> splits;
  for (const size_t rule : members) splits.push_back(Decompose(rules_[rule].body, rules_[rule].component));
  // N[k][l]: what follows member k in member l. Its empty strings go into the closure C, so that P = N' C has none.
  std::vector<std::vector<Expr>> rest(n, std::vector<Expr>(n, kNone));
  std::vector<std::vector<bool>> closure(n, std::vector<bool>(n, false));
  for (size_t k = 0; k < n; ++k) {
    closure[k][k] = true;
    for (size_t l = 0; l < n; ++l) {
      const auto found = splits[l].recursive.find(members[k]);
      if (found == splits[l].recursive.end()) continue;
      rest[k][l] = found->second.rest;
      if (found->second.eps) closure[k][l] = true;
    }
  }
  for (size_t via = 0; via < n; ++via) {
    for (size_t k = 0; k < n; ++k) {
      for (size_t l = 0; l < n; ++l) {
        if (closure[k][via] && closure[via][l]) closure[k][l] = true;
      }
    }
  }
  std::vector<std::vector<Expr>> star(n, std::vector<Expr>(n, kNone));
  for (size_t k = 0; k < n; ++k) {
    for (size_t l = 0; l < n; ++l) star[k][l] = pool_.Rule(k == l);
  }
  // Which entries of P* derive anything: reachability along non-empty entries.
  std::vector<std::vector<Expr>> step(n, std::vector<Expr>(n, kNone));
  std::vector<std::vector<bool>> reach(n, std::vector<bool>(n, false));
  for (size_t k = 0; k < n; ++k) {
    for (size_t l = 0; l < n; ++l) {
      for (size_t p = 0; p < n; ++p) {
        if (closure[p][l]) step[k][l] = pool_.Or(step[k][l], rest[k][p]);
      }
      reach[k][l] = k == l || step[k][l] != kNone;
    }
  }
  for (size_t via = 0; via < n; ++via) {
    for (size_t k = 0; k < n; ++k) {
      for (size_t l = 0; l < n; ++l) {
        if (reach[k][via] && reach[via][l]) reach[k][l] = true;
      }
    }
  }
  for (size_t k = 0; k < n; ++k) {
    for (size_t i = 0; i < n; ++i) {
      std::vector<Expr> parts;
      if (k == i) parts.push_back(kEps);
      for (size_t l = 0; l < n; ++l) {
        if (reach[l][i]) parts.push_back(pool_.Seq(step[k][l], star[l][i]));
      }
      pool_.Define(star[k][i], pool_.Or(parts));
    }
  }
  for (size_t i = 0; i < n; ++i) {
    std::vector<Expr> parts;
    for (size_t k = 0; k < n; ++k) {
      for (size_t p = 0; p < n; ++p) {
        if (closure[k][p] && reach[p][i]) parts.push_back(pool_.Seq(splits[k].other, star[p][i]));
      }
    }
    RuleEntry& rule = rules_[members[i]];
    const Expr nonempty = pool_.Or(parts);
    if (rule.nullable && rule.solid) pool_.Define(rule.nonempty, nonempty);
    pool_.Define(rule.expr, rule.nullable ? pool_.Or(kEps, nonempty) : nonempty);
  }
  return {};
}

Result<Expr> Cfg::Compile(size_t start) {
  if (rules_.size() > 100'000) return Error{Code::kTooLarge, "more than 100,000 rules"};
  for (const RuleEntry& rule : rules_) {
    if (!rule.defined) return Error{Code::kInvalid, Cat({"the rule '", rule.name, "' is not defined"})};
  }
  for (bool changed = true; changed;) {
    changed = false;
    for (RuleEntry& rule : rules_) {
      if (!rule.nullable && Nullable(rule.body)) rule.nullable = changed = true;
      if (!rule.productive && Productive(rule.body)) rule.productive = changed = true;
      if (!rule.solid && Solid(rule.body)) rule.solid = changed = true;
    }
  }
  if (pool_.failed()) return Error{Code::kTooLarge, pool_.failure()};
  if (!rules_[start].productive)
    return Error{Code::kInvalid, Cat({"the rule '", rules_[start].name, "' derives no text"})};
  FindComponents();
  for (RuleEntry& rule : rules_) {
    if (!rule.productive) continue;  // kNone: it is left out wherever it stands
    rule.expr = pool_.Rule(rule.nullable);
    rule.nonempty = !rule.solid ? kNone : rule.nullable ? pool_.Rule(false) : rule.expr;
  }
  std::map<int, std::vector<size_t>> components;
  for (size_t i = 0; i < rules_.size(); ++i) {
    RuleEntry& rule = rules_[i];
    if (!rule.productive) continue;
    if (rule.component >= 0) {
      components[rule.component].push_back(i);
      continue;
    }
    pool_.Define(rule.expr, Build(rule.body));
    if (rule.nullable && rule.solid) pool_.Define(rule.nonempty, BuildNonEmpty(rule.body));
  }
  for (const auto& [component, members] : components) TRY(Solve(members));
  if (!pool_.failure().empty()) return Error{Code::kTooLarge, pool_.failure()};
  return rules_[start].expr;
}

}  // namespace heddle::grammar
