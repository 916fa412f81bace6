// The parts of the server that need no socket. The whole is tested by official clients (tests/serve).
#include <doctest/doctest.h>

#include <atomic>
#include <stdexcept>
#include <thread>

#include "base/text.h"
#include "serve/admission.h"
#include "serve/answer_cache.h"
#include "serve/deadlines.h"
#include "serve/dialect.h"
#include "serve/exports.h"
#include "serve/objectives.h"
#include "serve/race.h"
#include "sys/environment.h"

using namespace heddle;
using namespace heddle::serve;

namespace {

Call ReadCall(const Dialect& dialect, std::string_view text) {
  const json::value root = json::parse({text.data(), text.size()});
  Body body(root);
  Call call;
  const bool good = dialect.read(body, call);
  REQUIRE_MESSAGE(good, (good ? "" : body.refusal().error.message));
  return call;
}

std::string Wrong(const Dialect& dialect, std::string_view text) {
  const json::value root = json::parse({text.data(), text.size()});
  Body body(root);
  Call call;
  return dialect.read(body, call) ? "" : body.refusal().field;
}

void Await(const std::function<bool()>& done) {
  for (int i = 0; i < 5000 && !done(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  REQUIRE(done());
}

}  // namespace

TEST_CASE("one conversation is the same call in every dialect") {
  const auto key = [](const Call& call) { return AnswerCache::KeyOf(call, "m", "1", false); };
  const auto openai = ReadCall(
      kChatCompletions,
      R"({"model":"m","messages":[{"role":"system","content":"be brief"},{"role":"user","content":[{"type":"text","text":"hi"}]}],"max_tokens":5,"temperature":0})");
  const auto anthropic = ReadCall(
      kMessages,
      R"({"model":"m","system":"be brief","messages":[{"role":"user","content":"hi"}],"max_tokens":5,"temperature":0})");
  const auto responses = ReadCall(
      kResponses, R"({"model":"m","instructions":"be brief","input":"hi","max_output_tokens":5,"temperature":0})");
  const auto ollama = ReadCall(
      kOllamaChat,
      R"({"model":"m","messages":[{"role":"system","content":"be brief"},{"role":"user","content":"hi"}],"options":{"num_predict":5,"temperature":0}})");
  REQUIRE(key(openai));
  CHECK(*key(openai) == *key(anthropic));
  CHECK(*key(openai) == *key(responses));
  CHECK(*key(openai) == *key(ollama));
}

TEST_CASE("a key changes with all that an answer depends on") {
  const std::string base = R"({"model":"m","messages":[{"role":"user","content":"hi"}],"temperature":0)";
  const auto key = [&](const std::string& more, std::string_view identity = "m", std::string_view version = "1") {
    return AnswerCache::KeyOf(ReadCall(kChatCompletions, base + more + "}"), identity, version, false);
  };
  const auto plain = *key("");
  CHECK(plain == *key(R"(,"user":"me","stream":true)"));
  for (const char* more :
       {R"(,"max_tokens":3)", R"(,"seed":1)", R"(,"stop":"x")", R"(,"tools":[{"function":{"name":"f"}}])",
        R"(,"response_format":{"type":"json_object"})", R"(,"reasoning_effort":"low")", R"(,"top_p":0.5)"})
    CHECK_MESSAGE(plain != *key(more), more);
  CHECK(plain != *key("", "n"));
  CHECK(plain != *key("", "m", "2"));
  Call chance = ReadCall(kChatCompletions, R"({"messages":[{"role":"user","content":"hi"}]})");
  CHECK_FALSE(AnswerCache::KeyOf(chance, "m", "1", false));
  CHECK(AnswerCache::KeyOf(chance, "m", "1", true));
  // Where one text ends and the next begins counts.
  const auto two = [&](const char* a, const char* b) {
    return *AnswerCache::KeyOf(
        ReadCall(kChatCompletions, Cat({R"({"temperature":0,"messages":[{"role":"user","content":")", a,
                                        R"("},{"role":"user","content":")", b, R"("}]})"})),
        "m", "1", false);
  };
  CHECK(two("ab", "c") != two("a", "bc"));
}

TEST_CASE("a field that is wrong is named") {
  CHECK(Wrong(kChatCompletions, R"({"messages":[{"role":"user","content":"x"}],"temperature":"hot"})") ==
        "temperature");
  CHECK(Wrong(kChatCompletions, R"({"messages":[]})") == "messages");
  CHECK(Wrong(kChatCompletions, R"({"messages":[{"role":"user","content":"x"}],"logprobs":true})") == "logprobs");
  CHECK(Wrong(kChatCompletions,
              R"({"messages":[{"role":"user","content":"x"}],"constraint":{"notation":"magic","text":""}})") ==
        "constraint.notation");
  CHECK(Wrong(kMessages, R"({"messages":[{"role":"user","content":"x"}]})") == "max_tokens");
  CHECK(Wrong(kResponses, R"({"input":"x","previous_response_id":"r"})") == "previous_response_id");
  CHECK(Wrong(kResponses, R"({"input":"x","tool_choice":"f"})") == "tool_choice");
  CHECK(Wrong(kOllamaChat, R"({"model":"m","tools":[{"name":"f"}]})") == "tools[].function");
  CHECK(Wrong(kOllamaChat, R"({"model":"m","options":{"num_predict":"x"}})") == "options.num_predict");
  CHECK(Wrong(kOllamaGenerate, R"({"model":"m","prompt":"x","images":["a"]})") == "images");
  CHECK(Wrong(kEmbeddings, R"({"input":[1,2]})") == "input");
}

TEST_CASE("a reply survives being packed") {
  model::ChatReply reply;
  reply.message.content = "a\nb \xC3\xA9", reply.message.thinking = "hm";
  reply.message.calls = {{"id", "f", R"({"a":1})"}};
  reply.finish = model::Finish::kToolCalls;
  reply.usage = {10, 2, 3};
  reply.model = "m";
  const auto back = Unpacked(Packed(reply));
  REQUIRE(back);
  CHECK(back->message.content == reply.message.content);
  CHECK(back->message.calls[0].arguments == R"({"a":1})");
  CHECK(back->finish == model::Finish::kToolCalls);
  CHECK(back->usage.cached_tokens == 10);  // none of them was computed
  for (const char* text : {"", "{}", "[1]", "[2,\"\",\"\",\"\",[],0,0,0,\"\"]", "[1,\"\",\"\",\"\",[],99,0,0,\"\"]",
                           "[1,\"\",\"\",\"\",[[1]],0,0,0,\"\"]"})
    CHECK_FALSE(Unpacked(text));
}

TEST_CASE("turns go round the clients, and those who leave are not worked for") {
  Admission admission({.active = 1, .queued = 10, .per_client = 5});
  std::atomic<bool> open{false};
  std::mutex mutex;
  std::string order;
  const auto add = [&](const std::string& client, const std::string& word, const std::stop_token& gone = {},
                       Priority priority = Priority::kInteractive) {
    return admission.Enter(
        client,
        [&, word] {
          while (!open) std::this_thread::yield();
          const std::lock_guard lock(mutex);
          order += word;
        },
        gone, priority);
  };
  CHECK(add("a", "0"));
  Await([&] { return admission.active() == 1; });
  for (int i = 0; i < 5; ++i) CHECK(add("a", "a"));
  CHECK_FALSE(add("a", "x"));  // as many of one client as may wait
  std::stop_source leaving;
  CHECK(add("b", "L", leaving.get_token()));
  CHECK(add("b", "B", {}, Priority::kBatch));
  CHECK(add("b", "b"));
  CHECK(add("c", "c"));
  CHECK(admission.queued() == 9);
  leaving.request_stop();
  CHECK(admission.queued() == 8);
  open = true;
  Await([&] { return admission.queued() == 0 && admission.active() == 0; });
  CHECK(order == "0bcaaaaaB");
}

TEST_CASE("closing waits for what runs and drops what waits") {
  std::atomic<int> done{0};
  {
    Admission admission({.active = 2, .queued = 10, .per_client = 10});
    for (int i = 0; i < 8; ++i)
      CHECK(admission.Enter("a", [&] { std::this_thread::sleep_for(std::chrono::milliseconds(50)), ++done; }, {}));
    Await([&] { return admission.active() == 2; });
    admission.Close();
    CHECK(done == 2);
    CHECK_FALSE(admission.Enter("a", [] {}, {}));
  }
}

TEST_CASE("a deadline ends what is late, and nothing else") {
  Deadlines deadlines;
  std::stop_source late, later;
  const int64_t now = sys::SystemClock().MonotonicUs();
  std::stop_source ended;
  const auto a = deadlines.Add(now + 3'600'000'000, later), b = deadlines.Add(now + 20'000, late);
  deadlines.Add(now + 10'000, ended).reset();  // it was done before
  Await([&] { return late.stop_requested(); });
  CHECK_FALSE(ended.stop_requested());
  CHECK_FALSE(later.stop_requested());
}

TEST_CASE("of two attempts the one that shows something first goes on, and only its pieces come") {
  using model::ChatPiece;
  const auto attempt = [](const char* text, int before_ms, bool fails = false) -> Attempt {
    return [=](const model::OnPiece& on_piece, const std::stop_token& stop) -> Result<model::ChatReply> {
      for (int i = 0; i < before_ms && !stop.stop_requested(); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      model::ChatReply reply;
      if (stop.stop_requested()) return reply.finish = model::Finish::kCancelled, reply;
      if (fails) return Error{Code::kUnavailable, text};
      for (int i = 0; i < 3; ++i) {
        if (!on_piece({ChatPiece::Kind::kText, text})) return reply.finish = model::Finish::kCancelled, reply;
        reply.message.content += text;
      }
      return reply;
    };
  };
  const auto race = [](const Attempt& one, const Attempt& two, int64_t after_us) {
    std::string shown;
    const Raced raced =
        Race(one, two, after_us, [&](int, const ChatPiece& piece) { return shown += piece.text, true; }, {});
    if (!raced.reply) return raced.reply.error().message;
    CHECK(raced.reply->message.content == shown);
    return shown;
  };
  CHECK(race(attempt("a", 0), attempt("b", 0), 5'000'000) == "aaa");
  CHECK(race(attempt("a", 60'000), attempt("b", 1), 1000) == "bbb");
  CHECK(race(attempt("a", 20, true), attempt("b", 1), 5'000'000) == "bbb");  // failed before it was late
  CHECK(race(attempt("a", 50), attempt("b", 5, true), 1000) == "aaa");       // the second fails, the first goes on
  CHECK(race(attempt("x", 5, true), attempt("y", 5, true), 1000) == "y");
}

TEST_CASE("objectives: the share of late calls, by the share that may be late, over an hour") {
  Objectives objectives({{"fast", "p50", 1}, {"fast", "p99", 2}});
  const auto call = [&](double seconds, int64_t minute, int status = 200, const char* tier = "fast") {
    objectives.Done({.wanted = tier, .status = status, .total_us = static_cast<int64_t>(seconds * 1e6)},
                    minute * 60'000'000);
  };
  for (int i = 0; i < 98; ++i) call(0.5, 0);
  call(1.5, 0);
  call(9, 1);
  call(9, 1, 404);             // refused for what it was
  call(9, 1, 200, "quality");  // another tier's
  auto states = objectives.States(60'000'000);
  CHECK(states[0].burn_rate == doctest::Approx(0.02 / 0.5));
  CHECK(states[1].burn_rate == doctest::Approx(0.01 / 0.01));
  call(0.1, 1, 503);  // failed: late, however quick
  states = objectives.States(60'000'000);
  CHECK(states[1].burn_rate == doctest::Approx(2.0 / 101 / 0.01));
  CHECK(objectives.States(int64_t{60} * 60'000'000)[1].burn_rate ==
        doctest::Approx(2.0 / 2 / 0.01));  // the first minute is over
  CHECK(objectives.States(int64_t{61} * 60'000'000)[1].burn_rate == 0);
}

TEST_CASE("exports have the shapes that collectors and trace viewers read") {
  const CallRecord call{.id = "c1",
                        .dialect = "openai.chat",
                        .wanted = "m",
                        .node = "n",
                        .outcome = "ok",
                        .status = 200,
                        .began_ns = 1'000'000'000'123,
                        .total_us = 500,
                        .completion_tokens = 7,
                        .spans = {{"queue", 0, 10}, {"decode", 10, 400}}};
  const json::value otlp = json::parse(OtlpJson({&call, 1}, "1"));
  const json::array& spans = otlp.at_pointer("/resourceSpans/0/scopeSpans/0/spans").as_array();
  REQUIRE(spans.size() == 3);
  const auto text = [](const json::value& value, std::string_view key) {
    return std::string(value.as_object().at(key).as_string());
  };
  CHECK(text(spans[0], "traceId").size() == 32);
  CHECK(text(spans[0], "spanId").size() == 16);
  CHECK(text(spans[2], "traceId") == text(spans[0], "traceId"));
  CHECK(text(spans[2], "parentSpanId") == text(spans[0], "spanId"));
  CHECK(text(spans[2], "startTimeUnixNano") == "1000000010123");
  CHECK(text(spans[2], "endTimeUnixNano") == "1000000410123");
  const json::value trace = json::parse(ChromeTrace({&call, 1}));
  CHECK(trace.at_pointer("/traceEvents").as_array().size() == 3);
  CHECK(trace.at_pointer("/traceEvents/1/dur") == 10);
}

TEST_CASE("work that throws ends alone: the next is done, and a race names the error") {
  Admission admission({.active = 1, .queued = 10, .per_client = 5});
  std::atomic<bool> done{false};
  CHECK(admission.Enter("a", [] { throw std::runtime_error("thrown"); }, {}));
  CHECK(admission.Enter("a", [&] { done = true; }, {}));
  Await([&] { return done.load(); });
  Await([&] { return admission.active() == 0; });
  const Attempt thrower = [](const model::OnPiece&, const std::stop_token&) -> Result<model::ChatReply> {
    throw std::runtime_error("thrown");
  };
  const auto raced = Race(thrower, thrower, 0, [](int, const model::ChatPiece&) { return true; }, {});
  REQUIRE(!raced.reply);
  CHECK(raced.reply.error().code == Code::kInternal);
}
