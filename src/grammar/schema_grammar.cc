#include "grammar/schema_grammar.h"

#include <algorithm>

#include "base/text.h"
#include "grammar/schema_numbers.h"
#include "grammar/schema_values.h"

namespace heddle::grammar {
namespace {

// In a rule's argument: a state of an array; a node, one level deeper.
constexpr uint32_t kArrayBit = 1U << 31, kNodeBit = 1U << 30;
constexpr uint32_t kAnyValue = kNodeBit | (kNodeBit - 1);  // instead of a node: anything
constexpr uint32_t kDeepest = 200;                         // levels of indentation
constexpr int kMostNested = 200;                           // calls for values inside values

}  // namespace

SchemaGrammar::SchemaGrammar(ExprPool& pool, std::shared_ptr<const SchemaPlan> plan, const SchemaOptions& options,
                             uint32_t depth)
    : pool_(pool), options_(options), plan_(std::move(plan)), depth_(depth) {
  ByteSet blank;
  for (const char c : std::string_view(" \t\n\r")) blank.Add(static_cast<uint8_t>(c));
  quote_ = pool_.Literal("\"");
  ws_ = options_.white_space == WhiteSpace::kFlexible ? pool_.Star(pool_.Bytes(blank)) : kEps;
  open_ = close_ = kEps, trail_ = ws_;
  const bool spaced = options_.white_space == WhiteSpace::kSpaced;
  comma_ = pool_.Seq(pool_.Literal(spaced ? ", " : ","), ws_);
  colon_ = pool_.Seq({ws_, pool_.Literal(spaced ? ": " : ":"), ws_});
  if (options_.white_space != WhiteSpace::kIndented) return;
  const auto line = [&](uint32_t level) {
    return pool_.Literal("\n" + std::string(size_t{level} * options_.indent, ' '));
  };
  open_ = line(depth_ + 1), close_ = line(depth_);
  comma_ = pool_.Seq(pool_.Literal(","), open_);
  colon_ = pool_.Literal(": ");
}

SchemaGrammar& SchemaGrammar::Deeper() {
  if (depth_ >= kDeepest) return *this;
  if (deeper_ == nullptr) deeper_ = std::make_unique<SchemaGrammar>(pool_, plan_, options_, depth_ + 1);
  return *deeper_;
}

// Indented values are written when the text gets there: they differ by depth.
Expr SchemaGrammar::Value(NodeId id) {
  const SchemaNode& node = plan_->nodes[id];
  const bool flat = !node.any && std::none_of(node.branches.begin(), node.branches.end(),
                                              [](const BranchPlan& b) { return b.array || b.object; });
  if (options_.white_space != WhiteSpace::kIndented || flat) return ExprOf(id);
  return node.live ? pool_.Rule(false, this, kNodeBit | id) : kNone;
}

size_t SchemaGrammar::MemoryBytes() const {
  size_t out = sizeof *this;
  for (const SchemaNode& node : plan_->nodes) {
    out += sizeof node;
    for (const BranchPlan& branch : node.branches) {
      out += sizeof branch;
      if (branch.object) out += branch.object->properties.size() * 96;
    }
  }
  return out;
}

Expr SchemaGrammar::ExprOf(NodeId id) {
  if (pool_.failed()) return kNone;  // nothing made from now on is kept, so each node would be made again and again
  exprs_.resize(plan_->nodes.size(), kNone), rules_.resize(exprs_.size(), kNone), making_.resize(exprs_.size(), false);
  if (exprs_[id] != kNone) return exprs_[id];
  const SchemaNode& node = plan_->nodes[id];
  if (node.any) return exprs_[id] = AnyValue();
  if (!node.live) return kNone;
  if (making_[id] || nested_ == kMostNested) {  // it contains itself, or is better made later
    if (!making_[id]) postponed_.push_back(id);
    if (rules_[id] == kNone) rules_[id] = pool_.Rule(false);
    return rules_[id];
  }
  making_[id] = true;
  ++nested_;
  std::vector<Expr> parts;
  for (uint32_t b = 0; b < node.branches.size(); ++b) {
    const BranchPlan& branch = node.branches[b];
    parts.push_back(branch.scalars);
    if (branch.array && plan_->Live(*branch.array)) {
      const ArrayPlan& plan = *branch.array;
      if (plan.plain() && plan.distinct.empty()) {
        parts.push_back(PlainArray(plan));
      } else {
        const ArrayState start{.node = id,
                               .branch = b,
                               .counts = std::vector<uint32_t>(std::max(plan.contains.size(), plan.distinct.size()))};
        if (CanFinish(start, 0)) parts.push_back(pool_.Seq({pool_.Literal("["), ws_, RuleOf(start)}));
      }
    }
    if (branch.object && plan_->Live(*branch.object)) {
      ObjectState start{.node = id, .branch = b};
      if (options_.any_order) start.seen.resize(branch.object->properties.size());
      if (IsAnyObject(*branch.object))
        parts.push_back(AnyObject());
      else if (CanFinish(start))
        parts.push_back(pool_.Seq({pool_.Literal("{"), ws_, RuleOf(start)}));
    }
  }
  const Expr out = pool_.Or(parts);
  making_[id] = false;
  --nested_;
  if (rules_[id] != kNone) pool_.Define(rules_[id], out);
  exprs_[id] = out;
  while (nested_ == 0 && !postponed_.empty()) {
    const NodeId next = postponed_.back();
    postponed_.pop_back();
    (void)ExprOf(next);
  }
  return out;
}

Expr SchemaGrammar::Body(ExprPool&, uint32_t state) {
  if (state == kAnyValue) return Deeper().AnyValue();
  if ((state & kNodeBit) != 0) return Deeper().ExprOf(state & ~kNodeBit);
  if ((state & kArrayBit) != 0) return ArrayBody(*arrays_[state & ~kArrayBit]);
  return ObjectBody(*objects_[state], state);
}

Expr SchemaGrammar::RuleOf(const ObjectState& state) {
  const auto [it, fresh] = object_rules_.emplace(state, kNone);
  if (fresh) {
    objects_.push_back(&it->first);
    it->second = pool_.Rule(false, this, static_cast<uint32_t>(objects_.size() - 1));
  }
  return it->second;
}

SchemaGrammar::ObjectState SchemaGrammar::After(const ObjectState& state, const ObjectPlan& plan, uint32_t property,
                                                uint32_t met) const {
  ObjectState out = state;
  out.first = false;
  out.met |= met;
  if (Counted(plan)) out.count = std::min(out.count + 1, plan.max == kNoLimit ? plan.min : plan.max + 1);
  if (property == kNoLimit) return out;
  if (options_.any_order)
    out.seen[property] = true;
  else
    out.next = property + 1;
  return out;
}

const SchemaGrammar::NameTable& SchemaGrammar::TableOf(const ObjectPlan& plan) {
  auto& slot = tables_[&plan];
  if (slot != nullptr) return *slot;
  slot = std::make_unique<NameTable>();
  std::vector<std::pair<std::string, uint32_t>> order;
  for (uint32_t i = 0; i < plan.properties.size(); ++i) order.emplace_back(plan.properties[i].name + "\"", i);
  std::sort(order.begin(), order.end());
  for (auto& [name, property] : order) slot->names.push_back(std::move(name)), slot->properties.push_back(property);
  return *slot;
}

// The first property that must not be passed over.
uint32_t SchemaGrammar::LastPossible(const ObjectState& state, const ObjectPlan& plan) {
  if (last_plan_ == &plan && last_next_ == state.next) return last_;
  last_plan_ = &plan, last_next_ = last_ = state.next;
  while (last_ < plan.properties.size() && !plan.properties[last_].required) ++last_;
  return last_;
}

// Whether a property may come next.
bool SchemaGrammar::Possible(const ObjectState& state, const ObjectPlan& plan, uint32_t property) {
  if (options_.any_order) {
    if (state.seen[property]) return false;
  } else {
    if (property < state.next || property > LastPossible(state, plan)) return false;
  }
  const NodeId value = plan.properties[property].values[0];
  return value != kNoNode && plan_->nodes[value].live && CanFinish(After(state, plan, property, 0));
}

bool SchemaGrammar::Allows(uint32_t id, uint32_t index) {
  const ObjectState& state = *objects_[id];
  const ObjectPlan& plan = *plan_->nodes[state.node].branches[state.branch].object;
  return Possible(state, plan, TableOf(plan).properties[index]);
}

Expr SchemaGrammar::AfterName(ExprPool&, uint32_t id, uint32_t index) {
  const ObjectState& state = *objects_[id];
  const ObjectPlan& plan = *plan_->nodes[state.node].branches[state.branch].object;
  const uint32_t property = TableOf(plan).properties[index];
  return pool_.Seq(
      {colon_, Value(plan.properties[property].values[0]), trail_, RuleOf(After(state, plan, property, 0))});
}

Expr SchemaGrammar::ObjectBody(const ObjectState& state, uint32_t id) {
  const ObjectPlan& plan = *plan_->nodes[state.node].branches[state.branch].object;
  std::vector<Expr> out;
  if (MayClose(state, plan)) out.push_back(pool_.Seq(state.first ? kEps : close_, pool_.Literal("}")));
  std::vector<Expr> pairs;  // from behind the name's first quote
  const auto add = [&](Expr name, const std::vector<NodeId>& values, uint32_t property) {
    for (uint32_t mask = 0; mask < values.size(); ++mask) {
      if (values[mask] == kNoNode || !plan_->nodes[values[mask]].live) continue;
      const ObjectState next = After(state, plan, property, mask);
      if (!CanFinish(next)) continue;
      pairs.push_back(pool_.Seq({name, quote_, colon_, Value(values[mask]), trail_, RuleOf(next)}));
    }
  };
  for (const RegionPlan& region : plan.regions) add(region.names, region.values, kNoLimit);
  if (plan.table) {
    const Expr others = pool_.Or(pairs);
    pairs = {pool_.Names(&TableOf(plan).names, this, id, others)};
  } else {
    for (uint32_t i = state.next; i < plan.properties.size(); ++i) {
      const PropertyPlan& property = plan.properties[i];
      if (options_.any_order && state.seen[i]) continue;
      add(NameExpr(pool_, property.name, false), property.values, i);
      if (property.required && !options_.any_order) break;
    }
  }
  out.push_back(pool_.Seq({state.first ? open_ : comma_, quote_, pool_.Or(pairs)}));
  return pool_.Or(out);
}

bool SchemaGrammar::IsAnyObject(const ObjectPlan& plan) const {
  return plan.properties.empty() && !Counted(plan) && plan.obligations == 0 && plan.regions.size() == 1 &&
         plan.regions[0].names == pool_.Star(pool_.Char(CharSet::All(), Spelling::kJson)) &&
         plan_->nodes[plan.regions[0].values[0]].any;
}

Expr SchemaGrammar::Array(Expr item, uint32_t min, uint32_t max) {
  const Expr more = pool_.Seq({comma_, item, trail_});
  Expr items = kEps;
  if (max > 0 && item != kNone) {
    items = pool_.Seq(
        {open_, item, trail_, pool_.Repeat(more, min > 0 ? min - 1 : 0, max == kNoLimit ? max : max - 1), close_});
    if (min == 0) items = pool_.Optional(items);
  }
  return pool_.Seq({pool_.Literal("["), ws_, items, pool_.Literal("]")});
}

Expr SchemaGrammar::PlainArray(const ArrayPlan& plan) {
  const size_t prefix = plan.items.size() - 1;
  const auto item = [&](size_t i) { return Value(plan.items[i][0]); };
  if (prefix == 0) return Array(item(0), plan.min, plan.max);
  // From the end: what may follow after k items.
  Expr tail = close_;
  if (const Expr rest = item(prefix); rest != kNone && plan.max > prefix) {
    const auto less = static_cast<uint32_t>(prefix);
    tail = pool_.Seq(pool_.Repeat(pool_.Seq({comma_, rest, trail_}), plan.min > less ? plan.min - less : 0,
                                  plan.max == kNoLimit ? plan.max : plan.max - less),
                     close_);
  }
  for (size_t k = prefix; k-- > 0;) {
    const Expr here = k < plan.max ? item(k) : kNone;
    const Expr more = pool_.Seq({k == 0 ? open_ : comma_, here, trail_, tail});
    tail = k >= plan.min ? pool_.Or(k == 0 ? kEps : close_, more) : more;
  }
  return pool_.Seq({pool_.Literal("["), ws_, tail, pool_.Literal("]")});
}

Expr SchemaGrammar::RuleOf(const ArrayState& state) {
  const auto [it, fresh] = array_rules_.emplace(state, kNone);
  if (fresh) {
    arrays_.push_back(&it->first);
    it->second = pool_.Rule(false, this, static_cast<uint32_t>(arrays_.size() - 1) | kArrayBit);
  }
  return it->second;
}

// The items that may come next, and the state after each.
std::vector<std::pair<Expr, SchemaGrammar::ArrayState>> SchemaGrammar::Items(const ArrayState& state,
                                                                             const ArrayPlan& plan, bool build) {
  std::vector<std::pair<Expr, ArrayState>> out;
  if (state.at >= plan.max) return out;
  ArrayState next = state;
  // Counting further than prefix and bounds reach tells nothing apart.
  const uint32_t most =
      plan.max == kNoLimit ? std::max<uint32_t>(plan.min, static_cast<uint32_t>(plan.items.size())) : plan.max;
  next.at = std::min(state.at + 1, most);
  if (!plan.distinct.empty()) {
    for (size_t i = 0; i < plan.distinct.size(); ++i) {
      if (state.counts[i] != 0) continue;
      next.counts = state.counts;
      next.counts[i] = 1;
      out.emplace_back(plan.distinct[i], next);
    }
    return out;
  }
  const auto& variants = plan.items[std::min<size_t>(state.at, plan.items.size() - 1)];
  for (size_t mask = 0; mask < variants.size(); ++mask) {
    if (variants[mask] == kNoNode || !plan_->nodes[variants[mask]].live) continue;
    next.counts = state.counts;
    bool fits = true;
    for (size_t j = 0; j < plan.contains.size(); ++j) {
      if ((mask >> j & 1) == 0) continue;
      const ArrayPlan::Count& contains = plan.contains[j];
      next.counts[j] = std::min(next.counts[j] + 1, contains.max == kNoLimit ? contains.min : contains.max + 1);
      fits &= next.counts[j] <= contains.max;
    }
    if (fits) out.emplace_back(build ? Value(variants[mask]) : kEps, next);
  }
  return out;
}

Expr SchemaGrammar::ArrayBody(const ArrayState& state) {
  const ArrayPlan& plan = *plan_->nodes[state.node].branches[state.branch].array;
  std::vector<Expr> out;
  if (MayClose(state, plan)) out.push_back(pool_.Seq(state.at == 0 ? kEps : close_, pool_.Literal("]")));
  for (const auto& [item, next] : Items(state, plan, true)) {
    if (item != kNone && CanFinish(next, 0))
      out.push_back(pool_.Seq({state.at == 0 ? open_ : comma_, item, trail_, RuleOf(next)}));
  }
  return pool_.Or(out);
}

// Shared by all schemas, where they write it alike.
Expr& SchemaGrammar::Any(std::string_view what, Expr& own) {
  if (options_.white_space == WhiteSpace::kIndented) return own;
  constexpr std::string_view kNames[] = {" compact", " spaced", " flexible"};
  return pool_.Named(Cat({"json ", what, kNames[static_cast<size_t>(options_.white_space)]}));
}

Expr SchemaGrammar::AnyObject() {
  if (Any("object", any_object_) == kNone) (void)AnyValue();
  return Any("object", any_object_);
}

Expr SchemaGrammar::AnyValue() {
  if (const Expr known = Any("value", any_value_); known != kNone) return known;
  const bool indented = options_.white_space == WhiteSpace::kIndented;
  const Expr value = pool_.Rule(false), inner = indented ? pool_.Rule(false, this, kAnyValue) : value;
  const Expr content = pool_.Star(pool_.Char(CharSet::All(), Spelling::kJson)),
             text = pool_.Seq({quote_, content, quote_});
  const Expr number = NumberExpr(pool_, {}).value_or(kNone);
  const Expr pair = pool_.Seq({text, colon_, inner, trail_});
  const Expr pairs = pool_.Seq({open_, pair, pool_.Star(pool_.Seq(comma_, pair)), close_});
  const Expr object = pool_.Seq({pool_.Literal("{"), ws_, pool_.Optional(pairs), pool_.Literal("}")});
  const Expr parts[] = {
      text,  number, pool_.Literal("true"), pool_.Literal("false"), pool_.Literal("null"), Array(inner, 0, kNoLimit),
      object};
  pool_.Define(value, pool_.Or(parts));
  if (pool_.failed()) return kNone;
  Any("object", any_object_) = object;
  return Any("value", any_value_) = value;
}

}  // namespace heddle::grammar
