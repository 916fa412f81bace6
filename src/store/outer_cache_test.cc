// The tiers' order and faults, with tiers in memory; real servers of Redis and S3 stand in tests/serve.
#include "store/outer_cache.h"

#include <doctest/doctest.h>

#include <atomic>
#include <map>
#include <random>

#include "base/text.h"

using namespace heddle;
using namespace heddle::store;

namespace {

struct Shared {
  std::mutex mutex;
  std::map<std::string, std::string> values;
  std::atomic<bool> down{false};
  std::atomic<int> asked{0};
};

class FakeTier : public Tier {
 public:
  FakeTier(std::string_view name, Shared& shared) : name_(name), shared_(shared) {}
  std::string_view name() const override { return name_; }
  Result<std::optional<std::string>> Get(const CacheKey& key) override {
    ++shared_.asked;
    if (shared_.down) return Error{Code::kUnavailable, "down"};
    const std::lock_guard lock(shared_.mutex);
    const auto found = shared_.values.find(Hex(key));
    return found == shared_.values.end() ? std::optional<std::string>() : std::optional(found->second);
  }
  Result<> Put(const CacheKey& key, const std::string& value) override {
    if (shared_.down) return Error{Code::kUnavailable, "down"};
    const std::lock_guard lock(shared_.mutex);
    shared_.values[Hex(key)] = value;
    return {};
  }

 private:
  std::string_view name_;
  Shared& shared_;
};

void Await(const std::function<bool()>& done) {
  for (int i = 0; i < 5000 && !done(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  REQUIRE(done());
}

}  // namespace

TEST_CASE("a value found far away comes nearer, and a tier that is down is left alone") {
  Shared near, far;
  std::mutex mutex;
  std::map<std::string, int> looks;
  std::vector<std::unique_ptr<Tier>> tiers;
  tiers.push_back(std::make_unique<FakeTier>("near", near));
  tiers.push_back(std::make_unique<FakeTier>("far", far));
  OuterCache cache(std::move(tiers), [&](std::string_view tier, std::string_view outcome) {
    const std::lock_guard lock(mutex);
    ++looks[Cat({tier, " ", outcome})];
  });
  const auto has = [](Shared& shared, const CacheKey& key) {
    const std::lock_guard lock(shared.mutex);
    return shared.values.contains(Hex(key));
  };
  const CacheKey key = HashKey("a"), other = HashKey("b");
  CHECK(cache.Get(key) == nullptr);
  cache.Put(key, std::make_shared<const std::string>(5000, 'x'));
  Await([&] { return has(near, key) && has(far, key); });
  {
    const std::lock_guard lock(near.mutex);
    CHECK(near.values[Hex(key)].size() < 100);  // compressed
    near.values.clear();
  }
  CHECK(*cache.Get(key) == std::string(5000, 'x'));
  Await([&] { return has(near, key); });

  near.down = true;
  const int before = near.asked;
  for (int i = 0; i < 10; ++i) CHECK(cache.Get(key) != nullptr);  // from the far one
  CHECK(near.asked == before + 1);
  CHECK(cache.Trouble("near") == "down");
  CHECK(cache.Trouble("far").empty());
  cache.Put(other, std::make_shared<const std::string>("b"));
  Await([&] { return has(far, other); });
  const std::lock_guard lock(mutex);
  CHECK(looks["near skipped"] == 9);
  CHECK(looks["near failed"] == 1);
}

TEST_CASE("what comes back from a tier is not trusted") {
  std::mt19937_64 rng(3);
  for (size_t size : {0, 1, 255, 256, 10'000, 300'000}) {
    std::string value(size, '\0');
    for (char& c : value) c = static_cast<char>(rng() % 7);
    CHECK(*Decompressed(Compressed(value)) == value);
  }
  std::string bytes = Compressed(std::string(10'000, 'y'));
  for (size_t i = 0; i < bytes.size(); ++i) {
    CHECK_FALSE(Decompressed(bytes.substr(0, i)) == std::string(10'000, 'y'));
    std::string changed = bytes;
    changed[i] = static_cast<char>(changed[i] ^ 0x55);
    (void)Decompressed(changed);
  }
  CHECK_FALSE(Decompressed("\2abc"));
}
