#include "grammar/source.h"

#include "base/text.h"
#include "grammar/gbnf.h"
#include "grammar/lark.h"
#include "grammar/regex.h"
#include "grammar/tags.h"

namespace heddle::grammar {
namespace {

Result<Expr> CompileChoice(ExprPool& pool, std::string_view text) {
  if (text.ends_with("\n")) text.remove_suffix(1);
  std::vector<Expr> choices;
  for (const std::string_view line : Split(text, '\n')) choices.push_back(pool.Literal(line));
  return pool.Or(choices);
}

Result<Expr> CompilePattern(ExprPool& pool, std::string_view text) {
  if (text.ends_with("\n")) text.remove_suffix(1);  // of the file, not of the pattern
  return CompileRegex(pool, text);
}

struct Row {
  Notation notation;
  std::string_view name, suffix;
  Result<Expr> (*compile)(ExprPool& pool, std::string_view text);  // null: takes the options of schemas
};
constexpr Row kRows[] = {
    {Notation::kJsonSchema, "json-schema", ".json", nullptr}, {Notation::kLark, "lark", ".lark", CompileLark},
    {Notation::kGbnf, "gbnf", ".gbnf", CompileGbnf},          {Notation::kRegex, "regex", ".regex", CompilePattern},
    {Notation::kChoice, "choice", ".txt", CompileChoice},     {Notation::kTags, "tags", ".tags", nullptr},
};

}  // namespace

Result<Notation> NotationOf(std::string_view name) {
  for (const Row& row : kRows) {
    if (row.name == name) return row.notation;
  }
  return Error{Code::kInvalid,
               Cat({"unknown notation '", name, "': json-schema, lark, gbnf, regex, choice and tags are known"})};
}

Result<Notation> NotationOfFile(std::string_view path) {
  for (const Row& row : kRows) {
    if (path.ends_with(row.suffix)) return row.notation;
  }
  return Error{Code::kNotFound, Cat({path, ": its name does not tell the notation; name it with --notation"})};
}

Result<CompiledGrammar> CompileSource(ExprPool& pool, Notation notation, std::string_view text,
                                      const SchemaOptions& schema, SchemaNote* refused) {
  if (notation == Notation::kJsonSchema) return CompileSchema(pool, text, schema, refused);
  if (!IsUtf8(text)) return Error{Code::kInvalid, "the grammar is not UTF-8"};
  const Meter::Work work(pool, schema.work);
  auto compiled = notation == Notation::kTags ? CompileTags(pool, text, schema)
                                              : kRows[static_cast<size_t>(notation)].compile(pool, text);
  if (pool.failed()) return Error{Code::kTooLarge, pool.failure()};  // whatever else it made of that
  if (!compiled) return std::move(compiled).error();
  const Expr start = *compiled;
  if (!pool.Live(start)) return Error{Code::kInvalid, "no text satisfies this grammar"};
  (void)pool.Arcs(start);  // the first step shows what no limit allows
  if (pool.failed()) return Error{Code::kTooLarge, pool.failure()};
  return CompiledGrammar{.start = start};
}

}  // namespace heddle::grammar
