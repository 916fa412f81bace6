#include "grammar/schema_plan.h"
#include "grammar/schema_values.h"

#include <algorithm>
#include <unordered_set>

#include "base/text.h"
#include "grammar/regex.h"

namespace heddle::grammar {
namespace {

const std::unordered_set<std::string_view> kConstraints = {"type",
                                                           "enum",
                                                           "const",
                                                           "$ref",
                                                           "$dynamicRef",
                                                           "$recursiveRef",
                                                           "allOf",
                                                           "anyOf",
                                                           "oneOf",
                                                           "not",
                                                           "if",
                                                           "properties",
                                                           "patternProperties",
                                                           "additionalProperties",
                                                           "required",
                                                           "minProperties",
                                                           "maxProperties",
                                                           "propertyNames",
                                                           "dependentRequired",
                                                           "dependentSchemas",
                                                           "dependencies",
                                                           "unevaluatedProperties",
                                                           "items",
                                                           "prefixItems",
                                                           "additionalItems",
                                                           "minItems",
                                                           "maxItems",
                                                           "contains",
                                                           "uniqueItems",
                                                           "unevaluatedItems",
                                                           "minLength",
                                                           "maxLength",
                                                           "pattern",
                                                           "format",
                                                           "minimum",
                                                           "maximum",
                                                           "exclusiveMinimum",
                                                           "exclusiveMaximum",
                                                           "multipleOf"};

// Every name of a table may come, and nothing follows it.
class AllNames : public NameSource {
 public:
  Expr AfterName(ExprPool&, uint32_t, uint32_t) override { return kEps; }
  bool Allows(uint32_t, uint32_t) override { return true; }
};

// Written as it is in JSON, and only so.
bool IsPlain(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c >= 0x20 && c < 0x7F && c != '"' && c != '\\' && c != '/'; });
}

// A schema without any keyword that constrains.
bool Trivial(const json::value& schema) {
  if (schema.is_bool()) return schema.as_bool();
  if (!schema.is_object()) return false;
  return std::none_of(schema.as_object().begin(), schema.as_object().end(),
                      [](const auto& each) { return kConstraints.contains(std::string_view(each.key())); });
}

}  // namespace

bool SchemaPlanner::Refuse(const json::value* schema, std::string_view keyword, std::string_view reason) {
  SchemaRefusal why{.schema = schema, .keyword = std::string(keyword), .reason = std::string(reason)};
  if (options_.lax) {
    expander_.post_checks.push_back(std::move(why));
    return true;
  }
  if (expander_.refusal.keyword.empty()) expander_.refusal = std::move(why);
  return false;
}

NodeId SchemaPlanner::NodeOf(Conjunction key) {
  std::erase_if(key, [](const Literal& literal) { return !literal.negated && Trivial(*literal.schema); });
  // In the order of appearance: it decides the order of properties.
  Conjunction once;
  (void)pool_.meter().Spend(1 + key.size() * key.size() / 4);
  for (const Literal& literal : key) {
    if (pool_.failed()) return 0;
    if (std::find(once.begin(), once.end(), literal) == once.end()) once.push_back(literal);
  }
  key = std::move(once);
  const auto [it, fresh] = ids_.emplace(key, static_cast<NodeId>(plan_.nodes.size()));
  if (fresh) plan_.nodes.emplace_back(), keys_.push_back(std::move(key));
  return it->second;
}

bool SchemaPlanner::Plan(const json::value& root) {
  (void)NodeOf({{&root, false}});
  for (NodeId id = 0; id < plan_.nodes.size(); ++id) {
    if (plan_.nodes.size() > options_.max_nodes) {
      pool_.meter().Fail(Cat({"more than ", std::to_string(options_.max_nodes), " combinations of subschemas"}));
      return false;
    }
    if (!PlanNode(id)) return false;
  }
  FindLive();
  return !pool_.failed();
}

bool SchemaPlanner::PlanNode(NodeId id) {
  const Conjunction key = keys_[id];
  if (key.empty()) {
    plan_.nodes[id].any = plan_.nodes[id].live = true;
    return true;
  }
  std::vector<Branch> branches;
  if (!expander_.Expand(key, branches)) return false;
  std::vector<BranchPlan> plans;
  for (const Branch& branch : branches) {
    BranchPlan plan;
    if (!pool_.meter().Spend(20) || !PlanBranch(key, branch, plan)) return false;
    plans.push_back(std::move(plan));
  }
  if (const SchemaRefusal why = validator_.TakeUnsupported();
      !why.keyword.empty() && !Refuse(why.schema == nullptr ? key[0].schema : why.schema, why.keyword, why.reason))
    return false;
  plan_.nodes[id].branches = std::move(plans);
  return true;
}

bool SchemaPlanner::PlanBranch(const Conjunction& key, const Branch& branch, BranchPlan& out) {
  if (branch.values != nullptr) return Values(key, branch, out);
  std::vector<Expr> scalars;
  NumberSpec number = branch.number;
  uint8_t types = branch.types;
  std::vector<Expr> texts;
  for (const json::value* value : branch.excluded) {
    const uint8_t type = TypeOf(*value);
    if ((type & types) == 0) continue;
    if (type == kNullType) {
      types &= static_cast<uint8_t>(~kNullType);
    } else if (type == kNumberType) {
      if (const auto decimal = Decimal::Of(*value)) number.excluded.push_back(*decimal);
    } else if (type == kStringType) {
      texts.push_back(NameExpr(pool_, std::string_view(value->as_string()), true));
    } else if (type != kBoolType &&
               !Refuse(key[0].schema, "not", "the exclusion of a list or object is not supported")) {
      return false;
    }
  }
  if ((types & kNullType) != 0) scalars.push_back(pool_.Literal("null"));
  if ((types & kBoolType) != 0) {
    for (const bool value : {true, false}) {
      const bool excluded = std::any_of(branch.excluded.begin(), branch.excluded.end(),
                                        [&](const json::value* v) { return v->is_bool() && v->as_bool() == value; });
      if (!excluded) scalars.push_back(pool_.Literal(value ? "true" : "false"));
    }
  }
  if ((types & kNumberType) != 0) {
    const auto expr = NumberExpr(pool_, number);
    if (!expr) {
      if (!Refuse(key[0].schema, "multipleOf", expr.error().message)) return false;
    } else {
      scalars.push_back(*expr);
    }
  }
  if ((types & kStringType) != 0) {
    Expr content = kNone;
    if (!Strings(branch.string, content)) return false;
    if (!texts.empty()) {
      const Expr all = pool_.Star(pool_.Char(CharSet::All(), Spelling::kJsonName));  // as the excluded ones are spelled
      content = pool_.And(pool_.And(all, content), pool_.Not(pool_.Or(texts)));
    }
    const Expr quote = pool_.Literal("\"");
    if (pool_.Live(content)) scalars.push_back(pool_.Seq({quote, content, quote}));
  }
  out.scalars = pool_.Or(scalars);
  if ((types & kArrayType) != 0 && !Arrays(key, branch.array, out.array.emplace())) return false;
  if ((types & kObjectType) != 0 && !Objects(branch.object, out.object.emplace())) return false;
  return true;
}

// Nothing: refused.
std::optional<Expr> SchemaPlanner::Written(const json::value& value, const json::value* schema) {
  const bool nested =
      (value.is_array() && !value.as_array().empty()) || (value.is_object() && !value.as_object().empty());
  if (nested && options_.white_space == WhiteSpace::kIndented &&
      !Refuse(schema, "enum", "lists and objects as values are not supported with fixed indentation"))
    return std::nullopt;
  return ValueExpr(pool_, value, options_);
}

bool SchemaPlanner::Values(const Conjunction& key, const Branch& branch, BranchPlan& out) {
  std::vector<Expr> exprs;
  std::vector<std::string> names;  // strings without escapes: many are told apart by a table
  bool refused = false;
  const auto add = [&](const json::value& value) {
    if ((TypeOf(value) & branch.types) == 0) return;
    for (const Literal& literal : key) {
      if (!validator_.Valid(value, literal, branch.values)) return;
    }
    if (value.is_string() && IsPlain(std::string_view(value.as_string())))
      names.push_back(Cat({std::string_view(value.as_string()), "\""}));
    else
      exprs.push_back(Written(value, key[0].schema).value_or(kNone)), refused |= exprs.back() == kNone;
  };
  if (branch.is_const) {
    add(*branch.values);
  } else {
    for (const auto& value : branch.values->as_array()) add(value);
  }
  if (refused && !expander_.refusal.keyword.empty()) return false;
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  if (names.size() > 16 && names.size() < 60'000) {
    auto kept = std::make_shared<const std::vector<std::string>>(std::move(names));
    static AllNames all;
    exprs.push_back(pool_.Seq(pool_.Literal("\""), pool_.Names(kept.get(), &all, 0, kNone)));
    const size_t bytes = kept->size() * 48;
    pool_.Keep(std::move(kept), bytes);
  } else {
    for (const std::string& name : names) exprs.push_back(pool_.Literal(Cat({"\"", name})));
  }
  out.scalars = pool_.Or(exprs);
  return true;
}

bool SchemaPlanner::Strings(const StringSpec& spec, Expr& out) {
  const Expr unit = pool_.Char(CharSet::All(), Spelling::kJson), all = pool_.Star(unit);
  if (spec.min > spec.max) return out = kNone, true;
  std::vector<Expr> parts;
  bool only_negated = true;
  for (const StringSpec::Test& test : spec.tests) {
    Expr expr = kNone;
    if (test.pattern != nullptr) {
      auto made = PatternExpr(pool_, std::string_view(test.pattern->as_string()), Spelling::kJson);
      if (!made) {
        if (!Refuse(test.pattern, "pattern", made.error().message)) return false;
        continue;
      }
      expr = *made;
    } else {
      auto made = FormatExpr(pool_, test.format, Spelling::kJson);
      if (!made || *made == kNone) {
        annotations.push_back(
            {.keyword = "format", .reason = Cat({"unknown format '", test.format, "' is an annotation"})});
        continue;
      }
      expr = *made;
    }
    if (expr == all) {
      if (test.negated) return out = kNone, true;
      continue;
    }
    only_negated &= test.negated;
    parts.push_back(test.negated ? pool_.Not(expr) : expr);
  }
  if (spec.min > 0 || spec.max != kNoLimit)
    parts.push_back(pool_.Repeat(unit, spec.min, spec.max));
  else if (only_negated)
    parts.push_back(all);
  out = pool_.And(parts);
  if (!pool_.Live(out)) out = kNone;
  return true;
}

bool SchemaPlan::Live(const ArrayPlan& plan) const {
  if (plan.min > plan.max) return false;
  if (!plan.distinct.empty()) return plan.min <= plan.distinct.size();
  const auto any = [&](size_t at) {
    const auto& variants = plan.items[std::min(at, plan.items.size() - 1)];
    return std::any_of(variants.begin(), variants.end(), [&](NodeId id) { return id != kNoNode && nodes[id].live; });
  };
  for (size_t i = 0; i < std::min<size_t>(plan.min, plan.items.size()); ++i) {
    if (!any(i)) return false;
  }
  for (size_t j = 0; j < plan.contains.size(); ++j) {
    if (plan.contains[j].min == 0) continue;
    if (plan.contains[j].min > plan.max || plan.contains[j].min > plan.contains[j].max) return false;
    bool found = false;
    for (const auto& variants : plan.items) {
      for (size_t mask = 0; mask < variants.size(); ++mask)
        found |= (mask >> j & 1) != 0 && variants[mask] != kNoNode && nodes[variants[mask]].live;
    }
    if (!found) return false;
  }
  return true;
}

bool SchemaPlan::Live(const ObjectPlan& plan) const {
  uint32_t required = 0, possible = 0;
  const auto live = [&](const std::vector<NodeId>& values, size_t bit) {
    for (size_t mask = 0; mask < values.size(); ++mask) {
      if (values[mask] != kNoNode && nodes[values[mask]].live && (bit == SIZE_MAX || (mask >> bit & 1) != 0))
        return true;
    }
    return false;
  };
  for (const PropertyPlan& property : plan.properties) {
    const bool can = live(property.values, SIZE_MAX);
    if (property.required && !can) return false;
    required += property.required ? 1 : 0, possible += can ? 1 : 0;
  }
  const bool more = std::any_of(plan.regions.begin(), plan.regions.end(),
                                [&](const RegionPlan& r) { return live(r.values, SIZE_MAX); });
  if (required > plan.max || plan.min > plan.max || (plan.min > possible && !more)) return false;
  for (size_t bit = 0; bit < plan.obligations; ++bit) {
    if (plan.max == 0) return false;
    bool found =
        std::any_of(plan.regions.begin(), plan.regions.end(), [&](const RegionPlan& r) { return live(r.values, bit); });
    for (const PropertyPlan& property : plan.properties) found |= live(property.values, bit);
    if (!found) return false;
  }
  return true;
}

// Least fixed point: a value must be finite, so a node is live only when something live makes it so.
void SchemaPlanner::FindLive() {
  for (bool changed = true; changed;) {
    changed = false;
    for (size_t i = plan_.nodes.size(); i-- > 0;) {
      if (plan_.nodes[i].live) continue;
      if (!pool_.meter().Spend(1 + 4 * plan_.nodes[i].branches.size())) return;
      for (const BranchPlan& branch : plan_.nodes[i].branches) {
        if (branch.scalars != kNone || (branch.array && plan_.Live(*branch.array)) ||
            (branch.object && plan_.Live(*branch.object)))
          plan_.nodes[i].live = changed = true;
      }
    }
  }
}

}  // namespace heddle::grammar
