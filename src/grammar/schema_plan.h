// SchemaPlanner: every combination of subschemas that can come up (a node) with what it allows, by type. Made once,
// before anything is generated, so that all refusals and all emptiness are known then.
#pragma once

#include <map>
#include <memory>

#include "grammar/schema_expand.h"
#include "grammar/schema_valid.h"

namespace heddle::grammar {

using NodeId = uint32_t;

struct ArrayPlan {
  // By position (the last entry stands for all later ones), then by which `contains` the item satisfies (bit set).
  std::vector<std::vector<NodeId>> items;
  uint32_t min = 0, max = kNoLimit;
  struct Count {
    uint32_t min, max;
  };
  std::vector<Count> contains;
  bool plain() const { return contains.empty(); }
  std::vector<Expr> distinct;  // uniqueItems over finitely many values: each at most once
};

struct PropertyPlan {
  std::string name;
  bool required = false;
  std::vector<NodeId> values;  // by which obligations the value meets (bit set); kNoNode: this property does not count
};

// Keys that are not listed: a language of names (the inside of a JSON string) and their values.
struct RegionPlan {
  Expr names = kNone;
  std::vector<NodeId> values;
};

struct ObjectPlan {
  std::vector<PropertyPlan> properties;
  std::vector<RegionPlan> regions;
  uint32_t min = 0, max = kNoLimit;
  size_t obligations = 0;
  bool table = false;  // listed names are told apart by a table (Kind::kNames); the regions may then include them
};

struct BranchPlan {
  Expr scalars = kNone;  // null, booleans, numbers, strings; or all of a finite choice
  std::optional<ArrayPlan> array;
  std::optional<ObjectPlan> object;
};

struct SchemaNode {
  std::vector<BranchPlan> branches;
  bool any = false;   // everything
  bool live = false;  // something satisfies it
};

inline constexpr NodeId kNoNode = UINT32_MAX;

// What is left of a schema: nothing in it points into the document.
struct SchemaPlan {
  std::vector<SchemaNode> nodes;  // the root first

  bool Live(const ArrayPlan& plan) const;
  bool Live(const ObjectPlan& plan) const;
};

class SchemaPlanner {
 public:
  SchemaPlanner(ExprPool& pool, const SchemaDocument& document, const SchemaOptions& options)
      : pool_(pool),
        document_(document),
        options_(options),
        expander_(document, options, pool.meter()),
        validator_(pool, document) {}

  // Plans everything that `root` leads to. False: see `refusal()`.
  bool Plan(const json::value& root);
  SchemaPlan TakePlan() { return std::move(plan_); }
  SchemaExpander& expander() { return expander_; }
  std::vector<SchemaRefusal> annotations;  // unknown formats

 private:
  NodeId NodeOf(Conjunction key);
  bool PlanNode(NodeId id);
  bool PlanBranch(const Conjunction& key, const Branch& branch, BranchPlan& out);
  bool Values(const Conjunction& key, const Branch& branch, BranchPlan& out);
  std::optional<Expr> Written(const json::value& value, const json::value* schema);
  bool Strings(const StringSpec& spec, Expr& out);
  bool Arrays(const Conjunction& key, const ArraySpec& spec, ArrayPlan& out);
  bool Unique(const ArraySpec& spec, const Conjunction& items, ArrayPlan& out);
  bool Objects(const ObjectSpec& spec, ObjectPlan& out);
  Conjunction ValuesOf(const ObjectSpec& spec, const std::string& name);
  bool Regions(const ObjectSpec& spec, ObjectPlan& out);
  std::optional<Expr> NameLanguage(const Literal& literal);
  bool Covers(const PropertyGroup& group, std::string_view name);
  bool Refuse(const json::value* schema, std::string_view keyword, std::string_view reason);
  void FindLive();

  ExprPool& pool_;
  const SchemaDocument& document_;
  const SchemaOptions& options_;
  SchemaExpander expander_;
  SchemaValidator validator_;
  SchemaPlan plan_;
  std::vector<Conjunction> keys_;  // by node
  std::map<Conjunction, NodeId> ids_;
};

}  // namespace heddle::grammar
