// Cfg: a context-free grammar over expressions, as the text front ends (Lark, GBNF) build it. Compiling it takes out
// rules that derive nothing and left recursion, so that derivatives always end; ambiguity needs no care.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "grammar/expr_pool.h"

namespace heddle::grammar {

// One node of a rule's right-hand side.
struct Term {
  enum class Kind { kExpr, kRule, kSeq, kAlt, kRepeat } kind = Kind::kSeq;
  Expr expr = kEps;  // kExpr: a terminal
  size_t rule = 0;   // kRule
  uint32_t min = 0, max = 0;
  std::vector<Term> parts;  // an empty kSeq is the empty string, an empty kAlt nothing

  static Term Of(Expr e) { return {.kind = Kind::kExpr, .expr = e}; }
  static Term Ref(size_t rule) { return {.kind = Kind::kRule, .rule = rule}; }
};

class Cfg {
 public:
  explicit Cfg(ExprPool& pool) : pool_(pool) {}

  size_t Rule(const std::string& name);  // its number, declared on first mention
  bool Defined(size_t rule) const { return rules_[rule].defined; }
  const std::string& name(size_t rule) const { return rules_[rule].name; }
  size_t size() const { return rules_.size(); }
  void Define(size_t rule, Term body) { rules_[rule].body = std::move(body), rules_[rule].defined = true; }

  // The language of `start`. Errors: an undefined rule, no text at all, or more than 2,000 rules of one left recursion.
  Result<Expr> Compile(size_t start);

 private:
  struct RuleEntry {
    std::string name;
    Term body;
    bool defined = false, nullable = false, productive = false;
    bool solid = false;  // it derives some text that is not empty
    Expr expr = kNone, nonempty = kNone;
    int component = -1;  // of left recursion; -1: none
  };
  struct Coefficient {  // what follows a left-recursive rule: a language without the empty string, and whether with it
    Expr rest = kNone;
    bool eps = false;
  };
  struct Split {  // a term as: sum of rule_j coefficient_j, plus what begins with none of them; without the empty
                  // string
    std::map<size_t, Coefficient> recursive;
    Expr other = kNone;
  };

  // Of a term. All count their steps, because rules are looked at again and again.
  bool Nullable(const Term& term) const;
  bool Productive(const Term& term) const;
  bool Solid(const Term& term) const;
  void LeftRules(const Term& term, std::vector<size_t>& out) const;
  void FindComponents();
  Expr Build(const Term& term);
  Expr BuildNonEmpty(const Term& term);
  Expr BuildSeq(const std::vector<Term>& parts, size_t from);
  Expr BuildSeqNonEmpty(const std::vector<Term>& parts, size_t from);
  Split Decompose(const Term& term, int component);
  Split DecomposeSeq(const std::vector<Term>& parts, size_t from, int component);
  static void Add(ExprPool& pool, Split& to, const Split& from);
  Result<> Solve(const std::vector<size_t>& members);

  ExprPool& pool_;
  std::vector<RuleEntry> rules_;
  std::map<std::string, size_t, std::less<>> names_;
};

}  // namespace heddle::grammar
