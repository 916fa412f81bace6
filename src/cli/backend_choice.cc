#include "cli/backend_choice.h"

#include "base/text.h"
#include "model/http_backend.h"
#include "model/store.h"

namespace heddle::cli {
namespace {

std::string FlagOrSetting(const App& app, const Arguments& arguments, std::string_view name) {
  return arguments.Has(name) ? arguments.Get(name) : app.config().Get(name).value;
}

struct Timeouts {
  int connect_ms = 0, first_ms = 0, between_ms = 0;
};

Result<Timeouts> ReadTimeouts(const App& app) {
  const std::string text = app.config().Get("timeouts").value;
  const auto parts = Split(text, ',');
  Timeouts out;
  int* const places[] = {&out.connect_ms, &out.first_ms, &out.between_ms};
  for (size_t i = 0; i < std::size(places); ++i) {
    const auto seconds = model::ParseDuration(i < parts.size() ? Trim(parts[i]) : "");
    if (parts.size() != std::size(places) || !seconds || *seconds <= 0)
      return Error{Code::kInvalid,
                   Cat({"the setting timeouts is ", text, "; expected three times, such as 10s,5m,1m"})};
    *places[i] = static_cast<int>(std::min<int64_t>(*seconds, 100'000) * 1000);
  }
  return out;
}

Result<int64_t> Number(const Arguments& arguments, std::string_view name) {
  if (!arguments.Has(name)) return int64_t{0};
  const auto number = ParseInt(arguments.Get(name));
  if (!number || *number < 0) return Error{Code::kInvalid, Cat({"--", name, ": expected a whole number"})};
  return *number;
}

}  // namespace

std::string KeepAliveSetting(const App& app) {
  const Setting& setting = app.config().Get("keep_alive");
  return setting.origin == "default" ? "" : setting.value;
}

Result<std::unique_ptr<model::RunnerBackend>> ChooseRunner(const App& app, const Arguments& arguments,
                                                           std::string_view name) {
  TRY_ASSIGN(const model::StoredModel found, model::Store::OfUser().Find(name));
  model::RunnerOptions options;
  TRY_ASSIGN(const Timeouts timeouts, ReadTimeouts(app));
  options.first_token_ms = timeouts.first_ms, options.between_ms = timeouts.between_ms;
  TRY_ASSIGN(options.context, Number(arguments, "context"));
  TRY_ASSIGN(options.threads, Number(arguments, "threads"));
  const auto memory = ParseInt(app.config().Get("memory_mb").value);
  if (!memory || *memory < 0) return Error{Code::kInvalid, "the setting memory_mb is no whole number"};
  options.memory_mb = *memory;
  options.keep_alive = arguments.Get("keep-alive", KeepAliveSetting(app));
  if (!options.keep_alive.empty()) TRY(model::ParseDuration(options.keep_alive));
  return std::make_unique<model::RunnerBackend>(found.path, options);
}

Result<ChosenBackend> ChooseBackend(const App& app, const Arguments& arguments) {
  const std::string backend = FlagOrSetting(app, arguments, "backend"), model = FlagOrSetting(app, arguments, "model");
  if (backend == "runner") {
    if (model.empty())
      return Error{Code::kNotFound,
                   "no model is chosen; see heddle models list, then: heddle config set model NAME, or --model NAME"};
    TRY_ASSIGN(auto runner, ChooseRunner(app, arguments, model));
    return ChosenBackend{std::move(runner), model};
  }
  TRY_ASSIGN(model::Endpoint endpoint, model::ParseEndpoint(backend));
  TRY_ASSIGN(const Timeouts timeouts, ReadTimeouts(app));
  endpoint.connect_ms = timeouts.connect_ms, endpoint.first_token_ms = timeouts.first_ms,
  endpoint.between_ms = timeouts.between_ms;
  if (const std::string key = FlagOrSetting(app, arguments, "key"); !key.empty()) endpoint.key_source = key;
  ChosenBackend out{std::make_unique<model::HttpBackend>(std::move(endpoint)), model};
  if (!out.model.empty()) return out;
  // A server with one model needs no name.
  TRY_ASSIGN(const auto models, out.backend->Models({}));
  if (models.size() == 1) {
    out.model = models[0];
    return out;
  }
  std::string some;
  for (size_t i = 0; i < std::min<size_t>(models.size(), 8); ++i) some += (i == 0 ? "" : ", ") + ForTerminal(models[i]);
  return Error{Code::kNotFound,
               Cat({backend, ": choose one of its models with --model: ", some, models.size() > 8 ? ", ..." : ""})};
}

}  // namespace heddle::cli
