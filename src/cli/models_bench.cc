#include "cli/models_bench.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cstdio>

#include "base/text.h"
#include "cli/backend_choice.h"
#include "sys/environment.h"
#include "sys/interrupts.h"

namespace heddle::cli {
namespace {

namespace json = boost::json;

std::string Fixed(double value, int decimals) {
  char out[32];
  std::snprintf(out, sizeof(out), "%.*f", decimals, value);
  return out;
}

double Median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::nth_element(values.begin(), values.begin() + static_cast<ptrdiff_t>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

// The numbers that a runner gives with the end of a text.
Result<json::object> Measure(model::RunnerBackend& runner, json::object request, const std::stop_token& stop) {
  Result<json::object> out = Error{Code::kInternal, "the runner gave no numbers"};
  request["id"] = 1, request["op"] = "generate";
  TRY(runner.Ask(
      json::serialize(request),
      [&](const std::string& line) {
        boost::system::error_code failed;
        const json::value event = json::parse(line, failed);
        if (failed || !event.is_object()) return false;
        if (event.at("event") == "text") return true;
        if (event.at("event") == "done")
          out = event.at("usage").as_object();
        else
          out = Error{Code::kUnavailable, std::string(event.at("message").as_string())};
        return false;
      },
      stop));
  return out;
}

}  // namespace

int BenchModel(App& app, const Arguments& arguments) {
  if (arguments.words.size() != 2)
    return app.Fail({Code::kInvalid, "heddle models bench takes one model; see heddle models list"});
  auto runner = ChooseRunner(app, arguments, arguments.words[1]);
  if (!runner) return app.Fail(runner.error());
  const int64_t rounds = std::clamp<int64_t>(ParseInt(arguments.Get("number", "5")).value_or(5), 1, 100);
  const sys::Interrupts interrupts;
  const int64_t start = sys::SystemClock().MonotonicUs();
  const bool was_running = (*runner)->running();
  const auto window = (*runner)->Window({}, interrupts.token());
  if (!window) return app.Fail(window.error());
  const double load_ms = static_cast<double>(sys::SystemClock().MonotonicUs() - start) / 1000;
  std::vector<double> prefill, decode, first;
  for (int64_t round = 0; round < rounds; ++round) {
    // Another text each time, so that nothing of it is there already.
    std::string prompt;
    for (int64_t i = 0; i < 200; ++i) prompt += Cat({"item ", std::to_string((round * 200 + i) * 7919 % 10007), ", "});
    const auto usage =
        Measure(**runner, {{"prompt", prompt}, {"max_tokens", 64}, {"temperature", 0}, {"speculate", false}},
                interrupts.token());
    if (!usage) return app.Fail(usage.error());
    const auto at = [&](const char* key) { return usage->at(key).to_number<double>(); };
    const double tokens = at("prompt_tokens") - at("cached_tokens");
    if (at("prompt_us") > 0) prefill.push_back(tokens / at("prompt_us") * 1e6), first.push_back(at("prompt_us") / 1000);
    if (at("decode_calls") > 0) decode.push_back(at("decode_calls") / at("decode_us") * 1e6);
    if (sys::IsTerminal(2)) app.Err(Cat({"\r  ", std::to_string(round + 1), " of ", std::to_string(rounds), " "}));
  }
  if (sys::IsTerminal(2)) app.Err("\r\x1b[K");
  if (arguments.Has("json")) {
    app.Out(json::serialize(json::object{{"model", arguments.words[1]},
                                         {"rounds", rounds},
                                         {"context", *window},
                                         {"load_ms", was_running ? json::value() : json::value(load_ms)},
                                         {"prefill_tokens_per_s", Median(prefill)},
                                         {"decode_tokens_per_s", Median(decode)},
                                         {"first_token_ms", Median(first)}}) +
            "\n");
    return kDone;
  }
  app.Out(
      Cat({arguments.words[1], ", median of ", std::to_string(rounds), "\n  load         ",
           was_running ? "it was loaded already" : Fixed(load_ms, 0) + " ms", "\n  prefill      ",
           Fixed(Median(prefill), 0), " tokens/s\n  decode       ",
           decode.empty() ? "not measured: the model ends its text at once" : Fixed(Median(decode), 1) + " tokens/s",
           "\n  first token  ", Fixed(Median(first), 0), " ms after a prompt of about 1,000 tokens\n"}));
  return kDone;
}

int CompareModels(App& app, const Arguments& arguments) {
  const std::string names = arguments.Get("models");
  if (arguments.words.size() < 2 || names.empty())
    return app.Fail({Code::kInvalid,
                     "expected: heddle models compare PROMPT --models A,B (BACKEND/MODEL for a server: ollama/qwen3, "
                     "openai:localhost:8080/any)"});
  const std::string prompt = Join({arguments.words.begin() + 1, arguments.words.end()}, " ");
  const sys::Interrupts interrupts;
  int code = kDone;
  for (const std::string_view name : Split(names, ',')) {
    Arguments one = arguments;
    const size_t slash = name.rfind('/');
    const bool remote = slash != name.npos && !name.ends_with(".gguf");
    one.flags["backend"] = remote ? std::string(name.substr(0, slash)) : "runner";
    one.flags["model"] = std::string(remote ? name.substr(slash + 1) : name);
    const auto fail = [&](const Error& error) {
      app.Err(Cat({name, ": ", ForTerminal(error.message), "\n"})), code = kError;
    };
    auto chosen = ChooseBackend(app, one);
    if (!chosen) {
      fail(chosen.error());
      continue;
    }
    model::ChatRequest request;
    request.model = chosen->model;
    request.messages = {{.role = model::Role::kUser, .content = prompt}};
    request.max_tokens = ParseInt(arguments.Get("max-tokens", "512")).value_or(512);
    const auto reply = chosen->backend->Chat(request, nullptr, interrupts.token());
    if (!reply) {
      fail(reply.error());
      continue;
    }
    const double seconds = static_cast<double>(reply->total_us - reply->first_us) / 1e6;
    const int64_t tokens = reply->usage.completion_tokens;
    const std::string rate = tokens > 1 && seconds > 0 ? Fixed(static_cast<double>(tokens - 1) / seconds, 1) : "";
    if (arguments.Has("json"))
      app.Out(json::serialize(json::object{{"model", name},
                                           {"text", reply->message.content},
                                           {"finish", Name(reply->finish)},
                                           {"prompt_tokens", reply->usage.prompt_tokens},
                                           {"completion_tokens", tokens},
                                           {"first_ms", static_cast<double>(reply->first_us) / 1000},
                                           {"total_ms", static_cast<double>(reply->total_us) / 1000}}) +
              "\n");
    else
      app.Out(
          Cat({Paint(name, "1", app.color(1)), "  first token ", Fixed(static_cast<double>(reply->first_us) / 1000, 0),
               " ms, ", Fixed(static_cast<double>(reply->total_us) / 1e6, 2), " s, ",
               tokens >= 0 ? std::to_string(tokens) + " tokens" : "tokens not said",
               rate.empty() ? "" : ", " + rate + " tokens/s", "\n", ForTerminal(reply->message.content), "\n\n"}));
    if (interrupts.token().stop_requested()) return kCancelled;
  }
  return code;
}

}  // namespace heddle::cli
