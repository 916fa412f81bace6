#include "grammar/tags.h"

#include <boost/json.hpp>

#include "base/text.h"
#include "grammar/source.h"

namespace heddle::grammar {
namespace {

namespace json = boost::json;

Error Bad(std::string_view message) { return {Code::kInvalid, Cat({"tags: ", message})}; }

}  // namespace

Result<Expr> CompileTags(ExprPool& pool, std::string_view text, const SchemaOptions& options) {
  boost::system::error_code error;
  const json::value root = json::parse(text, error, {}, {.max_depth = 256});
  if (error || !root.is_object()) return Bad("not a JSON object");
  const auto* list = root.as_object().if_contains("tags");
  if (list == nullptr || !list->is_array() || list->as_array().empty()) return Bad("a list \"tags\" is needed");
  std::vector<Expr> tags, begins;
  for (const auto& each : list->as_array()) {
    if (!each.is_object()) return Bad("a tag is an object");
    const json::object& tag = each.as_object();
    const auto* begin = tag.if_contains("begin");
    const auto* end = tag.if_contains("end");
    if (begin == nullptr || !begin->is_string() || begin->as_string().empty() || end == nullptr || !end->is_string())
      return Bad("a tag needs the strings \"begin\" and \"end\"");
    Expr body = kNone;
    if (const auto* schema = tag.if_contains("schema")) {
      TRY_ASSIGN(const CompiledGrammar compiled, CompileSchema(pool, json::serialize(*schema), options));
      body = compiled.start;
    }
    for (const std::string_view notation : {"lark", "gbnf", "regex"}) {
      const auto* source = tag.if_contains(notation);
      if (source == nullptr) continue;
      if (!source->is_string() || body != kNone)
        return Bad("a tag has one of \"schema\", \"lark\", \"gbnf\" and \"regex\"");
      TRY_ASSIGN(const Notation kind, NotationOf(notation));
      TRY_ASSIGN(const CompiledGrammar compiled, CompileSource(pool, kind, std::string_view(source->as_string())));
      body = compiled.start;
    }
    if (body == kNone) return Bad("a tag has one of \"schema\", \"lark\", \"gbnf\" and \"regex\"");
    const Expr open = pool.Literal(std::string_view(begin->as_string()));
    begins.push_back(open);
    tags.push_back(pool.Seq({open, body, pool.Literal(std::string_view(end->as_string()))}));
  }
  const auto flag = [&](std::string_view name, bool fallback) {
    const auto* value = root.as_object().if_contains(name);
    return value != nullptr && value->is_bool() ? value->as_bool() : fallback;
  };
  if (!flag("free", true)) {
    const Expr blank = pool.Repeat(pool.Bytes(ByteSet::Of(' ') | ByteSet::Of('\n')), 0, 2);
    return pool.Seq(pool.Or(tags), pool.Star(pool.Seq(blank, pool.Or(tags))));
  }
  const Expr any = pool.Star(pool.Char(CharSet::All(), Spelling::kUtf8));
  const Expr free = pool.And(any, pool.Not(pool.Seq({kAll, pool.Or(begins), kAll})));
  if (!pool.Live(free)) return Bad("no free text is left");
  return pool.Seq(free, pool.Repeat(pool.Seq(pool.Or(tags), free), flag("required", false) ? 1 : 0, kNoLimit));
}

}  // namespace heddle::grammar
