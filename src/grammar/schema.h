// JSON Schema (drafts 4 to 2020-12) becomes a grammar of the JSON texts that are valid: not a superset, not a subset
// but for stated spellings. A keyword that cannot be enforced is refused with its place, or, when asked, listed as a
// check to be made afterwards.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "grammar/expr_pool.h"

namespace heddle::grammar {

enum class WhiteSpace : uint8_t { kCompact, kSpaced, kFlexible, kIndented };

// By its name: "compact", "spaced", "flexible", "indented".
Result<WhiteSpace> WhiteSpaceOf(std::string_view name);

struct SchemaOptions {
  // Spaced: one space after every colon and comma. Flexible: any amount wherever JSON allows it inside the text.
  // Indented: each member on its own line, `indent` spaces deeper than what holds it (at most 200 levels; then no
  // deeper), and one space after a colon.
  WhiteSpace white_space = WhiteSpace::kFlexible;
  uint32_t indent = 2;
  // Properties in any order; else as written, others anywhere between. The root's keyword x-order, "any" or "written",
  // overrides it.
  bool any_order = false;
  bool plain_integers = false;  // an integer has no fraction and no exponent: what programs that read it expect
  bool formats = true;          // format asserts; else it is an annotation, as 2020-12 has it
  bool lax = false;             // what cannot be enforced is a post-check instead of an error
  size_t max_nodes = 50'000;    // combinations of subschemas
  size_t max_branches = 2'000;  // alternatives of one combination
  WorkLimits work = {};         // what compiling takes in all; holds for every notation
};

struct SchemaNote {
  std::string pointer, keyword, reason;
};

struct CompiledGrammar {
  Expr start = kNone;
  std::vector<SchemaNote> post_checks;  // lax: enforced by nobody yet
  std::vector<SchemaNote> annotations;  // unknown formats, taken as annotations as the specification says
};

// On an error, `refused` (may be null) names the keyword and place. An unsatisfiable schema is an error too.
Result<CompiledGrammar> CompileSchema(ExprPool& pool, std::string_view schema, const SchemaOptions& options = {},
                                      SchemaNote* refused = nullptr);

}  // namespace heddle::grammar
