#include "store/memory_cache.h"

#include <doctest/doctest.h>

#include <thread>
#include <vector>

using namespace heddle::store;

namespace {

std::shared_ptr<const std::string> Value(size_t size) { return std::make_shared<const std::string>(size, 'x'); }
CacheKey KeyOf(int i) { return HashKey(std::to_string(i)); }

}  // namespace

TEST_CASE("a key is the 128 bits that XXH3 is known for") {
  CHECK(Hex(HashKey("")) == "99aa06d3014798d86001c324468d497f");  // XXH3_128bits of nothing, seed 0
  CHECK(HashKey("a") != HashKey("b"));
}

TEST_CASE("what was used longest ago goes first, and no more bytes are held than allowed") {
  MemoryCache cache(16 * 10 * (1000 + 160));
  for (int i = 0; i < 2000; ++i) {
    cache.Put(KeyOf(i), Value(1000), 0);
    CHECK(cache.Get(KeyOf(i), 0) != nullptr);
    (void)cache.Get(KeyOf(0), 0);  // used all the time
    REQUIRE(cache.bytes() <= 16 * 10 * 1160);
  }
  CHECK(cache.Get(KeyOf(0), 0) != nullptr);
  CHECK(cache.Get(KeyOf(1), 0) == nullptr);
  CHECK(cache.entries() <= 160);
  const auto held = cache.Get(KeyOf(0), 0);
  cache.Put(KeyOf(0), Value(3), 0);  // replaced; who holds the old one keeps it
  CHECK(held->size() == 1000);
  CHECK(cache.Get(KeyOf(0), 0)->size() == 3);
  cache.Put(KeyOf(7), Value(100'000), 0);  // larger than it may be
  CHECK(cache.Get(KeyOf(7), 0) == nullptr);
}

TEST_CASE("old values are not given") {
  MemoryCache cache(1 << 20, 1000);
  cache.Put(KeyOf(1), Value(1), 5000);
  CHECK(cache.Get(KeyOf(1), 6000) != nullptr);
  CHECK(cache.Get(KeyOf(1), 6001) == nullptr);
  CHECK(cache.entries() == 0);
}

TEST_CASE("many threads at once") {
  MemoryCache cache(100'000);
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 20'000; ++i) {
        const CacheKey key = KeyOf((i * (t + 1)) % 500);
        if (const auto value = cache.Get(key, i)) REQUIRE(value->size() == 100);
        cache.Put(key, Value(100), i);
      }
    });
  }
  threads.clear();
  CHECK(cache.bytes() <= 100'000);
}
