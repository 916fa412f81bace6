// The C interface: nothing thrown leaves it, and a grammar that is refused or over does not touch others.
#include "heddle/constrain.h"

#include <doctest/doctest.h>

#include <cstring>
#include <string>
#include <vector>

namespace {

heddle_engine* ByteEngine() {
  static std::string bytes = [] {
    std::string out;
    for (int b = 0; b < 256; ++b) out += static_cast<char>(b);
    return out;
  }();
  std::vector<const char*> tokens;
  for (size_t i = 0; i < 256; ++i) tokens.push_back(&bytes[i]);
  const std::vector<size_t> sizes(256, 1);
  return heddle_engine_new(tokens.data(), sizes.data(), nullptr, 256, nullptr, 0, nullptr, 0);
}

heddle_program* Compile(heddle_engine* engine, const char* notation, const std::string& text, std::string& message) {
  char error[200] = "";
  heddle_program* out = heddle_program_compile(engine, notation, text.data(), text.size(), error, sizeof error);
  message = error;
  return out;
}

}  // namespace

TEST_CASE("what a library throws is an error of the C interface") {
  const char* const tokens[] = {"a"};
  const size_t sizes[] = {SIZE_MAX};  // no string can be so long: its constructor throws
  char error[200] = "";
  CHECK(heddle_engine_new(tokens, sizes, nullptr, 1, nullptr, 0, error, sizeof error) == nullptr);
  CHECK(std::strstr(error, "unexpected error") != nullptr);
  heddle_engine* engine = ByteEngine();
  std::string message;
  heddle_program* program = Compile(engine, "lark", "start: N\n%declare N\n", message);
  REQUIRE(program != nullptr);
  heddle_matcher* matcher = heddle_matcher_new(program);
  CHECK(heddle_matcher_names(matcher, "N", tokens, sizes, 1) == -1);
  const size_t one[] = {1};
  CHECK(heddle_matcher_names(matcher, "N", tokens, one, 1) == 0);
  CHECK(heddle_matcher_check(matcher, 'a') == 1);
  heddle_matcher_free(matcher);
  heddle_program_free(program);
  heddle_engine_free(engine);
}

TEST_CASE("a malformed schema is refused with its place, and the engine goes on") {
  heddle_engine* engine = ByteEngine();
  std::string message;
  CHECK(Compile(engine, "json-schema", R"({"not":{"pattern":5}})", message) == nullptr);
  CHECK(message == "#/not: pattern: a string is needed");
  CHECK(Compile(engine, "json-schema", "{\"a\":", message) == nullptr);
  CHECK(Compile(engine, "no-such-notation", "", message) == nullptr);
  heddle_program* program = Compile(engine, "json-schema", R"({"type":"null"})", message);
  REQUIRE(program != nullptr);
  heddle_matcher* matcher = heddle_matcher_new(program);
  for (const char c : std::string("null")) CHECK(heddle_matcher_accept(matcher, static_cast<uint32_t>(c)) == 0);
  CHECK(heddle_matcher_can_stop(matcher) == 1);
  CHECK(heddle_matcher_failure(matcher, nullptr, 0) == 0);
  heddle_matcher_free(matcher);
  heddle_program_free(program);
  heddle_engine_free(engine);
}
