// Whether a list or an object can end here, or after members to come: states that cannot are never entered.
#include "base/text.h"
#include "grammar/schema_grammar.h"

namespace heddle::grammar {
namespace {

constexpr int kMostCounted = 2'000;  // members looked ahead

}  // namespace

bool SchemaGrammar::MayClose(const ObjectState& state, const ObjectPlan& plan) const {
  for (uint32_t i = state.next; i < plan.properties.size(); ++i) {
    if (plan.properties[i].required && !(options_.any_order && state.seen[i])) return false;
  }
  return state.count >= plan.min && state.count <= plan.max && state.met == (1U << plan.obligations) - 1;
}

// The state of every member less is told apart. Not `false` quietly: that would forbid what is allowed.
bool SchemaGrammar::MayCount(int depth) {
  if (depth <= kMostCounted) return true;
  pool_.meter().Fail(Cat(
      {"whether a list or object can end depends on more than ", std::to_string(kMostCounted), " members to come"}));
  return false;
}

bool SchemaGrammar::CanFinish(const ObjectState& state, int depth) {
  const ObjectPlan& plan = *plan_->nodes[state.node].branches[state.branch].object;
  if (!Counted(plan) && plan.obligations == 0) return true;  // all that is required is live
  if (state.count > plan.max) return false;
  if (MayClose(state, plan)) return true;
  const auto [it, fresh] = finishes_.emplace(state, false);  // a loop finishes nothing
  if (!fresh) return it->second;
  if (!MayCount(depth) || !pool_.meter().Spend(40 + state.seen.size() / 8)) return false;
  bool out = false;
  const auto try_values = [&](const std::vector<NodeId>& values, uint32_t property) {
    for (uint32_t mask = 0; mask < values.size() && !out; ++mask) {
      if (values[mask] != kNoNode && plan_->nodes[values[mask]].live)
        out = CanFinish(After(state, plan, property, mask), depth + 1);
    }
  };
  for (uint32_t i = state.next; i < plan.properties.size() && !out; ++i) {
    if (options_.any_order && state.seen[i]) continue;
    try_values(plan.properties[i].values, i);
    if (plan.properties[i].required && !options_.any_order) break;
  }
  for (const RegionPlan& region : plan.regions) try_values(region.values, kNoLimit);
  return finishes_[state] = out;
}

bool SchemaGrammar::MayClose(const ArrayState& state, const ArrayPlan& plan) const {
  if (state.at < plan.min || state.at > plan.max) return false;
  for (size_t j = 0; j < plan.contains.size(); ++j) {
    if (state.counts[j] < plan.contains[j].min || state.counts[j] > plan.contains[j].max) return false;
  }
  return true;
}

bool SchemaGrammar::CanFinish(const ArrayState& state, int depth) {
  const ArrayPlan& plan = *plan_->nodes[state.node].branches[state.branch].array;
  if (!plan.distinct.empty()) return true;  // planned so that enough values are left
  if (MayClose(state, plan)) return true;
  const auto [it, fresh] = array_finishes_.emplace(state, false);
  if (!fresh) return it->second;
  if (!MayCount(depth) || !pool_.meter().Spend(40)) return false;
  bool out = false;
  for (const auto& [item, next] : Items(state, plan, false)) {
    if (CanFinish(next, depth + 1)) {
      out = true;
      break;
    }
  }
  return array_finishes_[state] = out;
}

}  // namespace heddle::grammar
