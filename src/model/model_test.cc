// The wires: what a request becomes, and streams as the protocols' descriptions have them, with a split at every byte.
#include <doctest/doctest.h>

#include "model/http_backend.h"
#include "model/runner_backend.h"
#include "model/secret.h"
#include "model/wire.h"
#include "net/framing.h"
#include "sys/files.h"

using namespace heddle;
using namespace heddle::model;

namespace {

struct Heard {
  std::string text, thinking, calls, finish, error;
  int64_t prompt = -1, completion = -1;
  bool operator==(const Heard&) const = default;
};

Heard Replay(const Wire& wire, std::string_view stream, size_t step) {
  ReplyBuilder builder(nullptr);
  const auto decoder = wire.decoder();
  net::EventStream events;
  net::LineStream lines;
  Heard out;
  const auto take = [&](std::string_view name, std::string_view data) {
    const auto taken = decoder->Take(name, data, builder);
    if (!taken) out.error = taken.error().message;
    return static_cast<bool>(taken);
  };
  const auto take_event = [&](const net::ServerEvent& e) { return take(e.name, e.data); };
  const auto take_line = [&](std::string_view line) { return take({}, line); };
  for (size_t at = 0; at < stream.size(); at += step) {
    const std::string_view piece = stream.substr(at, step);
    if (!(wire.framing == Framing::kLines ? lines.Feed(piece, take_line) : events.Feed(piece, take_event))) break;
  }
  if (out.error.empty()) wire.framing == Framing::kLines ? lines.End(take_line) : events.End(take_event);
  if (out.error.empty() && !builder.ended()) out.error = "not ended";
  const ChatReply reply = builder.Take();
  out.text = reply.message.content, out.thinking = reply.message.thinking, out.finish = Name(reply.finish);
  for (const ToolCall& call : reply.message.calls) out.calls += call.id + ":" + call.name + call.arguments + ";";
  out.prompt = reply.usage.prompt_tokens, out.completion = reply.usage.completion_tokens;
  return out;
}

struct Stream {
  const char* what;
  const Wire* wire;
  std::string bytes;
  Heard want;
};

const Stream kStreams[] = {
    {"chat: text, two interleaved calls, usage in the last chunk",
     &kOpenAiChat,
     "data: {\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n"
     "data: {\"choices\":[{\"index\":0,\"delta\":{\"reasoning_content\":\"hm\"}}]}\n\n"
     "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"h\\u00e9\"}}]}\r\n\r\n"
     "data: "
     "{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\","
     "\"arguments\":\"{\\\"x\\\"\"}}]}}]}\n\n"
     "data: "
     "{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":1,\"id\":\"b\",\"function\":{\"name\":\"g\","
     "\"arguments\":\"\"}}]}}]}\n\n"
     "data: "
     "{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"name\":\"f\",\"arguments\":\":"
     "1}\"}}]}}]}\n\n"
     "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n\n"
     "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3}}\n\ndata: [DONE]\n\n",
     {"hé", "hm", "a:f{\"x\":1};b:g{};", "tool_calls", "", 7, 3}},
    {"chat: calls whole, without index or id, arguments as an object",
     &kOpenAiChat,
     "data: "
     "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":{\"a\":1}}},{\"function\":{"
     "\"name\":\"f\","
     "\"arguments\":\"{}\"}}]},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n",
     {"", "", "call_1:f{\"a\":1};call_2:f{};", "tool_calls", "", -1, -1}},
    {"chat: an error as an event",
     &kOpenAiChat,
     "data: {\"error\":{\"message\":\"out of memory\"}}\n\n",
     {"", "", "", "stop", "out of memory"}},
    {"chat: cut short",
     &kOpenAiChat,
     "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n",
     {"a", "", "", "stop", "not ended"}},
    {"responses: text and a call, out of order",
     &kOpenAiResponses,
     "event: response.created\ndata: {\"type\":\"response.created\",\"response\":{}}\n\n"
     "event: response.output_item.added\ndata: "
     "{\"type\":\"response.output_item.added\",\"output_index\":1,\"item\":{\"type\":\"function_call\",\"id\":\"i\","
     "\"call_id\":\"c\",\"name\":\"f\",\"arguments\":\"\"}}\n\n"
     "event: response.output_text.delta\ndata: "
     "{\"type\":\"response.output_text.delta\",\"output_index\":0,\"delta\":\"hi\"}\n\n"
     "event: response.function_call_arguments.delta\ndata: "
     "{\"type\":\"response.function_call_arguments.delta\",\"output_index\":1,\"delta\":\"{\\\"a\\\":2}\"}\n\n"
     "event: response.new_kind\ndata: {\"type\":\"response.new_kind\"}\n\n"
     "event: response.completed\ndata: "
     "{\"type\":\"response.completed\",\"response\":{\"model\":\"m\",\"usage\":{\"input_tokens\":5,\"output_tokens\":2}"
     ",\"incomplete_details\":null}}\n\n",
     {"hi", "", "c:f{\"a\":2};", "tool_calls", "", 5, 2}},
    {"responses: incomplete",
     &kOpenAiResponses,
     "data: {\"type\":\"response.output_text.delta\",\"delta\":\"h\"}\n\ndata: "
     "{\"type\":\"response.incomplete\",\"response\":{\"incomplete_details\":{\"reason\":\"max_output_tokens\"}}}\n\n",
     {"h", "", "", "length", "", -1, -1}},
    {"responses: failed",
     &kOpenAiResponses,
     "data: {\"type\":\"response.failed\",\"response\":{\"error\":{\"message\":\"no\"}}}\n\n",
     {"", "", "", "stop", "no"}},
    {"responses: no terminal event",
     &kOpenAiResponses,
     "data: {\"type\":\"response.output_text.delta\",\"delta\":\"h\"}\n\n",
     {"h", "", "", "stop", "not ended"}},
    {"anthropic: thinking, text, a call without arguments, a ping between",
     &kAnthropic,
     "event: message_start\ndata: "
     "{\"type\":\"message_start\",\"message\":{\"model\":\"c\",\"usage\":{\"input_tokens\":4,\"cache_read_input_"
     "tokens\":6,\"output_tokens\":1}}}\n\n"
     "event: content_block_start\ndata: "
     "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"thinking\",\"thinking\":\"\"}}\n\n"
     "event: content_block_delta\ndata: "
     "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"thinking_delta\",\"thinking\":\"hm\"}}\n\n"
     "event: ping\ndata: {\"type\":\"ping\"}\n\n"
     "event: content_block_delta\ndata: "
     "{\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"text_delta\",\"text\":\"yes\"}}\n\n"
     "event: content_block_start\ndata: "
     "{\"type\":\"content_block_start\",\"index\":2,\"content_block\":{\"type\":\"tool_use\",\"id\":\"t\",\"name\":"
     "\"f\",\"input\":{}}}\n\n"
     "event: message_delta\ndata: "
     "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\"},\"usage\":{\"output_tokens\":9}}\n\n"
     "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
     {"yes", "hm", "t:f{};", "tool_calls", "", 10, 9}},
    {"anthropic: the answer's own tool is the text",
     &kAnthropic,
     "data: "
     "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"tool_use\",\"id\":\"t\",\"name\":"
     "\"answer\",\"input\":{}}}\n\n"
     "data: "
     "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{"
     "\\\"a\\\":\"}}\n\n"
     "data: "
     "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"1}\"}}"
     "\n\n"
     "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\"}}\n\ndata: "
     "{\"type\":\"message_stop\"}\n\n",
     {"{\"a\":1}", "", "", "stop", "", -1, -1}},
    {"anthropic: an error in the middle",
     &kAnthropic,
     "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"y\"}}\n\n"
     "event: error\ndata: "
     "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n",
     {"y", "", "", "stop", "Overloaded"}},
    {"ollama: thinking, text, a call as an object",
     &kOllama,
     "{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"thinking\":\"hm\"},\"done\":false}\n"
     "{\"message\":{\"content\":\"He\"},\"done\":false}\n\n"
     "{\"message\":{\"content\":\"\",\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":{\"p\":\"a.c\"}}}]},"
     "\"done\":false}\n"
     "{\"done\":true,\"done_reason\":\"stop\",\"prompt_eval_count\":11,\"eval_count\":4}",
     {"He", "hm", "call_1:f{\"p\":\"a.c\"};", "tool_calls", "", 11, 4}},
    {"ollama: an error after 200",
     &kOllama,
     "{\"message\":{\"content\":\"a\"}}\n{\"error\":\"model runner stopped\"}\n",
     {"a", "", "", "stop", "model runner stopped"}}};

// Answers with replies that were given, one a call.
class Fake : public net::HttpClient {
 public:
  struct Step {
    int status;
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;
    Code failure = Code::kInternal;  // instead of a reply, when status is 0; `body` is what came before it
  };
  mutable std::vector<Step> steps;
  mutable std::vector<net::HttpRequest> seen;

  Result<net::HttpReply> Send(const net::HttpRequest& request, const net::OnBody& on_body,
                              const std::stop_token&) const override {
    seen.push_back(request);
    REQUIRE_FALSE(steps.empty());
    const Step step = steps.front();
    steps.erase(steps.begin());
    net::HttpReply out{step.status, step.headers, {}};
    if (step.status >= 300 || !on_body)
      out.body = step.body;
    else if (!step.body.empty() && !on_body(step.body, out))
      return Error{Code::kCancelled, "cancelled"};
    if (step.status == 0) return Error{step.failure, "it broke"};
    return out;
  }
};

const std::string kWhole =
    "data: {\"choices\":[{\"delta\":{\"content\":\"ok\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
const std::string kPart = "data: {\"choices\":[{\"delta\":{\"content\":\"o\"}}]}\n\n";

Endpoint Local() { return {.name = "test", .wire = &kOpenAiChat, .base_url = "http://h", .retries = 2}; }

}  // namespace

TEST_CASE("streams mean the same with a split at every byte") {
  for (const Stream& stream : kStreams) {
    CAPTURE(stream.what);
    for (size_t step = 1; step <= stream.bytes.size(); ++step) {
      const Heard got = Replay(*stream.wire, stream.bytes, step);
      CAPTURE(step);
      CHECK(got.text == stream.want.text);
      CHECK(got.calls == stream.want.calls);
      REQUIRE(got == stream.want);
    }
  }
}

TEST_CASE("a request says the same on every wire") {
  ChatRequest request;
  request.model = "m";
  request.messages = {{.role = Role::kSystem, .content = "be brief"},
                      {.role = Role::kUser, .content = "hi"},
                      {.role = Role::kAssistant, .calls = {{"c1", "f", "{\"a\":1}"}}},
                      {.role = Role::kTool, .content = "no", .call_id = "c1", .tool_name = "f", .failed = true}};
  request.tools = {{"f", "does it", R"({"type":"object"})"}};
  request.max_tokens = 9;
  const std::pair<const Wire*, std::vector<std::string>> wants[] = {
      {&kOpenAiChat,
       {R"("role":"system")", R"("tool_call_id":"c1")", R"("arguments":"{\"a\":1}")", R"("max_tokens":9)",
        R"("parameters":{"type":"object"})"}},
      {&kOpenAiResponses,
       {R"("input_text")", R"("type":"function_call_output")", R"("call_id":"c1")", R"("max_output_tokens":9)"}},
      {&kAnthropic,
       {R"("system":"be brief")", R"("tool_result")", R"("is_error":true)", R"("input":{"a":1})", R"("input_schema")"}},
      {&kOllama, {R"("tool_name":"f")", R"("arguments":{"a":1})", R"("num_predict":9)"}}};
  for (const auto& [wire, parts] : wants) {
    const std::string body = wire->encode(request);
    CAPTURE(body);
    for (const std::string& part : parts) CHECK(body.find(part) != std::string::npos);
  }
}

TEST_CASE("what failed before anything was shown is tried again, and nothing after") {
  Fake fake;
  HttpBackend backend(Local(), fake);
  SUBCASE("a busy server, which says how long to wait") {
    fake.steps = {{503, "{\"error\":\"busy\"}", {{"retry-after", "0"}}}, {200, kWhole}};
    const auto reply = backend.Chat({}, nullptr, {});
    REQUIRE(reply);
    CHECK(reply->message.content == "ok");
    CHECK(fake.seen.size() == 2);
  }
  SUBCASE("a broken connection before the first byte") {
    fake.steps = {{0, "", {}, Code::kUnavailable}, {200, kWhole}};
    CHECK(backend.Chat({}, nullptr, {}));
  }
  SUBCASE("a broken connection after the first byte") {
    fake.steps = {{0, kPart, {}, Code::kUnavailable}};
    const auto reply = backend.Chat({}, nullptr, {});
    REQUIRE_FALSE(reply);
    CHECK(reply.error().code == Code::kUnavailable);
  }
  SUBCASE("closed in the middle of the answer") {
    fake.steps = {{200, kPart}};
    const auto reply = backend.Chat({}, nullptr, {});
    REQUIRE_FALSE(reply);
    CHECK(reply.error().message.find("whole") != std::string::npos);
  }
  SUBCASE("a time-out") {
    fake.steps = {{0, "", {}, Code::kTimeout}};
    CHECK(backend.Chat({}, nullptr, {}).error().code == Code::kTimeout);
  }
  SUBCASE("a wrong key, whose text is nowhere") {
    fake.steps = {{401, "{\"error\":{\"message\":\"bad key\"}}"}};
    const auto reply = backend.Chat({}, nullptr, {});
    REQUIRE_FALSE(reply);
    CHECK(reply.error().code == Code::kDenied);
  }
  SUBCASE("a server that asks for an hour") {
    fake.steps = {{429, "slow down", {{"retry-after", "3600"}}}};
    CHECK_FALSE(backend.Chat({}, nullptr, {}));
  }
}

TEST_CASE("a prompt that the server cut without a word is an error") {
  Fake fake;
  HttpBackend backend(Local(), fake);
  ChatRequest request;
  request.messages = {{.content = std::string(100'000, 'x')}};
  fake.steps = {{404, ""},
                {404, ""},
                {200,
                 "data: "
                 "{\"choices\":[{\"delta\":{\"content\":\"ok\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_"
                 "tokens\":4096}}\n\ndata: [DONE]\n\n"}};
  const auto reply = backend.Chat(request, nullptr, {});
  REQUIRE_FALSE(reply);
  CHECK(reply.error().code == Code::kTooLarge);
}

TEST_CASE("what does not fit the window is not sent") {
  Fake fake;
  HttpBackend backend(Local(), fake);
  ChatRequest request;
  request.messages = {{.content = std::string(5000, 'x')}};
  std::string tokens = "{\"tokens\":[0";
  for (int i = 0; i < 3000; ++i) tokens += ",1";
  fake.steps = {{200, "{\"default_generation_settings\":{\"n_ctx\":2048}}"}, {200, tokens + "]}"}};
  const auto reply = backend.Chat(request, nullptr, {});
  REQUIRE_FALSE(reply);
  CHECK(reply.error().message.find("at least 3001 tokens") != std::string::npos);
  CHECK(fake.seen.back().url == "http://h/tokenize");
}

TEST_CASE("whoever takes the pieces can end the reply") {
  Fake fake;
  HttpBackend backend(Local(), fake);
  fake.steps = {{200, kPart + kWhole}};
  const auto reply = backend.Chat({}, [](const ChatPiece&) { return false; }, {});
  REQUIRE(reply);
  CHECK(reply->finish == model::Finish::kCancelled);
  CHECK(reply->message.content == "o");
}

TEST_CASE("backends are named by wire and address") {
  CHECK(ParseEndpoint("openai:localhost:8080/v1/")->base_url == "http://localhost:8080");
  CHECK(ParseEndpoint("openai:localhost:8080")->key_source.empty());  // a key for one server is not given to another
  CHECK(ParseEndpoint("openai")->key_source == "env:OPENAI_API_KEY");
  CHECK(ParseEndpoint("anthropic")->base_url == "https://api.anthropic.com");
  CHECK_FALSE(ParseEndpoint("telnet:x"));
  CHECK_FALSE(ParseEndpoint("openai:ftp://x"));
}

TEST_CASE("keys come from private places only") {
  const std::string path = "build/secret_test.key";
  REQUIRE(sys::SystemFiles().WriteAtomic(path, "s3cret\nmore\n", 0600));
  CHECK(*ReadSecret("file:" + path) == "s3cret");
  REQUIRE(sys::SystemFiles().WriteAtomic(path, "s3cret\n", 0644));
  const auto open = ReadSecret("file:" + path);
  REQUIRE_FALSE(open);
  CHECK(open.error().code == Code::kDenied);
  CHECK(open.error().message.find("s3cret") == std::string::npos);
  CHECK(*ReadSecret("command:echo from-command") == "from-command");
  CHECK_FALSE(ReadSecret("command:false"));
  CHECK_FALSE(ReadSecret("env:HEDDLE_NO_SUCH_KEY"));
  CHECK_FALSE(ReadSecret("s3cret"));
  CHECK(ReadSecret("")->empty());
  CHECK(sys::SystemFiles().RemoveTree(path));
}

TEST_CASE("times to stay loaded") {
  CHECK(*ParseDuration("5m") == 300);
  CHECK(*ParseDuration("90") == 90);
  CHECK(*ParseDuration("-1") == -1);
  CHECK(*ParseDuration("-1s") == -1);
  CHECK(*ParseDuration("0") == 0);
  CHECK(*ParseDuration("1h30m") == 5400);
  CHECK(*ParseDuration("5m0s") == 300);
  for (const char* wrong : {"soon", "", "-", "m", "5x", "5m3", "--1", "5m-3s", "1.5h", "99999999s"})
    CHECK_FALSE_MESSAGE(ParseDuration(wrong), wrong);
}
