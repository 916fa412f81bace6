// Plans of arrays and objects: which combination of subschemas stands where.
#include <algorithm>

#include "base/text.h"
#include "grammar/schema_plan.h"
#include "grammar/schema_values.h"

namespace heddle::grammar {
namespace {

constexpr size_t kMostObligations = 4, kMostContains = 3, kMostPredicates = 8, kMostDistinct = 64;

void Append(Conjunction& to, const Conjunction& from) { to.insert(to.end(), from.begin(), from.end()); }

// No writer of JSON escapes any of it (Spelling::kJsonName).
bool WrittenPlainly(std::string_view name) {
  return std::all_of(name.begin(), name.end(), [](char c) {
    return c >= 0x20 && c < 0x7F && std::string_view("\"\\/<>&'").find(c) == std::string_view::npos;
  });
}

Conjunction Negated(Conjunction all) {  // of one literal
  all[0].negated = !all[0].negated;
  return all;
}

}  // namespace

bool SchemaPlanner::Arrays(const Conjunction& key, const ArraySpec& spec, ArrayPlan& out) {
  out.min = spec.min, out.max = spec.max;
  ArraySpec wide = spec;
  for (const Contains& contains : spec.contains) {
    while (wide.prefix.size() < contains.from && wide.prefix.size() < 1000) wide.prefix.push_back(wide.rest);
  }
  if (spec.unique && spec.max > 1) {
    if (!wide.prefix.empty() || !spec.contains.empty())
      return Refuse(spec.unique_at, "uniqueItems", "supported only where all items are of one finite choice");
    if (!Unique(spec, wide.rest, out)) return false;
    if (!out.distinct.empty()) return true;
  }
  if (spec.contains.size() > kMostContains) {
    if (!Refuse(key[0].schema, "contains", Cat({"more than ", std::to_string(kMostContains), " at once"})))
      return false;
  } else {
    for (const Contains& each : spec.contains) out.contains.push_back({each.min, each.max});
  }
  for (size_t i = 0; i <= wide.prefix.size(); ++i) {
    if (!pool_.meter().Spend(10)) return false;
    const Conjunction& base = i < wide.prefix.size() ? wide.prefix[i] : wide.rest;
    std::vector<NodeId> variants;
    for (size_t mask = 0; mask < size_t{1} << out.contains.size(); ++mask) {
      Conjunction item = base;
      bool possible = true;
      for (size_t j = 0; j < out.contains.size(); ++j) {
        const Contains& contains = spec.contains[j];
        const bool counts = i >= contains.from;
        if ((mask >> j & 1) != 0)
          possible &= counts, Append(item, contains.what);
        else if (contains.max != kNoLimit && counts)
          Append(item, Negated(contains.what));  // the count must be exact
      }
      variants.push_back(possible ? NodeOf(std::move(item)) : kNoNode);
    }
    out.items.push_back(std::move(variants));
  }
  return true;
}

// uniqueItems over a finite choice of values: each value may come once.
bool SchemaPlanner::Unique(const ArraySpec& spec, const Conjunction& items, ArrayPlan& out) {
  std::vector<Branch> branches;
  if (!items.empty() && !expander_.Expand(items, branches)) return false;
  std::vector<Expr> values;
  bool finite = !items.empty();
  for (const Branch& branch : branches) {
    BranchPlan plan;
    if (branch.values != nullptr) {
      const auto one = [&](const json::value& value) {
        if ((TypeOf(value) & branch.types) == 0) return;
        for (const Literal& literal : items) {
          if (!validator_.Valid(value, literal, branch.values)) return;
        }
        values.push_back(Written(value, items[0].schema).value_or(kNone));
      };
      if (branch.is_const) {
        one(*branch.values);
      } else {
        for (const auto& value : branch.values->as_array()) one(value);
      }
    } else if ((branch.types & ~(kNullType | kBoolType)) == 0 && branch.excluded.empty()) {
      if ((branch.types & kNullType) != 0) values.push_back(pool_.Literal("null"));
      if ((branch.types & kBoolType) != 0)
        values.push_back(pool_.Literal("true")), values.push_back(pool_.Literal("false"));
    } else {
      finite = false;
    }
  }
  if (!expander_.refusal.keyword.empty()) return false;
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  if (!finite || values.size() > kMostDistinct || values.empty())
    return Refuse(
        spec.unique_at, "uniqueItems",
        Cat({"supported only where items are a choice of at most ", std::to_string(kMostDistinct), " values"}));
  out.distinct = std::move(values);
  out.max = std::min<uint32_t>(out.max, static_cast<uint32_t>(out.distinct.size()));
  return true;
}

bool SchemaPlanner::Covers(const PropertyGroup& group, std::string_view name) {
  if (group.properties != nullptr && group.properties->contains(name)) return true;
  for (const json::object* names : group.also_properties) {
    if (names->contains(name)) return true;
  }
  for (const json::object* patterns : group.also_patterns) {
    for (const auto& each : *patterns) {
      if (validator_.Matches(name, each.key())) return true;
    }
  }
  if (group.patterns == nullptr) return false;
  return std::any_of(group.patterns->begin(), group.patterns->end(),
                     [&](const auto& p) { return validator_.Matches(name, p.key()); });
}

Conjunction SchemaPlanner::ValuesOf(const ObjectSpec& spec, const std::string& name) {
  Conjunction out;
  if (!pool_.meter().Spend(4 * spec.groups.size() + spec.named.size())) return out;
  for (const PropertyGroup& group : spec.groups) {
    bool covered = false;
    if (const auto* own = group.properties == nullptr ? nullptr : group.properties->if_contains(name); own != nullptr)
      covered = true, out.push_back({own, false});
    if (group.patterns != nullptr) {
      for (const auto& [pattern, schema] : *group.patterns) {
        if (validator_.Matches(name, pattern)) covered = true, out.push_back({&schema, false});
      }
    }
    if (!covered && group.additional != nullptr && !Covers(group, name)) out.push_back({group.additional, false});
  }
  for (const auto& [other, literal] : spec.named) {
    if (other == name) out.push_back(literal);
  }
  return out;
}

bool SchemaPlanner::Objects(const ObjectSpec& spec, ObjectPlan& out) {
  out.min = spec.min, out.max = spec.max, out.obligations = spec.exists.size();
  if (out.obligations > kMostObligations) {
    if (!Refuse(nullptr, "not",
                Cat({"more than ", std::to_string(kMostObligations), " properties that must fail at once"})))
      return false;
    out.obligations = 0;
  }
  std::map<std::string, size_t, std::less<>> index;
  const auto add = [&](std::string_view name) -> PropertyPlan& {
    const auto [it, fresh] = index.emplace(std::string(name), out.properties.size());
    if (fresh) out.properties.push_back({.name = std::string(name)});
    return out.properties[it->second];
  };
  for (const PropertyGroup& group : spec.groups) {
    if (group.properties == nullptr) continue;
    for (const auto& each : *group.properties) (void)add(each.key());
  }
  for (const auto& [name, literal] : spec.named) (void)add(name);
  for (const std::string& name : spec.required) add(name).required = true;
  for (const std::string& name : spec.absent) (void)add(name);

  for (PropertyPlan& property : out.properties) {
    if (!pool_.meter().Spend(10 + spec.absent.size())) return false;
    bool allowed = std::find(spec.absent.begin(), spec.absent.end(), property.name) == spec.absent.end();
    for (const Literal& literal : spec.names) allowed &= validator_.Valid(json::value(property.name), literal);
    const Conjunction base = ValuesOf(spec, property.name);
    for (size_t mask = 0; mask < size_t{1} << out.obligations; ++mask) {
      Conjunction value = base;
      bool counts = allowed;
      for (size_t j = 0; j < out.obligations && counts; ++j) {
        if ((mask >> j & 1) == 0) continue;
        const auto& exists = spec.exists[j];
        if (exists.bad_name)
          counts = validator_.Valid(json::value(property.name), *exists.bad_name);
        else if (!exists.pattern.empty())
          counts = validator_.Matches(property.name, exists.pattern);
        else
          counts = !Covers(exists.group, property.name);
        Append(value, exists.what);
      }
      property.values.push_back(counts ? NodeOf(std::move(value)) : kNoNode);
    }
  }
  out.table = out.obligations == 0 && !out.properties.empty() && out.properties.size() < 60'000 &&
              std::all_of(
                  out.properties.begin(), out.properties.end(),
                  [](const PropertyPlan& property) { return WrittenPlainly(property.name); });
  return Regions(spec, out);
}

std::optional<Expr> SchemaPlanner::NameLanguage(const Literal& literal) {
  std::vector<Branch> branches;
  if (!expander_.Expand({literal}, branches)) return std::nullopt;
  std::vector<Expr> out;
  for (const Branch& branch : branches) {
    if ((branch.types & kStringType) == 0) continue;
    const auto one = [&](const json::value& value) {
      if (value.is_string() && validator_.Valid(value, literal, branch.values))
        out.push_back(NameExpr(pool_, std::string_view(value.as_string()), true));
    };
    if (branch.values != nullptr && branch.is_const) {
      one(*branch.values);
    } else if (branch.values != nullptr) {
      for (const auto& value : branch.values->as_array()) one(value);
    } else {
      Expr content = kNone;
      if (!Strings(branch.string, content)) return std::nullopt;
      for (const json::value* value : branch.excluded) {
        if (value->is_string())
          content = pool_.And(content, pool_.Not(NameExpr(pool_, std::string_view(value->as_string()), true)));
      }
      out.push_back(content);
    }
  }
  return pool_.Or(out);
}

// Names that are not listed, by which patterns they match: every combination has its own values.
bool SchemaPlanner::Regions(const ObjectSpec& spec, ObjectPlan& out) {
  struct Predicate {
    std::string pattern;
    Expr language;
  };
  std::vector<Predicate> predicates;
  const auto pattern = [&](std::string_view text) -> std::optional<size_t> {
    for (size_t i = 0; i < predicates.size(); ++i) {
      if (predicates[i].pattern == text) return i;
    }
    auto language = PatternExpr(pool_, text, Spelling::kJson);
    if (!language) {
      (void)Refuse(nullptr, "patternProperties", language.error().message);
      return std::nullopt;
    }
    predicates.push_back({std::string(text), *language});
    return predicates.size() - 1;
  };
  for (const PropertyGroup& group : spec.groups) {
    if (group.patterns == nullptr) continue;
    for (const auto& each : *group.patterns) {
      if (!pattern(each.key()) && !options_.lax) return false;
    }
  }
  std::vector<Expr> bad_names(out.obligations, kNone);
  for (size_t j = 0; j < out.obligations; ++j) {
    const auto& exists = spec.exists[j];
    if (!exists.pattern.empty() && !pattern(exists.pattern)) return false;
    if (exists.group.patterns != nullptr) {
      for (const auto& each : *exists.group.patterns) {
        if (!pattern(each.key())) return false;
      }
    }
    if (exists.bad_name) {
      const auto language = NameLanguage(*exists.bad_name);
      if (!language) return false;
      bad_names[j] = *language;
    }
  }
  if (predicates.size() > kMostPredicates)
    return Refuse(nullptr, "patternProperties",
                  Cat({"more than ", std::to_string(kMostPredicates), " patterns at once"}));

  std::vector<Expr> common;
  Expr unlisted = kAll;
  if (!out.properties.empty() && (!out.table || !predicates.empty() || !spec.names.empty())) {
    std::vector<Expr> listed;
    for (const PropertyPlan& property : out.properties) listed.push_back(NameExpr(pool_, property.name, true));
    unlisted = pool_.Not(pool_.Or(listed));
    if (!out.table) common.push_back(unlisted);
  }
  for (const Literal& literal : spec.names) {
    const auto language = NameLanguage(literal);
    if (!language) return false;
    common.push_back(*language);
  }
  const Expr everything = pool_.Star(pool_.Char(CharSet::All(), Spelling::kJson));
  const bool any_spelling = out.properties.empty() && common.empty() && out.obligations == 0;
  const Expr all = pool_.Star(pool_.Char(CharSet::All(), any_spelling ? Spelling::kJson : Spelling::kJsonName));
  const auto is_false = [](const Literal& literal) {
    return literal.schema->is_bool() && literal.schema->as_bool() == literal.negated;
  };
  for (size_t matched = 0; matched < size_t{1} << predicates.size(); ++matched) {
    const auto matches = [&](std::string_view text) {
      for (size_t i = 0; i < predicates.size(); ++i) {
        if (predicates[i].pattern == text) return (matched >> i & 1) != 0;
      }
      return false;
    };
    const auto any_matches = [&](const json::object* patterns) {
      return patterns != nullptr &&
             std::any_of(patterns->begin(), patterns->end(), [&](const auto& p) { return matches(p.key()); });
    };
    Conjunction base;
    if (!pool_.meter().Spend(20 * spec.groups.size() + 10)) return false;
    for (const PropertyGroup& group : spec.groups) {
      if (group.patterns != nullptr) {
        for (const auto& [text, schema] : *group.patterns) {
          if (matches(text)) base.push_back({&schema, false});
        }
      }
      const bool also = std::any_of(group.also_patterns.begin(), group.also_patterns.end(), any_matches);
      if (!also && !any_matches(group.patterns) && group.additional != nullptr)
        base.push_back({group.additional, false});
    }
    if (std::any_of(base.begin(), base.end(), is_false)) continue;
    std::vector<Expr> parts = common;
    bool possible = true;
    for (size_t i = 0; i < predicates.size(); ++i) {
      const bool every = predicates[i].language == everything, holds = (matched >> i & 1) != 0;
      possible &= holds || !every;
      if (!every) parts.push_back(holds ? predicates[i].language : pool_.Not(predicates[i].language));
    }
    if (!possible) continue;
    // A listed name of some obligation's own group is not "additional" there; it is an ordinary unlisted name here.
    std::vector<std::pair<Expr, std::vector<NodeId>>> pieces;
    for (size_t mask = 0; mask < size_t{1} << out.obligations; ++mask) {
      std::vector<Expr> here = parts;
      Conjunction value = base;
      bool counts = true;
      for (size_t j = 0; j < out.obligations && counts; ++j) {
        if ((mask >> j & 1) == 0) continue;
        const auto& exists = spec.exists[j];
        if (exists.bad_name) {
          here.push_back(bad_names[j]);
        } else if (!exists.pattern.empty()) {
          counts = matches(exists.pattern);
        } else {
          counts = !any_matches(exists.group.patterns);
          std::vector<Expr> own;
          if (exists.group.properties != nullptr) {
            for (const auto& each : *exists.group.properties) own.push_back(NameExpr(pool_, each.key(), true));
          }
          if (!own.empty()) here.push_back(pool_.Not(pool_.Or(own)));
        }
        Append(value, exists.what);
      }
      if (!counts) continue;
      const Expr names = here.empty() ? all : pool_.And(all, pool_.And(here));
      if (names == kNone || !pool_.Live(names)) continue;
      if (out.table && names != all && !pool_.Live(pool_.And(names, unlisted))) continue;
      const NodeId node = NodeOf(std::move(value));
      std::vector<NodeId> values(size_t{1} << out.obligations, kNoNode);
      values[mask] = node;
      auto same =
          std::find_if(out.regions.begin(), out.regions.end(), [&](const RegionPlan& r) { return r.values == values; });
      if (same != out.regions.end())
        same->names = pool_.Or(same->names, names);
      else
        out.regions.push_back({names, std::move(values)});
    }
  }
  return true;
}

}  // namespace heddle::grammar
