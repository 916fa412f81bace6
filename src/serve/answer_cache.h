// AnswerCache: whole answers to calls that would be answered alike again, and one answer for all who ask the same at
// the same time. Thread-safe.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/chat.h"
#include "serve/call.h"
#include "store/outer_cache.h"

namespace heddle::serve {

class AnswerCache {
 public:
  AnswerCache(uint64_t bytes, int64_t age_us, std::vector<std::unique_ptr<store::Tier>> tiers, store::OnLook on_look)
      : memory_(bytes, age_us), outer_(std::move(tiers), std::move(on_look)) {}

  // What the same answer depends on, hashed: the model (`identity`), messages, tools, constraint, sampling, and the
  // version of heddle. Nothing for calls whose answers differ by chance (unless `asked`), and for embeddings.
  static std::optional<store::CacheKey> KeyOf(const Call& call, std::string_view identity, std::string_view version,
                                              bool asked);

  // In this process, in about a microsecond and the time to read the answer.
  std::optional<model::ChatReply> Get(const store::CacheKey& key, int64_t now_us);
  // In the tiers beyond it, which are waited for; what is found there is in this process afterwards.
  std::optional<model::ChatReply> GetOuter(const store::CacheKey& key, int64_t now_us);
  void Put(const store::CacheKey& key, const model::ChatReply& reply, int64_t now_us);

  using Waiter = std::function<void(const Result<model::ChatReply>& reply)>;
  // True: the same is being answered, and `waiter` will be called with it, once, in another thread. False: the caller
  // answers it, and must Land.
  bool Join(const store::CacheKey& key, Waiter waiter);
  bool HasWaiters(const store::CacheKey& key) const;
  void Land(const store::CacheKey& key, const Result<model::ChatReply>& reply);

  const store::MemoryCache& memory() const { return memory_; }
  const store::OuterCache& outer() const { return outer_; }

 private:
  struct Less {
    bool operator()(const store::CacheKey& a, const store::CacheKey& b) const {
      return a.high != b.high ? a.high < b.high : a.low < b.low;
    }
  };
  store::MemoryCache memory_;
  store::OuterCache outer_;
  mutable std::mutex mutex_;
  std::map<store::CacheKey, std::vector<Waiter>, Less> flights_;
};

// A reply as text and back; nothing where it is no such text.
std::string Packed(const model::ChatReply& reply);
std::optional<model::ChatReply> Unpacked(std::string_view text);

}  // namespace heddle::serve
