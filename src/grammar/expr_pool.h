// ExprPool: expressions and their derivatives (Brzozowski 1964; Owens, Reppy and Turon 2009). Equal expressions have
// equal ids, so an id is also the state of a lazily built automaton: what is left to match. Recursion goes through
// rules, so the whole is a pushdown recogniser whose stack is the tail of a sequence.
//
// A pool grows while it is used and frees nothing until it dies. Not thread-safe.
#pragma once

#include <initializer_list>
#include <map>
#include <memory>
#include <memory_resource>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "grammar/arc_list.h"
#include "grammar/meter.h"

namespace heddle::grammar {

class ExprPool {
 public:
  explicit ExprPool(PoolLimits limits = {});
  ExprPool(const ExprPool&) = delete;

  Expr Bytes(const ByteSet& set);
  Expr Literal(std::string_view bytes);
  Expr Seq(Expr first, Expr rest);
  Expr Seq(std::initializer_list<Expr> parts);
  Expr Or(std::span<const Expr> parts);
  Expr Or(Expr a, Expr b);
  Expr And(std::span<const Expr> parts);
  Expr And(Expr a, Expr b);
  Expr Not(Expr a);
  Expr Repeat(Expr a, uint32_t min, uint32_t max);  // max may be kNoLimit
  Expr Star(Expr a) { return Repeat(a, 0, kNoLimit); }
  Expr Optional(Expr a) { return Repeat(a, 0, 1); }
  Expr Char(const CharSet& set, Spelling spelling);
  Expr Of(const Automaton* automaton, uint32_t state);  // the automaton must outlive the pool: see Keep

  // Rules: declared first, so that they can refer to each other. The empty language is no rule's body: leave it out.
  Expr Rule(bool nullable, Expr body = kNone);
  Expr Rule(bool nullable, RuleSource* source, uint32_t argument);
  void Define(Expr rule, Expr body);
  Expr Body(Expr rule);

  // `names` is sorted, at most 65,535, and lives as long as the pool (see Keep); `other` may be kNone.
  Expr Names(const std::vector<std::string>* names, NameSource* source, uint32_t argument, Expr other);
  // kNames: what it tells apart, the bytes read of a name, and those at which a listed one goes on.
  const ExprNames& names(Expr e) const { return choices_[nodes_[e].a]; }
  uint32_t name_depth(Expr e) const { return nodes_[e].c; }
  ByteSet NameBytes(Expr e) const;
  // Keeps an object alive as long as the pool; `bytes` is what it weighs.
  void Keep(std::shared_ptr<const void> owned, size_t bytes = 0);
  // Lets go of up to `count` of them; false when there are none. Only for a pool that is never used again.
  bool Drop(size_t count);
  // An expression kept under a name for all who build in this pool; kNone until it is set.
  Expr& Named(const std::string& name) { return named_[name]; }

  Kind kind(Expr e) const { return nodes_[e].kind; }
  bool nullable(Expr e) const { return nodes_[e].nullable; }
  // kSeq: first and rest. kRepeat: repeated, min and max. kNot: negated. kRule: written by a source, so of one grammar.
  Expr first(Expr e) const { return nodes_[e].a; }
  bool sourced(Expr e) const { return rules_[nodes_[e].a].source != nullptr; }
  Expr rest(Expr e) const { return nodes_[e].b; }
  uint32_t min(Expr e) const { return nodes_[e].b; }
  uint32_t max(Expr e) const { return nodes_[e].c; }
  std::vector<Expr> parts(Expr e) const {  // kOr, kAnd
    return {lists_.begin() + nodes_[e].a, lists_.begin() + nodes_[e].a + nodes_[e].b};
  }

  // kChar at its start: the set and how it is spelled; null otherwise. kBytes: the set.
  const CharSet* char_set(Expr e, Spelling& spelling) const;
  const ByteSet& byte_set(Expr e) const { return sets_[nodes_[e].a]; }

  // The derivatives of a state; computed once.
  ArcList Arcs(Expr e);
  Expr Next(Expr e, uint8_t byte);
  ByteSet FirstBytes(Expr e);
  // Whether a language has any string at all. Everything but intersections and complements is known to.
  bool Live(Expr e);
  // Bytes of the shortest text of a live language; a lower bound where intersections decide.
  uint32_t LeastLength(Expr e, int depth = 0);

  Meter& meter() { return meter_; }
  const std::string& failure() const { return meter_.failure(); }  // see Meter
  bool failed() const { return meter_.failed(); }
  size_t size() const { return nodes_.size(); }
  size_t MemoryBytes() const;
  std::string Describe(Expr e, int depth = 3) const;  // for people

 private:
  friend class CharArcs;
  friend class Meter::Work;
  using Node = ExprNode;
  void DeriveNames(const Node& node, std::vector<Arc>& out);
  uint32_t ChoiceOf(const ExprNames& choice);
  // Whether `other` matches anything but the names from..end, which share their first `at` bytes with what it has read.
  bool LivesBeside(const std::vector<std::string>& names, uint32_t from, uint32_t end, size_t at, Expr other);
  Expr Intern(Node node);
  uint64_t HashOf(const Node& node) const;
  void MakeTable(size_t size);
  void Grow();
  // A sequence whose head cannot be empty is not derived itself: its head is, and the rest follows.
  bool ByHead(const Node& node) const {
    return node.kind == Kind::kSeq && !nodes_[node.a].nullable && (!node.boolean || nodes_[node.b].live == 1);
  }
  Expr InternList(Kind kind, std::vector<Expr>& parts);
  std::vector<Expr> Merged(std::vector<Expr> flat);
  Expr OrOf(std::vector<Expr> flat);
  Expr BothRuns(Expr a, Expr b);
  Expr CharNode(uint32_t set, uint32_t stage, uint32_t value);
  ArcList RawArcs(Expr e, int depth);
  uint32_t SetOf(const ByteSet& set);
  void Derive(Expr e, int depth, std::vector<Arc>& out);
  void DeriveAnd(Expr e, int depth, std::vector<Arc>& out);
  void Merge(std::vector<Arc>& arcs);
  void MergeMany(std::vector<Arc>& arcs);
  bool Search(Expr e);
  void Recover();  // from work that an exception cut short
  PoolLimits limits_;
  std::pmr::monotonic_buffer_resource memory_{1 << 16};  // of arcs, rows and small tables: given up as a whole
  std::vector<Node> nodes_;
  std::vector<Expr> lists_;
  std::string bytes_;
  std::vector<ByteSet> sets_;  // first those of one byte each
  std::vector<CharSet> char_sets_;
  std::vector<ExprRule> rules_;
  std::vector<const Automaton*> automata_;
  std::vector<ExprNames> choices_;
  std::pmr::map<ExprNames, uint32_t> choice_ids_{&memory_};
  std::vector<ArcList> arcs_;
  std::vector<uint8_t*> rows_;
  std::unique_ptr<uint32_t[], UnmapPages> table_;  // open addressing: node ids, 0 where free
  size_t table_size_ = 0, arc_count_ = 0;
  std::vector<std::vector<Arc>> scratch_;                          // one per depth of a derivative
  std::vector<uint32_t> set_table_ = std::vector<uint32_t>(4096);  // open addressing: numbers of sets, 0 where free
  std::pmr::unordered_multimap<uint64_t, uint32_t> char_set_ids_{&memory_};
  std::vector<std::shared_ptr<const void>> kept_;
  size_t kept_bytes_ = 0;
  std::unordered_map<std::string, Expr> named_;
  std::pmr::unordered_map<Expr, uint32_t> lengths_{&memory_};
  int merging_ = 0;                           // calls of Or inside Or
  std::map<std::vector<Expr>, Expr> merged_;  // what they gave
  Meter meter_;
};

}  // namespace heddle::grammar
