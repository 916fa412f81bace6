// One call from the text of a schema to its language.
#include "grammar/schema.h"

#include "base/text.h"
#include "grammar/schema_form.h"
#include "grammar/schema_grammar.h"

namespace heddle::grammar {

Result<WhiteSpace> WhiteSpaceOf(std::string_view name) {
  constexpr std::string_view kNames[] = {"compact", "spaced", "flexible", "indented"};
  for (size_t i = 0; i < std::size(kNames); ++i) {
    if (kNames[i] == name) return static_cast<WhiteSpace>(i);
  }
  return Error{Code::kInvalid, Cat({"layout ", name, ": expected compact, spaced, flexible or indented"})};
}

Result<CompiledGrammar> CompileSchema(ExprPool& pool, std::string_view schema, const SchemaOptions& options,
                                      SchemaNote* refused) {
  TRY_ASSIGN(auto document, SchemaDocument::Parse(schema));
  SchemaOptions wanted = options;
  const auto refuse = [&](const SchemaNote& why, Code code = Code::kInvalid) {
    if (refused != nullptr) *refused = why;
    return Error{code, Cat({"#", why.pointer, ": ", why.keyword, ": ", why.reason})};
  };
  if (const auto* order =
          document->root().is_object() ? document->root().as_object().if_contains("x-order") : nullptr) {
    if (*order != "any" && *order != "written") return refuse({"", "x-order", "it is \"any\" or \"written\""});
    wanted.any_order = *order == "any";
  }
  if (!wanted.formats) document->IgnoreFormats();
  const auto note = [&](const SchemaRefusal& r) {
    return SchemaNote{r.schema == nullptr ? "" : document->PointerOf(*r.schema), r.keyword, r.reason};
  };
  if (const auto malformed = FindMalformed(*document)) return refuse(note(*malformed));
  const Meter::Work work(pool, options.work);
  const auto exceeded = [&] { return refuse({"", "schema", pool.failure()}, Code::kTooLarge); };
  SchemaPlanner planner(pool, *document, wanted);
  const bool planned = planner.Plan(document->root());
  if (pool.failed()) return exceeded();
  if (!planned) return refuse(note(planner.expander().refusal));
  auto grammar = std::make_shared<SchemaGrammar>(pool, std::make_shared<const SchemaPlan>(planner.TakePlan()), wanted);
  pool.Keep(grammar);  // at once: expressions that name it stay in the pool, whatever becomes of this schema
  CompiledGrammar out;
  out.start = grammar->ExprOf(0);
  pool.Keep(nullptr, grammar->MemoryBytes());
  if (pool.failed()) return exceeded();
  if (out.start == kNone) return refuse({"", "schema", "no value satisfies it"});
  for (const auto& each : planner.expander().post_checks) out.post_checks.push_back(note(each));
  for (const auto& each : planner.annotations) out.annotations.push_back(note(each));
  return out;
}

}  // namespace heddle::grammar
