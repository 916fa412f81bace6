// What one call costs inside heddle serve, without sockets: a look into the cache, a routing decision, a key, a body read.
//   cmake --build build/release --target serve_micro && build/release/serve_micro
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "model/router.h"
#include "serve/answer_cache.h"
#include "serve/dialect.h"

using namespace heddle;

namespace {

class Unasked : public model::Backend {
 public:
  Result<model::ChatReply> Chat(const model::ChatRequest&, const model::OnPiece&, const std::stop_token&) override { return Error{}; }
  Result<model::ChatReply> Fill(const model::FillRequest&, const model::OnPiece&, const std::stop_token&) override { return Error{}; }
  Result<std::vector<std::vector<float>>> Embed(const std::string&, const std::vector<std::string>&, const std::stop_token&) override { return Error{}; }
  Result<std::vector<std::string>> Models(const std::stop_token&) override { return Error{}; }
  Result<int64_t> Window(const std::string&, const std::stop_token&) override { return Error{}; }
  bool Constrains(std::string_view) const override { return true; }
  std::string name() const override { return "unasked"; }
};

// The median of 200 rounds of 1,000, in nanoseconds each.
void Measure(const char* what, const std::function<void(int)>& work) {
  std::vector<double> rounds;
  for (int round = 0; round < 200; ++round) {
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < 1000; ++i) work(i);
    rounds.push_back(std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - start).count() / 1000);
  }
  std::sort(rounds.begin(), rounds.end());
  std::printf("%-44s p50 %8.0f ns   p99 %8.0f ns\n", what, rounds[100], rounds[198]);
}

}  // namespace

int main() {
  store::MemoryCache cache(uint64_t{64} << 20);
  std::vector<store::CacheKey> keys;
  for (int i = 0; i < 10'000; ++i) {
    keys.push_back(store::HashKey(std::to_string(i)));
    cache.Put(keys.back(), std::make_shared<const std::string>(1000, 'x'), 0);
  }
  size_t found = 0;
  Measure("cache: a look that finds (10,000 answers)", [&](int i) { found += cache.Get(keys[static_cast<size_t>(i * 7919 % 10'000)], 1) != nullptr; });
  Measure("cache: a look that does not", [&](int i) { found += cache.Get({static_cast<uint64_t>(i), 1}, 1) != nullptr; });

  model::RouterOptions options;
  for (int i = 0; i < 16; ++i)
    options.nodes.push_back({.name = "n" + std::to_string(i), .backend = std::make_shared<Unasked>(), .model = "m", .served = "m"});
  for (int i = 0; i < 16; ++i) options.tiers["fast"].push_back("n" + std::to_string(i));
  model::Router router(options);
  Measure("router: one of 16 equals", [&](int i) { found += router.Route({.wanted = "m", .beginning = static_cast<uint64_t>(i)}, 1)->size(); });
  Measure("router: a tier of 16", [&](int) { found += router.Route({.wanted = "fast"}, 1)->size(); });

  const std::string text = R"({"model":"m","temperature":0,"messages":[{"role":"system","content":")" + std::string(2000, 's') +
                           R"("},{"role":"user","content":"and what now?"}]})";
  Measure("a chat of 2 kB: body to call", [&](int) {
    const boost::json::value root = boost::json::parse(text);
    serve::Body body(root);
    serve::Call call;
    found += serve::kChatCompletions.read(body, call) ? 1 : 0;
  });
  const boost::json::value root = boost::json::parse(text);
  serve::Body body(root);
  serve::Call call;
  if (!serve::kChatCompletions.read(body, call)) return 1;
  Measure("the key of its answer", [&](int) { found += serve::AnswerCache::KeyOf(call, "m", "1", false)->low & 1; });
  return found == 0 ? 1 : 0;
}
