// Framing in every split, and base addresses in every spelling.
#include <doctest/doctest.h>

#include <initializer_list>
#include <vector>

#include "net/base_url.h"
#include "net/framing.h"

using namespace heddle;
using namespace heddle::net;

namespace {

std::vector<std::string> Events(std::string_view text, size_t step) {
  EventStream stream;
  std::vector<std::string> out;
  const auto take = [&](const ServerEvent& event) { return out.push_back(event.name + "=" + event.data), true; };
  for (size_t at = 0; at < text.size(); at += step) stream.Feed(text.substr(at, step), take);
  stream.End(take);
  return out;
}

}  // namespace

TEST_CASE("server-sent events are the same however the bytes are split") {
  const std::pair<std::string, std::vector<std::string>> cases[] = {
      {"data: a\n\ndata: b\n\n", {"message=a", "message=b"}},
      {"event: x\r\ndata:1\r\ndata: 2\r\n\r\n: alive\r\ndata: é\r\n\r\n", {"x=1\n2", "message=é"}},
      {"\xEF\xBB\xBF"
       "data: a\r\rdata: b",
       {"message=a", "message=b"}},
      {"data: {\"a\":1}\ndata: {\"b\":2}\n\n", {"message={\"a\":1}", "message={\"b\":2}"}},
      {"data\n\nid: 3\nretry: 5\n\ndata: [DONE]\n\n", {"message=", "message=[DONE]"}},
      {"event: only\n\n", {}}};
  for (const auto& [text, want] : cases) {
    CAPTURE(text);
    for (size_t step = 1; step <= text.size(); ++step) CHECK(Events(text, step) == want);
  }
}

TEST_CASE("an event that never ends is given up") {
  EventStream stream;
  const std::string much(1 << 20, 'x');
  bool more = stream.Feed("data: ", [](const ServerEvent&) { return true; });
  for (int i = 0; i < 40 && more; ++i) more = stream.Feed(much, [](const ServerEvent&) { return true; });
  CHECK(stream.too_large());
}

TEST_CASE("lines of JSON in any split, the last without an end") {
  const std::string text = "{\"a\":1}\r\n\n{\"b\":2}\n{\"c\":3}";
  for (size_t step = 1; step <= text.size(); ++step) {
    LineStream stream;
    std::vector<std::string> out;
    const auto take = [&](std::string_view line) { return out.emplace_back(line), true; };
    for (size_t at = 0; at < text.size(); at += step) stream.Feed(std::string_view(text).substr(at, step), take);
    stream.End(take);
    CHECK(out == std::vector<std::string>{"{\"a\":1}", "{\"b\":2}", "{\"c\":3}"});
  }
}

TEST_CASE("a base address may be written in any usual way") {
  for (const auto& [written, want] : std::initializer_list<std::pair<const char*, const char*>>{
           {"localhost:8080", "http://localhost:8080"},
           {"http://localhost:8080/v1/", "http://localhost:8080"},
           {"http://h:1/v1/chat/completions", "http://h:1"},
           {"https://api.groq.com/openai/v1", "https://api.groq.com/openai"},
           {"api.example.com", "https://api.example.com"},
           {"HTTP://127.0.0.1:11434/api/chat", "http://127.0.0.1:11434"},
           {"http://[::1]:1//", "http://[::1]:1"}}) {
    CAPTURE(written);
    const auto url = BaseUrl(written);
    REQUIRE(url);
    CHECK(*url == want);
  }
  for (const char* wrong : {"", "ftp://x", "http://", "http:///v1", "http://user:key@host", "two words"}) {
    CAPTURE(wrong);
    CHECK_FALSE(BaseUrl(wrong));
  }
}
