#include "model/http_backend.h"

#include <algorithm>
#include <random>
#include <thread>

#include "model/json_help.h"
#include "model/secret.h"
#include "model/tool_calls.h"
#include "net/base_url.h"
#include "net/framing.h"
#include "sys/environment.h"

namespace heddle::model {
namespace {

constexpr int kLongestWait = 60'000;  // ms

int64_t Now() { return sys::SystemClock().MonotonicUs(); }

// Waits unless stopped.
bool Sleep(int ms, const std::stop_token& stop) {
  for (const int64_t end = Now() + int64_t{ms} * 1000; Now() < end && !stop.stop_requested();)
    std::this_thread::sleep_for(std::chrono::milliseconds(std::min<int64_t>(50, (end - Now()) / 1000 + 1)));
  return !stop.stop_requested();
}

Code CodeOf(int status) {
  if (status == 401 || status == 403) return Code::kDenied;
  if (status == 404) return Code::kNotFound;
  if (status == 408 || status == 504) return Code::kTimeout;
  if (status == 413) return Code::kTooLarge;
  return status == 429 || status >= 500 ? Code::kUnavailable : Code::kInvalid;
}

std::string_view Advice(int status) {
  if (status == 401 || status == 403) return " (check the key)";
  if (status == 404) return " (check the model's name and the address)";
  return "";
}

// No tokenizer in use makes more than this many bytes of one token over a long text.
constexpr size_t kMostBytesPerToken = 12;
constexpr size_t kSmallPrompt = 4096;  // bytes; every window holds it

// A server that cut the prompt without a word has counted fewer tokens than it can have.
Result<> CheckCounts(const ChatRequest& request, const ChatReply& reply) {
  size_t bytes = 0;
  for (const Message& message : request.messages) bytes += message.content.size();
  const int64_t counted = reply.usage.prompt_tokens;
  if (counted < 0 || bytes < 4096 || static_cast<size_t>(counted) * kMostBytesPerToken >= bytes) return {};
  return Error{Code::kTooLarge,
               Cat({"the server read only ", std::to_string(counted), " tokens of ", std::to_string(bytes),
                    " bytes: it cut the prompt; load the model with a larger context (Ollama: --context)"})};
}

}  // namespace

Result<net::HttpRequest> HttpBackend::Prepare(std::string_view path, std::string body) const {
  net::HttpRequest out{
      .method = body.empty() ? "GET" : "POST", .url = endpoint_.base_url + std::string(path), .body = std::move(body)};
  out.connect_ms = endpoint_.connect_ms, out.first_byte_ms = endpoint_.first_token_ms,
  out.between_ms = endpoint_.between_ms;
  out.headers.emplace_back("content-type", "application/json");
  TRY_ASSIGN(const std::string key, ReadSecret(endpoint_.key_source));
  if (endpoint_.wire == &kAnthropic) out.headers.emplace_back("anthropic-version", "2023-06-01");
  if (!key.empty() && endpoint_.wire == &kAnthropic)
    out.headers.emplace_back("x-api-key", key);
  else if (!key.empty())
    out.headers.emplace_back("authorization", "Bearer " + key);
  return out;
}

Result<ChatReply> HttpBackend::Try(const net::HttpRequest& http, const OnPiece& on_piece, const std::stop_token& stop,
                                   bool& again, int& wait_ms) {
  ReplyBuilder builder(on_piece);
  const auto decoder = endpoint_.wire->decoder();
  net::EventStream events;
  net::LineStream lines;
  Result<> decoded;
  const int64_t start = Now();
  int64_t first = 0;
  const auto take = [&](std::string_view name, std::string_view data) {
    decoded = decoder->Take(name, data, builder);
    if (first == 0 && builder.any()) first = Now() - start;
    return static_cast<bool>(decoded) && !builder.cancelled();
  };
  const auto take_event = [&](const net::ServerEvent& event) { return take(event.name, event.data); };
  const auto take_line = [&](std::string_view line) { return take({}, line); };
  const bool by_line = endpoint_.wire->framing == Framing::kLines;
  auto reply = client_.Send(
      http,
      [&](std::string_view piece, const net::HttpReply&) {
        return by_line ? lines.Feed(piece, take_line) : events.Feed(piece, take_event);
      },
      stop);
  again = false;
  if (!decoded) {
    again = !builder.any() && decoded.error().code == Code::kUnavailable;
    return decoded.error();
  }
  if (events.too_large() || lines.too_large())
    return Error{Code::kTooLarge, "one event of the answer is larger than heddle takes"};
  if (!reply && !builder.cancelled() && reply.error().code != Code::kCancelled) {
    again = !builder.any() && reply.error().code == Code::kUnavailable;
    return reply.error();
  }
  if (reply && (reply->status < 200 || reply->status >= 300)) {
    again = reply->status == 429 || reply->status == 408 || reply->status >= 500;
    if (const auto after = ParseInt(reply->Header("retry-after")))
      wait_ms = static_cast<int>(std::clamp<int64_t>(*after, 0, 3600) * 1000);
    return Error{CodeOf(reply->status),
                 Cat({"HTTP ", std::to_string(reply->status), ": ", ErrorText(reply->body), Advice(reply->status)})};
  }
  if (reply) by_line ? lines.End(take_line) : events.End(take_event);
  if (!decoded) return decoded.error();
  const bool cancelled = !reply || builder.cancelled();
  if (!cancelled && !builder.ended()) {
    again = !builder.any();
    return Error{Code::kUnavailable, "the server closed the connection before its answer was whole"};
  }
  ChatReply out = builder.Take();
  if (cancelled) out.finish = Finish::kCancelled;
  out.first_us = first, out.total_us = Now() - start;
  return out;
}

// What certainly does not fit is not sent. The server counts where it can; else every token is taken to be as long as
// one can be.
Result<> HttpBackend::CheckWindow(const ChatRequest& request, const std::stop_token& stop) {
  std::string text;
  for (const Message& message : request.messages) text += message.content;
  if (text.size() < kSmallPrompt) return {};
  int64_t window = request.context;
  if (window == 0) {
    const auto known = Window(request.model, stop);
    if (!known) return {};  // it does not say
    window = *known;
  }
  if (window <= 0 || text.size() <= static_cast<size_t>(window)) return {};
  auto least = static_cast<int64_t>(text.size() / kMostBytesPerToken);
  // llama-server lists the tokens, vLLM counts them.
  const json::object question{{"content", text}, {"model", request.model}, {"prompt", text}};
  if (const auto counted = Get("/tokenize", json::serialize(question), stop)) {
    const json::value value = ParsedOr(*counted);
    least = std::max(least, NumberAt(value, "count", static_cast<int64_t>(ListAt(value, "tokens").size())));
  }
  if (least <= window) return {};
  return Error{Code::kTooLarge, Cat({"the prompt has at least ", std::to_string(least), " tokens and the window holds ",
                                     std::to_string(window), ": shorten it, or load the model with a larger context"})};
}

Result<ChatReply> HttpBackend::Chat(const ChatRequest& request, const OnPiece& on_piece, const std::stop_token& stop) {
  auto http = Prepare(endpoint_.wire->path, endpoint_.wire->encode(request));
  if (!http) return std::move(http).error().Context(endpoint_.name);
  if (auto fits = CheckWindow(request, stop); !fits) return std::move(fits).error().Context(endpoint_.name);
  std::mt19937 random(std::random_device{}());
  for (int attempt = 0;; ++attempt) {
    bool again = false;
    int wait_ms = -1;
    auto reply = Try(*http, on_piece, stop, again, wait_ms);
    if (reply) {
      if (reply->finish == Finish::kCancelled) return reply;
      TakeCallsFromText(reply->message, request.tools);
      if (!reply->message.calls.empty() && reply->finish == Finish::kStop) reply->finish = Finish::kToolCalls;
      if (auto counts = CheckCounts(request, *reply); !counts) return std::move(counts).error().Context(endpoint_.name);
      return reply;
    }
    // Full jitter: between nothing and 0.5, 1, 2 ... seconds.
    if (wait_ms < 0) wait_ms = static_cast<int>(random() % (500U << std::min(attempt, 5)));
    if (!again || attempt >= endpoint_.retries || wait_ms > kLongestWait || !Sleep(wait_ms, stop))
      return std::move(reply).error().Context(endpoint_.name);
  }
}

Result<std::string> HttpBackend::Get(std::string_view path, std::string body, const std::stop_token& stop) const {
  TRY_ASSIGN(const net::HttpRequest http, Prepare(path, std::move(body)));
  TRY_ASSIGN(net::HttpReply reply, client_.Send(http, nullptr, stop));
  if (reply.status < 200 || reply.status >= 300)
    return Error{CodeOf(reply.status),
                 Cat({"HTTP ", std::to_string(reply.status), ": ", ErrorText(reply.body), Advice(reply.status)})};
  return std::move(reply.body);
}

namespace {

// How the wires of FillRequest differ: llama-server fills in the middle at /infill, OpenAI's older API goes on with a
// text, Ollama does both. All answer whole here: such texts are short.
struct FillWire {
  std::string_view path, most, text, prompt_tokens, completion_tokens, cut, cut_value;
};
constexpr FillWire kOllamaFill = {"/api/generate", "num_predict", "response", "prompt_eval_count",
                                  "eval_count",    "done_reason", "length"};
constexpr FillWire kInfill = {"/infill",          "n_predict", "content", "tokens_evaluated",
                              "tokens_predicted", "stop_type", "limit"};
constexpr FillWire kTextCompletion = {"/v1/completions",   "max_tokens",    "text",  "prompt_tokens",
                                      "completion_tokens", "finish_reason", "length"};

json::object FillBody(const FillRequest& request, const FillWire& wire) {
  json::object body{{"stream", false}}, sampling;
  AddSampling(request, sampling);
  if (request.max_tokens >= 0) sampling[wire.most] = request.max_tokens;
  if (&wire == &kInfill) {
    body["input_prefix"] = request.prefix, body["input_suffix"] = request.suffix;
  } else {
    body["model"] = request.model, body["prompt"] = request.prefix;
  }
  if (&wire == &kOllamaFill) {
    if (request.plain)
      body["raw"] = true;
    else
      body["suffix"] = request.suffix;
    body["options"] = std::move(sampling);
  } else {
    for (const auto& [name, value] : sampling) body[name] = value;
  }
  return body;
}

}  // namespace

Result<ChatReply> HttpBackend::Fill(const FillRequest& request, const OnPiece& on_piece, const std::stop_token& stop) {
  const bool ollama = endpoint_.wire == &kOllama;
  if (!ollama && endpoint_.wire != &kOpenAiChat)
    return Error{Code::kUnavailable, Cat({endpoint_.name, ": this wire has no way to ",
                                          request.plain ? "go on with a text" : "fill in the middle"})};
  const FillWire& wire = ollama ? kOllamaFill : request.plain ? kTextCompletion : kInfill;
  const json::object body = FillBody(request, wire);
  const int64_t start = Now();
  auto text = Get(wire.path, json::serialize(body), stop);
  if (!text) return std::move(text).error().Context(endpoint_.name);
  auto parsed = ParseJson(*text);
  if (!parsed) return std::move(parsed).error().Context(endpoint_.name);
  // OpenAI's form has the text in a list of choices, and counts apart.
  const json::value* holder = &*parsed;
  const json::value* usage = &*parsed;
  if (&wire == &kTextCompletion) {
    const json::array& choices = ListAt(*parsed, "choices");
    if (choices.empty()) return Error{Code::kUnavailable, Cat({endpoint_.name, ": the answer has no text"})};
    holder = &choices[0];
    if (const json::value* counts = Find(*parsed, "usage")) usage = counts;
  }
  ChatReply out;
  out.message = {.role = Role::kAssistant, .content = std::string(TextAt(*holder, wire.text))};
  out.usage.prompt_tokens = NumberAt(*usage, wire.prompt_tokens, -1);
  out.usage.completion_tokens = NumberAt(*usage, wire.completion_tokens, -1);
  out.finish = TextAt(*holder, wire.cut) == wire.cut_value ? Finish::kLength : Finish::kStop;
  out.first_us = out.total_us = Now() - start;
  if (on_piece && !out.message.content.empty()) on_piece({ChatPiece::Kind::kText, out.message.content});
  return out;
}

Result<std::vector<std::vector<float>>> HttpBackend::Embed(const std::string& model,
                                                           const std::vector<std::string>& texts,
                                                           const std::stop_token& stop) {
  if (endpoint_.wire == &kAnthropic)
    return Error{Code::kUnavailable, Cat({endpoint_.name, ": this wire has no embeddings"})};
  const bool ollama = endpoint_.wire == &kOllama;
  const json::object body{{"model", model}, {"input", json::value_from(texts)}};
  auto text = Get(ollama ? "/api/embed" : "/v1/embeddings", json::serialize(body), stop);
  if (!text) return std::move(text).error().Context(endpoint_.name);
  const json::value value = ParsedOr(*text);
  std::vector<std::vector<float>> out;
  if (ollama) {
    out = VectorsOf(ListAt(value, "embeddings"));
  } else {
    out.resize(texts.size());
    for (const json::value& item : ListAt(value, "data")) {
      const auto index = static_cast<size_t>(NumberAt(item, "index", 0));
      json::array one;
      one.push_back(ListAt(item, "embedding"));
      if (index < out.size()) out[index] = VectorsOf(one)[0];
    }
  }
  const bool whole =
      out.size() == texts.size() && std::none_of(out.begin(), out.end(), [](const auto& v) { return v.empty(); });
  if (!whole)
    return Error{Code::kUnavailable, Cat({endpoint_.name, ": the server gave embeddings for some of the texts only"})};
  return out;
}

Result<std::vector<std::string>> HttpBackend::Models(const std::stop_token& stop) {
  auto text = Get(endpoint_.wire->models_path, {}, stop);
  if (!text) return std::move(text).error().Context(endpoint_.name);
  auto value = ParseJson(*text);
  if (!value) return std::move(value).error().Context(endpoint_.name);
  std::vector<std::string> out;
  for (const json::value& model : ListAt(*value, "data")) out.emplace_back(TextAt(model, "id"));
  for (const json::value& model : ListAt(*value, "models")) {
    if (Find(*value, "data") == nullptr) out.emplace_back(TextAt(model, "name"));
  }
  return out;
}

Result<int64_t> HttpBackend::Slots(const std::stop_token& stop) {
  if (endpoint_.wire == &kOllama) return 0;
  const auto props = Get("/props", {}, stop);  // llama-server
  return props ? NumberAt(ParsedOr(*props), "total_slots", 0) : 0;
}

Result<int64_t> HttpBackend::Window(const std::string& model, const std::stop_token& stop) {
  if (endpoint_.wire == &kOllama) {
    // What is loaded has the window that counts; else what the model was made for.
    if (const auto loaded = Get("/api/ps", {}, stop)) {
      const json::value running = ParsedOr(*loaded);
      for (const json::value& each : ListAt(running, "models")) {
        if (TextAt(each, "name") == model || TextAt(each, "model") == model) return NumberAt(each, "context_length", 0);
      }
    }
    return 0;
  }
  if (const auto props = Get("/props", {}, stop)) {  // llama-server
    const json::value value = ParsedOr(*props);
    if (const json::value* settings = Find(value, "default_generation_settings")) {
      if (const int64_t window = NumberAt(*settings, "n_ctx", 0); window > 0) return window;
    }
  }
  auto text = Get(endpoint_.wire->models_path, {}, stop);
  if (!text) return std::move(text).error().Context(endpoint_.name);
  const json::value models = ParsedOr(*text);
  for (const json::value& each : ListAt(models, "data")) {
    if (TextAt(each, "id") != model) continue;
    for (const char* key : {"max_model_len", "context_length", "context_window",
                            "max_context_length"}) {  // vLLM, OpenRouter, Groq, LM Studio
      if (const int64_t window = NumberAt(each, key, 0); window > 0) return window;
    }
  }
  return 0;
}

Result<Endpoint> ParseEndpoint(std::string_view written) {
  constexpr struct {
    std::string_view wire, address, key;
  } kUsual[] = {{"ollama", "http://127.0.0.1:11434", ""},
                {"openai", "https://api.openai.com", "env:OPENAI_API_KEY"},
                {"responses", "https://api.openai.com", "env:OPENAI_API_KEY"},
                {"anthropic", "https://api.anthropic.com", "env:ANTHROPIC_API_KEY"}};
  const size_t colon = written.find(':');
  const std::string_view wire = written.substr(0, colon);
  Endpoint out;
  out.wire = FindWire(wire);
  if (out.wire == nullptr)
    return Error{Code::kInvalid,
                 Cat({ForTerminal(written),
                      ": expected WIRE or WIRE:ADDRESS with one of the wires openai, responses, anthropic, ollama"})};
  for (const auto& usual : kUsual) {
    if (usual.wire != wire) continue;
    out.base_url = usual.address;
    if (colon == written.npos) out.key_source = usual.key;
  }
  if (wire == "ollama" && colon == written.npos && sys::HasEnv("OLLAMA_HOST")) {
    TRY_ASSIGN(out.base_url, net::BaseUrl(sys::Env("OLLAMA_HOST")));
  }
  if (colon != written.npos) { TRY_ASSIGN(out.base_url, net::BaseUrl(written.substr(colon + 1))); }
  out.name = Cat({wire, ":", out.base_url});
  return out;
}

}  // namespace heddle::model
