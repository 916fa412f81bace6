#include "model/router.h"

#include <doctest/doctest.h>

#include "base/text.h"

using namespace heddle;
using namespace heddle::model;

namespace {

// A backend that is never asked: a router only chooses.
class Unasked : public Backend {
 public:
  Result<ChatReply> Chat(const ChatRequest&, const OnPiece&, const std::stop_token&) override { return Error{}; }
  Result<ChatReply> Fill(const FillRequest&, const OnPiece&, const std::stop_token&) override { return Error{}; }
  Result<std::vector<std::vector<float>>> Embed(const std::string&, const std::vector<std::string>&,
                                                const std::stop_token&) override {
    return Error{};
  }
  Result<std::vector<std::string>> Models(const std::stop_token&) override { return Error{}; }
  Result<int64_t> Window(const std::string&, const std::stop_token&) override { return Error{}; }
  bool Constrains(std::string_view) const override { return true; }
  std::string name() const override { return "unasked"; }
};

Node Made(const std::string& name, const std::string& served, bool remote = false, bool automatic = false) {
  return {.name = name,
          .backend = std::make_shared<Unasked>(),
          .model = served,
          .served = served,
          .remote = remote,
          .automatic = automatic};
}

RouterOptions Options() {
  return {.nodes = {Made("a", "small"), Made("b", "small"), Made("c", "large"), Made("far", "huge", true),
                    Made("paid", "huge", true, true)},
          .tiers = {{"fast", {"a", "c"}}, {"quality", {"far", "paid", "c"}}, {"balanced", {"c", "a"}}},
          .rules = {{"code", 0, "quality"}, {"", 10'000, "quality"}}};
}

std::string Names(Router& router, const RouteTraits& traits, int64_t now = 0) {
  const auto chain = router.Route(traits, now);
  if (!chain) return "none";
  std::vector<std::string> out;
  for (const Node* node : *chain) out.push_back(node->name);
  return Join(out, " ");
}

const Node& NodeAt(const Router& router, size_t i) { return router.nodes()[i]; }

}  // namespace

TEST_CASE("a tier is a chain, a model a pool, a node itself") {
  Router router(Options());
  CHECK(Names(router, {.wanted = "fast"}) == "a c");
  CHECK(Names(router, {.wanted = "small"}) == "a b");
  CHECK(Names(router, {.wanted = "b"}) == "b");
  CHECK(Names(router, {.wanted = "nobody"}) == "none");
  CHECK(Contains(router.Route({.wanted = "nobody"}, 0).error().message,
                 "there is: small, large, huge, balanced, fast, quality, auto"));
}

TEST_CASE("auto follows the table, and leaves the machine only where it may") {
  Router router(Options());
  CHECK(Names(router, {.wanted = "auto"}) == "c a");
  CHECK(Names(router, {.wanted = "auto", .task = "code"}) == "paid c");
  CHECK(Names(router, {.wanted = "auto", .task = "chat", .bytes = 10'000}) == "paid c");
  CHECK(Names(router, {.wanted = "quality"}) == "far paid c");  // asked for by name
}

TEST_CASE("of equals the one is first that is expected to answer first") {
  Router router(Options());
  const RouteTraits traits{.wanted = "small", .beginning = 7};
  router.Begin(NodeAt(router, 0));
  CHECK(Names(router, traits) == "b a");
  router.End(NodeAt(router, 0), traits, {.first_us = 40'000}, 0);
  CHECK(Names(router, traits) == "a b");                               // holds the beginning
  CHECK(Names(router, {.wanted = "small", .beginning = 8}) == "a b");  // 40 ms are less than what is unknown
  for (int i = 0; i < 20; ++i) {
    router.Begin(NodeAt(router, 0));
    router.End(NodeAt(router, 0), {.wanted = "small"}, {.first_us = 900'000}, 0);
  }
  CHECK(Names(router, traits) == "b a");  // even half of that is longer
}

TEST_CASE("a node that fails is left alone for a while, then tried again") {
  Router router(Options());
  const RouteTraits traits{.wanted = "fast"};
  const auto call = [&](bool failed, int64_t now) {
    router.Begin(NodeAt(router, 0));
    router.End(NodeAt(router, 0), traits, {.failed = failed, .first_us = 1}, now);
  };
  call(true, 0), call(true, 0), call(false, 0), call(true, 0), call(true, 0);
  CHECK(Names(router, traits) == "a c");  // never three in a row
  call(true, 1000);
  CHECK(Names(router, traits, 1000) == "c a");
  CHECK(router.States(1000)[0].broken);
  CHECK(Names(router, traits, 1000 + 10'000'001) == "a c");
  call(true, 20'000'000);  // and failed again: once is enough now
  CHECK(Names(router, traits, 20'000'001) == "c a");
  call(false, 31'000'000);
  CHECK_FALSE(router.States(31'000'000)[0].broken);
}
