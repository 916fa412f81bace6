#include "cli/models_bench.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cstdio>

#include "base/text.h"
#include "cli/backend_choice.h"
#include "model/store.h"
#include "sys/environment.h"
#include "sys/files.h"
#include "sys/interrupts.h"
#include "sys/part_file.h"
#include "sys/processes.h"

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

struct Speed {
  double prefill = 0, decode = 0;  // tokens a second, medians; 0: not measured
  double first_ms = 0;
};

Result<Speed> MeasureSpeed(const App& app, model::RunnerBackend& runner, int64_t rounds, const std::stop_token& stop) {
  std::vector<double> prefill, decode, first;
  for (int64_t round = 0; round < rounds; ++round) {
    // Another text each time, so that nothing of it is there already.
    std::string prompt;
    for (int64_t i = 0; i < 200; ++i) prompt += Cat({"item ", std::to_string((round * 200 + i) * 7919 % 10007), ", "});
    TRY_ASSIGN(
        const json::object usage,
        Measure(runner, {{"prompt", prompt}, {"max_tokens", 64}, {"temperature", 0}, {"speculate", false}}, stop));
    const auto at = [&](const char* key) { return usage.at(key).to_number<double>(); };
    const double tokens = at("prompt_tokens") - at("cached_tokens");
    if (at("prompt_us") > 0) prefill.push_back(tokens / at("prompt_us") * 1e6), first.push_back(at("prompt_us") / 1000);
    if (at("decode_calls") > 0) decode.push_back(at("decode_calls") / at("decode_us") * 1e6);
    if (sys::IsTerminal(2)) app.Err(Cat({"\r  ", std::to_string(round + 1), " of ", std::to_string(rounds), " "}));
  }
  if (sys::IsTerminal(2)) app.Err("\r\x1b[K");
  return Speed{Median(prefill), Median(decode), Median(first)};
}

// The runner's work on a file, to its end.
Result<std::string> RunRunner(const std::vector<std::string>& flags) {
  TRY_ASSIGN(const std::string program, model::RunnerProgram({}));
  std::vector<std::string> argv{program};
  argv.insert(argv.end(), flags.begin(), flags.end());
  constexpr int kSixHours = 6 * 3600 * 1000;
  TRY_ASSIGN(const sys::RunResult done, sys::Run(argv, {.timeout_ms = kSixHours}));
  if (done.exit_code == 0) return done.out;
  std::string_view why = Trim(done.err);
  if (why.starts_with("heddle-runner: ")) why.remove_prefix(15);
  return Error{done.exit_code == 2 ? Code::kInvalid : Code::kUnavailable, std::string(why)};
}

Result<double> PerplexityOf(const std::string& model, const std::string& text) {
  TRY_ASSIGN(const std::string out, RunRunner({"--model", model, "--perplexity", text}));
  boost::system::error_code failed;
  const json::value value = json::parse(out, failed);
  if (failed || !value.is_object()) return Error{Code::kInternal, "the runner gave no perplexity"};
  return value.at("perplexity").to_number<double>();
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
  const auto speed = MeasureSpeed(app, **runner, rounds, interrupts.token());
  if (!speed) return app.Fail(speed.error());
  if (arguments.Has("json")) {
    app.Out(json::serialize(json::object{{"model", arguments.words[1]},
                                         {"rounds", rounds},
                                         {"context", *window},
                                         {"load_ms", was_running ? json::value() : json::value(load_ms)},
                                         {"prefill_tokens_per_s", speed->prefill},
                                         {"decode_tokens_per_s", speed->decode},
                                         {"first_token_ms", speed->first_ms}}) +
            "\n");
    return kDone;
  }
  app.Out(
      Cat({ForTerminal(arguments.words[1]), ", median of ", std::to_string(rounds), "\n  load         ",
           was_running ? "it was loaded already" : Fixed(load_ms, 0) + " ms", "\n  prefill      ",
           Fixed(speed->prefill, 0), " tokens/s\n  decode       ",
           speed->decode == 0 ? "not measured: the model ends its text at once" : Fixed(speed->decode, 1) + " tokens/s",
           "\n  first token  ", Fixed(speed->first_ms, 0), " ms after a prompt of about 1,000 tokens\n"}));
  return kDone;
}

int QuantizeModel(App& app, const Arguments& arguments) {
  if (arguments.words.size() != 3)
    return app.Fail(
        {Code::kInvalid, "expected: heddle models quantize NAME TYPE [--text FILE] (a type such as Q8_0 or Q4_K_M)"});
  const model::Store store = model::Store::OfUser();
  const auto from = store.Find(arguments.words[1]);
  if (!from) return app.Fail(from.error());
  const std::string& type = arguments.words[2];
  const std::string base = from->name.ends_with(".gguf") ? from->name.substr(0, from->name.size() - 5) : from->name;
  model::StoredModel to{base + "-" + type, store.folder() + "/" + base + "-" + type + ".gguf", 0,
                        Cat({"quantised from ", from->name}), ""};
  if (auto made = sys::SystemFiles().MakeDirectories(store.folder()); !made) return app.Fail(made.error());
  if (sys::IsTerminal(2)) app.Err("  writing smaller weights, a minute or more ...");
  const auto done = RunRunner({"--model", from->path, "--quantize", to.path, "--type", type});
  if (sys::IsTerminal(2)) app.Err("\r\x1b[K");
  if (!done) return app.Fail(done.error());
  const auto sha256 = sys::Sha256OfFile(to.path, nullptr, nullptr);
  if (!sha256) return app.Fail(sha256.error());
  to.sha256 = *sha256, to.bytes = sys::SystemFiles().LookThrough(to.path).size;
  if (auto noted = store.Note(to); !noted) return app.Fail(noted.error());

  const sys::Interrupts interrupts;
  json::array rows;
  for (const model::StoredModel* each : std::initializer_list<const model::StoredModel*>{&*from, &to}) {
    auto runner = ChooseRunner(app, arguments, each->path);
    if (!runner) return app.Fail(runner.error());
    const auto speed = MeasureSpeed(app, **runner, 3, interrupts.token());
    if (!speed) return app.Fail(speed.error());
    json::object row{{"name", each->name},
                     {"bytes", each->bytes},
                     {"prefill_tokens_per_s", speed->prefill},
                     {"decode_tokens_per_s", speed->decode}};
    if (arguments.Has("text")) {
      const auto perplexity = PerplexityOf(each->path, arguments.Get("text"));
      if (!perplexity) return app.Fail(perplexity.error());
      row["perplexity"] = *perplexity;
    }
    rows.push_back(std::move(row));
  }
  if (arguments.Has("json")) {
    for (const json::value& row : rows) app.Out(json::serialize(row) + "\n");
    return kDone;
  }
  for (const json::value& row : rows) {
    app.Out(Cat({ForTerminal(std::string_view(row.at("name").as_string())), "\n  size        ",
                 HumanBytes(row.at("bytes").to_number<uint64_t>()), "\n  prefill     ",
                 Fixed(row.at("prefill_tokens_per_s").to_number<double>(), 0), " tokens/s\n  decode      ",
                 Fixed(row.at("decode_tokens_per_s").to_number<double>(), 1), " tokens/s\n  perplexity  ",
                 row.as_object().contains("perplexity") ? Fixed(row.at("perplexity").to_number<double>(), 3)
                                                        : "not measured (--text FILE)",
                 "\n"}));
  }
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
      app.Err(Cat({ForTerminal(name), ": ", ForTerminal(error.message), "\n"})), code = kError;
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
      app.Out(Cat({Paint(ForTerminal(name), "1", app.color(1)), "  first token ",
                   Fixed(static_cast<double>(reply->first_us) / 1000, 0), " ms, ",
                   Fixed(static_cast<double>(reply->total_us) / 1e6, 2), " s, ",
                   tokens >= 0 ? std::to_string(tokens) + " tokens" : "tokens not said",
                   rate.empty() ? "" : ", " + rate + " tokens/s", "\n",
                   ForTerminal(reply->message.content, Layout::kProse), "\n\n"}));
    if (interrupts.token().stop_requested()) return kCancelled;
  }
  return code;
}

}  // namespace heddle::cli
