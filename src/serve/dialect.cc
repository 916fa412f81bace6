#include "serve/dialect.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace heddle::serve {

std::span<const Dialect> Dialects() {
  static const std::array<Dialect, 10> all = {kChatCompletions, kCompletions,     kEmbeddings, kResponses,
                                              kMessages,        kCountTokens,     kOllamaChat, kOllamaGenerate,
                                              kOllamaEmbed,     kOllamaEmbeddings};
  return all;
}

std::string ErrorBody(std::string_view path, int status, const Refusal& refusal) {
  const auto like = [&](const Dialect& dialect) { return dialect.error(status, refusal); };
  for (const Dialect& dialect : Dialects()) {
    if (path == dialect.path) return like(dialect);
  }
  if (path.starts_with("/api/")) return like(kOllamaChat);
  return like(path.starts_with("/v1/messages") ? kMessages : kChatCompletions);
}

std::string Event(std::string_view data, std::string_view name) {
  return name.empty() ? Cat({"data: ", data, "\n\n"}) : Cat({"event: ", name, "\ndata: ", data, "\n\n"});
}

std::string_view ErrorType(int status) {
  constexpr std::pair<int, std::string_view> kTypes[] = {{401, "authentication_error"}, {403, "permission_error"},
                                                         {404, "not_found_error"},      {413, "request_too_large"},
                                                         {429, "rate_limit_error"},     {503, "overloaded_error"}};
  for (const auto& [known, type] : kTypes) {
    if (known == status) return type;
  }
  return status < 500 ? "invalid_request_error" : "api_error";
}

std::string OpenAiError(int status, const Refusal& refusal) {
  json::object error{
      {"message", refusal.error.message}, {"type", ErrorType(status)}, {"param", nullptr}, {"code", nullptr}};
  if (!refusal.field.empty()) error["param"] = refusal.field;
  if (status == 404) error["code"] = "model_not_found";
  return json::serialize(json::object{{"error", std::move(error)}}) + "\n";
}

json::object OpenAiUsage(const model::Usage& usage) {
  const auto count = [](int64_t n) { return std::max<int64_t>(n, 0); };
  return {{"prompt_tokens", count(usage.prompt_tokens)},
          {"completion_tokens", count(usage.completion_tokens)},
          {"total_tokens", count(usage.prompt_tokens) + count(usage.completion_tokens)},
          {"prompt_tokens_details", {{"cached_tokens", count(usage.cached_tokens)}}}};
}

void ReadSampling(Body& body, model::Sampling& out) {
  out.temperature = body.Number("temperature", 0, 10);
  out.top_p = body.Number("top_p", 0, 1);
  out.min_p = body.Number("min_p", 0, 1);
  out.frequency_penalty = body.Number("frequency_penalty", -2, 2);
  out.presence_penalty = body.Number("presence_penalty", -2, 2);
  out.repeat_penalty = body.Number("repeat_penalty", 0, 10);
  out.top_k = body.Whole("top_k", 0, 1'000'000);
  out.seed = body.Whole("seed", INT64_MIN, INT64_MAX);
  if (out.seed) out.seed = *out.seed & 0xFFFFFFFF;
  out.stop = body.Texts("stop");
  if (out.stop.size() > 16) body.Refuse("stop", "expected at most 16 texts");
}

model::Constraint SchemaConstraint(const json::value& schema) { return {"json-schema", json::serialize(schema)}; }

void ReadConstraint(Body& body, std::optional<model::Constraint>& out) {
  const auto read = [&](std::string_view field, std::string_view kind, std::string_view fallback) {
    const json::value* given = body.Get(field);
    if (given == nullptr) return;
    if (out) return body.Refuse(field, "there is another constraint already");
    if (given->is_string() && !fallback.empty()) {
      out = {std::string(fallback), std::string(given->as_string())};
      return;
    }
    Body part(*given, Cat({field, "."}));
    out = {part.Text(kind), part.Text("text")};
    constexpr std::string_view kKnown[] = {"json-schema", "gbnf", "lark", "regex", "choice", "tags"};
    if (part.ok() && std::find(std::begin(kKnown), std::end(kKnown), out->notation) == std::end(kKnown))
      part.Refuse(kind, "expected json-schema, gbnf, lark, regex, choice or tags");
    body.Adopt(part);
  };
  read("constraint", "notation", "");
  read("grammar", "syntax", "gbnf");
}

std::string ReadContent(Body& body, std::string_view name) {
  const json::value* content = body.Get(name);
  if (content == nullptr) return {};
  if (content->is_string()) return std::string(content->as_string());
  if (!content->is_array()) return body.Refuse(name, "expected a text or a list of parts"), std::string();
  std::string out;
  for (const json::value& each : content->as_array()) {
    Body part(each, Cat({name, "[]."}));
    const std::string type = part.Text("type");
    if (type == "text" || type == "input_text" || type == "output_text")
      out += part.Text("text");
    else if (type == "refusal")
      out += part.Text("refusal");
    else
      part.Refuse("type", Cat({"'", type, "' is not supported here; only text is"}));
    body.Adopt(part);
  }
  return out;
}

}  // namespace heddle::serve
