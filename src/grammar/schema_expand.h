// SchemaExpander: a conjunction of subschemas, some negated, becomes its branches.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <unordered_map>
#include <vector>

#include "grammar/schema.h"
#include "grammar/schema_spec.h"

namespace heddle::grammar {

// What is plain of one or several schemas that hold together: enough to see that no value satisfies some others too.
struct SchemaView {
  uint8_t types = kAnyType;
  std::vector<std::vector<const json::value*>> values;  // one of each list
  std::set<std::string_view> required;
  std::map<std::string_view, std::vector<const json::value*>> properties;
  std::vector<const json::object*> closed;  // these allow their own properties only
  int parts = 0;

  void Add(const SchemaDocument& document, const json::value& schema, int depth = 0);
  void Add(const SchemaView& other);
  size_t size() const { return 1 + values.size() + required.size() + properties.size() + closed.size(); }
};

// The views of single schemas, made once each, and what they tell.
class SchemaViews {
 public:
  SchemaViews(const SchemaDocument& document, Meter& meter) : document_(document), meter_(meter) {}

  const SchemaView& Of(const json::value& schema);
  // Whether no value satisfies both, as far as types, constants, required and forbidden properties tell.
  bool Disjoint(const SchemaView& a, const SchemaView& b, int depth = 0);
  bool Disjoint(const json::value& a, const json::value& b, int depth = 0) {
    return &a != &b && Disjoint(Of(a), Of(b), depth);
  }

 private:
  const SchemaDocument& document_;
  Meter& meter_;
  std::unordered_map<const json::value*, std::unique_ptr<SchemaView>> views_;
};

class SchemaExpander {
 public:
  SchemaExpander(const SchemaDocument& document, const SchemaOptions& options, Meter& meter)
      : document_(document), options_(options), meter_(meter) {}

  // False: refused (see `refusal`), more branches than allowed, or more steps than the meter allows. Branches that
  // cannot hold are left out where that is plain; others may turn out empty later.
  bool Expand(const Conjunction& all, std::vector<Branch>& out);

  SchemaRefusal refusal;
  std::vector<SchemaRefusal> post_checks;  // lax only

 private:
  struct State;
  using Step = std::function<void(State&)>;  // makes one choice
  struct State {
    Branch branch;
    std::vector<Literal> todo, done;
    std::vector<std::vector<Step>> choices;  // of each, one step is to be taken
    // For unevaluated*: the schemas that have one, and which schema holds in place of (as part of) which.
    std::vector<const json::value*> unevaluated;
    std::vector<std::pair<const json::value*, const json::value*>> parts;  // part, whole
  };

  bool Run(State state, std::vector<Branch>& out, int depth);
  static size_t SizeOf(const State& state);
  bool Excluded(const State& state, const json::value& schema);
  static void Push(State& state, const json::value* part, const json::value& whole);
  bool Unevaluated(State& state);
  bool UnevaluatedItems(State& state, const json::value& schema, const std::vector<const json::object*>& evaluated);
  static bool Contradicts(const Branch& branch);
  bool Choose(const State& state, const std::vector<Step>& steps, std::vector<Branch>& out, int depth);
  bool Positive(State& state, const json::value& schema);
  bool Number(State& state, const json::value& schema, std::string_view key, const json::value& value);
  bool Texts(State& state, const json::value& schema, std::string_view key, const json::value& value);
  bool Array(State& state, const json::value& schema, std::string_view key, const json::value& value);
  bool Object(State& state, const json::value& schema, std::string_view key, const json::value& value);
  bool Logic(State& state, const json::value& schema, std::string_view key, const json::value& value);
  bool Negative(const json::value& schema, std::vector<Step>& steps);
  bool NegativeObject(const json::object& schema, std::string_view key, const json::value& value,
                      std::vector<Step>& steps);
  bool NegativeArray(const json::object& schema, std::string_view key, const json::value& value,
                     std::vector<Step>& steps);
  bool NegativeLogic(const json::value& schema, std::string_view key, const json::value& value,
                     std::vector<Step>& steps);
  bool Refuse(const json::value& schema, std::string_view keyword, std::string_view reason);
  const json::value* Target(const json::value& schema, std::string_view key, const json::value& value);

  const SchemaDocument& document_;
  const SchemaOptions& options_;
  Meter& meter_;
  SchemaViews views_{document_, meter_};
};

// The types a schema names; kAnyType when it names none. "integer" counts as a number.
uint8_t TypesOf(const json::value& schema);
uint8_t TypeOf(const json::value& instance);
// Equality of JSON values as JSON Schema has it: 1 and 1.0 are equal, the order of properties does not matter.
bool SameValue(const json::value& a, const json::value& b);

}  // namespace heddle::grammar
