// MemoryCache: values by 128-bit keys, the least recently used given up first, bounded by bytes and by age. All
// operations take constant time. Thread-safe: the keys are spread over shards with a lock each.
#pragma once

#include <array>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace heddle::store {

struct CacheKey {
  uint64_t high = 0, low = 0;
  bool operator==(const CacheKey&) const = default;
};

// XXH3's 128 bits of `bytes`.
CacheKey HashKey(std::string_view bytes);
std::string Hex(const CacheKey& key);

class MemoryCache {
 public:
  // `age_us`: after which a value is no longer given; 0: never.
  explicit MemoryCache(uint64_t bytes, int64_t age_us = 0) : shard_bytes_(bytes / kShards), age_us_(age_us) {}

  // `now_us` is of the monotonic clock. Null: not there, or too old.
  std::shared_ptr<const std::string> Get(const CacheKey& key, int64_t now_us);
  // A value that is larger than a shard is not kept.
  void Put(const CacheKey& key, std::shared_ptr<const std::string> value, int64_t now_us);

  uint64_t bytes() const;
  uint64_t entries() const;

 private:
  static constexpr size_t kShards = 16;
  static constexpr uint64_t kOverhead = 160;  // bytes of an entry besides its value
  struct Entry {
    CacheKey key;
    std::shared_ptr<const std::string> value;
    int64_t put_us = 0;
  };
  struct KeyHash {
    size_t operator()(const CacheKey& key) const { return key.low; }
  };
  struct Shard {
    mutable std::mutex mutex;
    std::list<Entry> recent;  // the most recently used first
    std::unordered_map<CacheKey, std::list<Entry>::iterator, KeyHash> places;
    uint64_t bytes = 0;
  };
  Shard& ShardOf(const CacheKey& key) { return shards_[key.high % kShards]; }
  static void Drop(Shard& shard, std::list<Entry>::iterator entry);

  const uint64_t shard_bytes_;
  const int64_t age_us_;
  std::array<Shard, kShards> shards_;
};

}  // namespace heddle::store
