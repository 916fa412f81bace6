// The positive half: what each keyword adds to a branch, and the choices it opens.
#include "grammar/schema_expand.h"

#include <algorithm>

#include "base/text.h"

namespace heddle::grammar {
namespace {

struct TypeName {
  std::string_view name;
  uint8_t bit;
};
constexpr TypeName kTypeNames[] = {{"null", kNullType},      {"boolean", kBoolType},  {"number", kNumberType},
                                   {"integer", kNumberType}, {"string", kStringType}, {"array", kArrayType},
                                   {"object", kObjectType}};

}  // namespace

bool SchemaExpander::Refuse(const json::value& schema, std::string_view keyword, std::string_view reason) {
  SchemaRefusal why{.schema = &schema, .keyword = std::string(keyword), .reason = std::string(reason)};
  if (options_.lax) {
    post_checks.push_back(std::move(why));
    return true;
  }
  if (refusal.keyword.empty()) refusal = std::move(why);
  return false;
}

bool SchemaExpander::Expand(const Conjunction& all, std::vector<Branch>& out) {
  State state;
  state.todo.assign(all.rbegin(), all.rend());
  return Run(std::move(state), out, 0);
}

bool SchemaExpander::Run(State state, std::vector<Branch>& out, int depth) {
  if (depth > 400) return Refuse(*state.done.front().schema, "allOf", "choices nest deeper than 400");
  while (!state.todo.empty()) {
    if (!meter_.Spend(10 + state.done.size() / 16)) return false;
    const Literal literal = state.todo.back();
    state.todo.pop_back();
    if (std::find(state.done.begin(), state.done.end(), literal) != state.done.end()) continue;
    if (std::find(state.done.begin(), state.done.end(), Literal{literal.schema, !literal.negated}) != state.done.end())
      return true;
    state.done.push_back(literal);
    const json::value& schema = *literal.schema;
    if (schema.is_bool()) {
      if (schema.as_bool() == literal.negated) return true;  // nothing satisfies this
      continue;
    }
    if (!schema.is_object()) return Refuse(schema, "schema", "a schema is an object, true or false");
    if (depth > 0 || literal.negated) {
      const bool excluded = Excluded(state, schema);
      if (excluded && !literal.negated) return true;  // it contradicts what holds already
      if (excluded) continue;                         // what holds already contradicts it
    }
    if (literal.negated) {
      std::vector<Step> steps;
      if (!Negative(schema, steps)) return false;
      if (steps.size() == 1) {
        steps[0](state);
      } else {
        state.choices.push_back(std::move(steps));
      }
    } else if (!Positive(state, schema)) {
      return false;
    }
    if (state.branch.types == 0) return true;
  }
  if (state.choices.empty()) {
    if (!state.unevaluated.empty() && !Unevaluated(state)) return false;
    if (out.size() >= options_.max_branches)
      return Refuse(*state.done.front().schema, "anyOf",
                    Cat({"more than ", std::to_string(options_.max_branches), " combinations"}));
    out.push_back(std::move(state.branch));
    return true;
  }
  // The choice with the fewest ways first: dead ends show early.
  const auto fewest = std::min_element(state.choices.begin(), state.choices.end(),
                                       [](const auto& a, const auto& b) { return a.size() < b.size(); });
  const std::vector<Step> steps = std::move(*fewest);
  state.choices.erase(fewest);
  return Choose(state, steps, out, depth);
}

// What a copy of it costs, in steps.
size_t SchemaExpander::SizeOf(const State& state) {
  const Branch& branch = state.branch;
  size_t out = 10 + state.todo.size() + state.done.size() + state.parts.size() + branch.excluded.size() +
               branch.string.tests.size() + branch.number.excluded.size() + branch.array.rest.size() +
               4 * branch.array.contains.size();
  for (const auto& choice : state.choices) out += 1 + choice.size() * 4;
  for (const auto& items : branch.array.prefix) out += 2 + items.size();
  const ObjectSpec& object = branch.object;
  return out + 2 * (object.named.size() + object.required.size() + object.absent.size()) + object.groups.size() +
         object.names.size() + 8 * object.exists.size();
}

// Plain contradictions among the properties of an object that must be one.
bool SchemaExpander::Contradicts(const Branch& branch) {
  const ObjectSpec& object = branch.object;
  if (branch.types != kObjectType) return false;
  for (const std::string& name : object.absent) {
    if (std::find(object.required.begin(), object.required.end(), name) != object.required.end()) return true;
  }
  for (const auto& [name, literal] : object.named) {
    if (!literal.negated) continue;
    for (const PropertyGroup& group : object.groups) {
      const json::value* own = group.properties == nullptr ? nullptr : group.properties->if_contains(name);
      if (own != nullptr && (own == literal.schema || *own == *literal.schema))
        return true;  // it must hold, and must not
    }
  }
  return false;
}

// Whether `schema` plainly cannot hold beside what does.
bool SchemaExpander::Excluded(const State& state, const json::value& schema) {
  SchemaView holds;
  for (const Literal& literal : state.done) {
    if (literal.negated || literal.schema == &schema) continue;
    const SchemaView& view = views_.Of(*literal.schema);
    if (!meter_.Spend(10 * view.size())) return false;
    holds.Add(view);
  }
  holds.types &= state.branch.types;
  return views_.Disjoint(holds, views_.Of(schema));
}

bool SchemaExpander::Choose(const State& state, const std::vector<Step>& steps, std::vector<Branch>& out, int depth) {
  for (const Step& step : steps) {
    if (!meter_.Spend(4 * SizeOf(state))) return false;
    State next = state;
    step(next);
    if (next.branch.types == 0 || Contradicts(next.branch)) continue;
    if (!Run(std::move(next), out, depth + 1)) return false;
  }
  return true;
}

const json::value* SchemaExpander::Target(const json::value& schema, std::string_view key, const json::value& value) {
  std::string why = "a reference is a string";
  const json::value* target = nullptr;
  if (value.is_string()) target = document_.Resolve(schema, std::string_view(value.as_string()), why);
  if (key == "$recursiveRef" && target != nullptr && document_.recursive_anchors()) {
    (void)Refuse(schema, key, "several resources take part in the recursion");
    return nullptr;
  }
  if (key == "$dynamicRef" && target != nullptr) {
    const std::string_view text(value.as_string());
    const size_t hash = text.find('#');
    const std::string_view name = hash == text.npos ? "" : text.substr(hash + 1);
    const auto* anchor = target->is_object() ? target->as_object().if_contains("$dynamicAnchor") : nullptr;
    const bool dynamic = anchor != nullptr && anchor->is_string() && anchor->as_string() == name;
    if (dynamic && document_.DynamicAnchor(name) != target) {
      (void)Refuse(schema, key, "several schemas have this dynamic anchor");
      return nullptr;
    }
  }
  if (target == nullptr) (void)Refuse(schema, key, why);
  return target;
}

bool SchemaExpander::Positive(State& state, const json::value& schema) {
  const json::object& object = schema.as_object();
  if (const auto* reference = object.if_contains("$ref"); reference != nullptr && document_.draft() <= Draft::k7) {
    const json::value* target = Target(schema, "$ref", *reference);
    if (target == nullptr) return options_.lax;
    Push(state, target, schema);
    return true;
  }
  for (const char* key : {"unevaluatedProperties", "unevaluatedItems"}) {
    if (object.contains(key) && document_.Knows(key)) {
      state.unevaluated.push_back(&schema);
      break;
    }
  }
  for (const char* key : {"properties", "patternProperties", "additionalProperties"}) {
    if (!object.contains(key)) continue;
    PropertyGroup group;
    if (const auto* p = object.if_contains("properties"); p != nullptr && p->is_object())
      group.properties = &p->as_object();
    if (const auto* p = object.if_contains("patternProperties"); p != nullptr && p->is_object())
      group.patterns = &p->as_object();
    group.additional = object.if_contains("additionalProperties");
    state.branch.object.groups.push_back(group);
    break;
  }
  for (const auto& [key, value] : object) {
    if (!document_.Knows(key)) continue;
    if (!Logic(state, schema, key, value) || !Number(state, schema, key, value) || !Texts(state, schema, key, value) ||
        !Array(state, schema, key, value) || !Object(state, schema, key, value))
      return false;
  }
  return true;
}

bool SchemaExpander::Logic(State& state, const json::value& schema, std::string_view key, const json::value& value) {
  Branch& branch = state.branch;
  if (key == "type") {
    uint8_t bits = 0;
    bool integer = false, number = false;
    const auto add = [&](const json::value& name) {
      if (!name.is_string()) return;
      for (const TypeName& type : kTypeNames) {
        if (type.name != std::string_view(name.as_string())) continue;
        bits |= type.bit;
        integer |= type.name == "integer", number |= type.name == "number";
      }
      if (name.as_string() == "any" && document_.draft() == Draft::k4) bits = kAnyType, number = true;
    };
    if (value.is_array()) {
      for (const auto& each : value.as_array()) add(each);
    } else {
      add(value);
    }
    if (bits == 0) return Refuse(schema, key, "no known type is named");
    branch.types &= bits;
    if (integer && !number) {
      branch.number.integer = true;
      branch.number.integers_have_no_fraction |= options_.plain_integers || document_.draft() == Draft::k4;
    }
  } else if (key == "enum" || key == "const") {
    const bool one = key == "const";
    uint8_t bits = 0;
    if (one) {
      bits = TypeOf(value);
    } else {
      for (const auto& each : value.as_array()) bits |= TypeOf(each);
    }
    branch.types &= bits;
    if (branch.values == nullptr) branch.values = &value, branch.is_const = one;  // the planner asks the others
  } else if (key == "allOf") {
    const json::array& all = value.as_array();
    for (size_t i = all.size(); i-- > 0;) Push(state, &all[i], schema);
  } else if (key == "anyOf" || key == "oneOf") {
    const json::array* all = &value.as_array();
    std::vector<Step> steps;
    if (key == "anyOf" && !state.unevaluated.empty() && all->size() > 1) {
      // Every branch that holds evaluates something: all ways in which some do.
      if (all->size() > 6) return Refuse(schema, key, "more than 6 branches beside unevaluated properties or items");
      for (size_t mask = 1; mask < size_t{1} << all->size(); ++mask) {
        steps.push_back([all, mask, &schema](State& s) {
          for (size_t i = 0; i < all->size(); ++i) {
            if ((mask >> i & 1) != 0) Push(s, &(*all)[i], schema);
          }
        });
      }
      state.choices.push_back(std::move(steps));
      return true;
    }
    for (const auto& each : *all) {
      std::vector<Literal> literals{{&each, false}};
      if (key == "oneOf") {
        for (const auto& other : *all) {
          if (!meter_.Spend(2)) return false;
          if (&other != &each && !views_.Disjoint(each, other)) literals.push_back({&other, true});
        }
      }
      steps.push_back([literals, &schema](State& s) {
        s.todo.insert(s.todo.end(), literals.rbegin(), literals.rend());
        s.parts.emplace_back(literals[0].schema, &schema);
      });
    }
    state.choices.push_back(std::move(steps));
  } else if (key == "not") {
    state.todo.push_back({&value, true});
  } else if (key == "if") {
    const auto* then = schema.as_object().if_contains("then");
    const auto* other = schema.as_object().if_contains("else");
    // Alone, it forbids nothing, but where it holds, what it names counts as evaluated.
    if (then == nullptr && other == nullptr && state.unevaluated.empty()) return true;
    const auto branch_step = [&value, &schema](const json::value* next, bool negated) {
      return [condition = Literal{&value, negated}, next, &schema](State& s) {
        s.todo.push_back(condition);
        if (!condition.negated) s.parts.emplace_back(condition.schema, &schema);
        if (next != nullptr) Push(s, next, schema);
      };
    };
    state.choices.push_back({branch_step(then, false), branch_step(other, true)});
  } else if (key == "$ref" || key == "$dynamicRef" || key == "$recursiveRef") {
    const json::value* target = Target(schema, key, value);
    if (target == nullptr) return options_.lax && refusal.keyword.empty();
    Push(state, target, schema);
  }
  return true;
}

}  // namespace heddle::grammar
