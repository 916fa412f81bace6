#include "store/memory_cache.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstdio>

namespace heddle::store {

CacheKey HashKey(std::string_view bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return {hash.high64, hash.low64};
}

std::string Hex(const CacheKey& key) {
  char out[33];
  (void)std::snprintf(out, sizeof(out), "%016llx%016llx", static_cast<unsigned long long>(key.high),
                      static_cast<unsigned long long>(key.low));
  return out;
}

void MemoryCache::Drop(Shard& shard, std::list<Entry>::iterator entry) {
  shard.bytes -= entry->value->size() + kOverhead;
  shard.places.erase(entry->key);
  shard.recent.erase(entry);
}

std::shared_ptr<const std::string> MemoryCache::Get(const CacheKey& key, int64_t now_us) {
  Shard& shard = ShardOf(key);
  const std::lock_guard lock(shard.mutex);
  const auto found = shard.places.find(key);
  if (found == shard.places.end()) return nullptr;
  const auto entry = found->second;
  if (age_us_ > 0 && now_us - entry->put_us > age_us_) return Drop(shard, entry), nullptr;
  shard.recent.splice(shard.recent.begin(), shard.recent, entry);
  return entry->value;
}

void MemoryCache::Put(const CacheKey& key, std::shared_ptr<const std::string> value, int64_t now_us) {
  const uint64_t size = value->size() + kOverhead;
  if (size > shard_bytes_) return;
  Shard& shard = ShardOf(key);
  const std::lock_guard lock(shard.mutex);
  if (const auto found = shard.places.find(key); found != shard.places.end()) Drop(shard, found->second);
  while (shard.bytes + size > shard_bytes_) Drop(shard, std::prev(shard.recent.end()));
  shard.recent.push_front({key, std::move(value), now_us});
  shard.places[key] = shard.recent.begin();
  shard.bytes += size;
}

uint64_t MemoryCache::bytes() const {
  uint64_t out = 0;
  for (const Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    out += shard.bytes;
  }
  return out;
}

uint64_t MemoryCache::entries() const {
  uint64_t out = 0;
  for (const Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    out += shard.recent.size();
  }
  return out;
}

}  // namespace heddle::store
