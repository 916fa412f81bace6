// SchemaGrammar: the plans of a schema as expressions. Objects are written out state by state, when the text gets
// there: a state is which property may come next, how many there were, and what is still owed.
#pragma once

#include <map>
#include <memory>
#include <memory_resource>

#include "grammar/schema_plan.h"

namespace heddle::grammar {

class SchemaGrammar : public RuleSource, public NameSource {
 public:
  // `depth`: of the values it writes, where white space tells.
  SchemaGrammar(ExprPool& pool, std::shared_ptr<const SchemaPlan> plan, const SchemaOptions& options,
                uint32_t depth = 0);

  Expr ExprOf(NodeId node);  // of a live node
  Expr Body(ExprPool& pool, uint32_t state) override;
  Expr AfterName(ExprPool& pool, uint32_t state, uint32_t index) override;
  bool Allows(uint32_t state, uint32_t index) override;
  size_t MemoryBytes() const;

 private:
  struct ObjectState {
    NodeId node = 0;
    uint32_t branch = 0;
    uint32_t next = 0;   // properties before this one are done with; in any order: not used
    uint32_t count = 0;  // properties so far, as far as the bounds need it
    uint32_t met = 0;    // obligations met, a bit each
    bool first = true;
    std::vector<bool> seen;  // any order: which properties were
    auto operator<=>(const ObjectState&) const = default;
  };
  struct ArrayState {
    NodeId node = 0;
    uint32_t branch = 0;
    uint32_t at = 0;               // items so far, as far as prefix and bounds need it
    std::vector<uint32_t> counts;  // of each `contains`, or which distinct values were used
    auto operator<=>(const ArrayState&) const = default;
  };

  Expr Value(NodeId node);  // inside a list or an object
  SchemaGrammar& Deeper();
  Expr RuleOf(const ObjectState& state);
  Expr RuleOf(const ArrayState& state);
  Expr ObjectBody(const ObjectState& state, uint32_t id);
  // The properties of a plan as `name"`, sorted, with their numbers. Empty where they are told apart by expressions.
  struct NameTable {
    std::vector<std::string> names;
    std::vector<uint32_t> properties;
  };
  const NameTable& TableOf(const ObjectPlan& plan);
  uint32_t LastPossible(const ObjectState& state, const ObjectPlan& plan);
  bool Possible(const ObjectState& state, const ObjectPlan& plan, uint32_t property);
  Expr ArrayBody(const ArrayState& state);
  bool Counted(const ObjectPlan& plan) const { return plan.min > 0 || plan.max != kNoLimit; }
  ObjectState After(const ObjectState& state, const ObjectPlan& plan, uint32_t property, uint32_t met) const;
  bool MayClose(const ObjectState& state, const ObjectPlan& plan) const;
  bool MayCount(int depth);
  bool CanFinish(const ObjectState& state, int depth = 0);
  bool CanFinish(const ArrayState& state, int depth);
  bool MayClose(const ArrayState& state, const ArrayPlan& plan) const;
  std::vector<std::pair<Expr, ArrayState>> Items(const ArrayState& state, const ArrayPlan& plan, bool build);
  Expr PlainArray(const ArrayPlan& plan);
  Expr& Any(std::string_view what, Expr& own);
  Expr AnyValue();
  Expr AnyObject();
  Expr Array(Expr item, uint32_t min, uint32_t max);
  bool IsAnyObject(const ObjectPlan& plan) const;

  ExprPool& pool_;
  SchemaOptions options_;
  std::shared_ptr<const SchemaPlan> plan_;
  uint32_t depth_;
  std::unique_ptr<SchemaGrammar> deeper_;  // for what lies inside; only where white space tells the depth
  // White space after what opens, before the first member, after a member, and before what closes if there were
  // members.
  Expr ws_, open_, trail_, close_, comma_, colon_, quote_;
  Expr any_value_ = kNone, any_object_ = kNone;  // where they differ by depth
  std::vector<Expr> exprs_;                      // by node; kNone: not made
  std::vector<Expr> rules_;                      // by node: its rule, where it contains itself
  std::vector<bool> making_;                     // by node
  int nested_ = 0;                               // how many are being made
  std::vector<NodeId> postponed_;                // rules without a body yet, because too many were
  std::pmr::monotonic_buffer_resource memory_{1024};
  std::pmr::map<ObjectState, Expr> object_rules_{&memory_};
  std::pmr::map<ArrayState, Expr> array_rules_{&memory_};
  std::vector<const ObjectState*> objects_;  // by a rule's argument: keys of the rules
  std::vector<const ArrayState*> arrays_;
  std::map<const ObjectPlan*, std::unique_ptr<NameTable>> tables_;
  const ObjectPlan* last_plan_ = nullptr;  // what LastPossible said last
  uint32_t last_next_ = 0, last_ = 0;
  std::map<ObjectState, bool> finishes_;
  std::map<ArrayState, bool> array_finishes_;
};

}  // namespace heddle::grammar
