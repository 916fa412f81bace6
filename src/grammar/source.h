// Sources: every notation a constraint may be written in, and the one way to compile any of them.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "grammar/expr_pool.h"
#include "grammar/schema.h"

namespace heddle::grammar {

enum class Notation : uint8_t { kJsonSchema, kLark, kGbnf, kRegex, kChoice, kTags };

// By its name: "json-schema", "lark", "gbnf", "regex", "choice", "tags".
Result<Notation> NotationOf(std::string_view name);
// By a file's name (.json, .lark, .gbnf, .regex, .txt for choices); kNotFound when the name tells nothing.
Result<Notation> NotationOfFile(std::string_view path);

// The language of `text`: kRegex matches the whole text; kChoice has one choice per line, as it stands; kTags see
// tags.h. `schema` holds for JSON Schema alone. Limits of the pool end in an error that names them.
Result<CompiledGrammar> CompileSource(ExprPool& pool, Notation notation, std::string_view text,
                                      const SchemaOptions& schema = {}, SchemaNote* refused = nullptr);

}  // namespace heddle::grammar
