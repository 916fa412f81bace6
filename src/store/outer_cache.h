// OuterCache: tiers one behind the other, the nearest first. A value found farther away is put nearer; writing happens
// in a thread of its own; a tier that fails is left alone for a while, and never waited for longer than its own
// time-out. Values travel compressed (zstd). Thread-safe.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "store/tier.h"

namespace heddle::store {

// What a look or a write came to: "hit", "miss", "failed", "skipped"; and of writes "written", "dropped".
using OnLook = std::function<void(std::string_view tier, std::string_view outcome)>;

class OuterCache {
 public:
  static constexpr int kLeaveMs = 5000;  // how long a tier that failed is left alone

  explicit OuterCache(std::vector<std::unique_ptr<Tier>> tiers, OnLook on_look);
  ~OuterCache();

  bool any() const { return !tiers_.empty(); }
  // Waits for the tiers, in the calling thread. Null: nowhere.
  std::shared_ptr<const std::string> Get(const CacheKey& key);
  // Written later; dropped when too much waits already.
  void Put(const CacheKey& key, std::shared_ptr<const std::string> value);
  // "" where all is well, else what was wrong with a tier that is left alone.
  std::string Trouble(std::string_view tier) const;

 private:
  struct Place {
    std::unique_ptr<Tier> tier;
    int64_t left_until_us = 0;
    std::string trouble;
  };
  struct Write {
    CacheKey key;
    std::shared_ptr<const std::string> value;
    size_t tiers = 0;  // into the first so many
  };
  void WriteOut(const Write& write);
  bool Leave(const Place& place) const;
  void Report(Place& place, const Error* error);
  void Enqueue(Write write);
  void Run(const std::stop_token& stop);

  static constexpr size_t kMostWaiting = 1024;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<Place> tiers_;
  const OnLook on_look_;
  std::deque<Write> waiting_;
  std::jthread writer_;
};

// One byte that tells the form, then the value, compressed where that is smaller.
std::string Compressed(std::string_view value);
std::optional<std::string> Decompressed(std::string_view bytes);

}  // namespace heddle::store
