#include "store/outer_cache.h"

#include <zstd.h>

#include "base/guard.h"
#include "sys/environment.h"

namespace heddle::store {
namespace {

constexpr char kPlain = 0, kZstd = 1;
constexpr size_t kWorthIt = 256;               // bytes from which on it is compressed
constexpr size_t kLargest = size_t{64} << 20;  // of a value: more is not believed
constexpr int kLevel = 3;

int64_t Now() { return sys::SystemClock().MonotonicUs(); }

}  // namespace

std::string Compressed(std::string_view value) {
  std::string out(1, kPlain);
  if (value.size() >= kWorthIt) {
    out.resize(1 + ZSTD_compressBound(value.size()));
    const size_t size = ZSTD_compress(out.data() + 1, out.size() - 1, value.data(), value.size(), kLevel);
    if (ZSTD_isError(size) == 0 && size < value.size()) {
      out[0] = kZstd;
      out.resize(1 + size);
      return out;
    }
    out.assign(1, kPlain);
  }
  return out += value;
}

std::optional<std::string> Decompressed(std::string_view bytes) {
  if (bytes.empty()) return {};
  const std::string_view rest = bytes.substr(1);
  if (bytes[0] == kPlain) return std::string(rest);
  if (bytes[0] != kZstd) return {};
  const unsigned long long size = ZSTD_getFrameContentSize(rest.data(), rest.size());
  if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN || size > kLargest) return {};
  std::string out(size, '\0');
  const size_t got = ZSTD_decompress(out.data(), out.size(), rest.data(), rest.size());
  if (ZSTD_isError(got) != 0 || got != size) return {};
  return out;
}

OuterCache::OuterCache(std::vector<std::unique_ptr<Tier>> tiers, OnLook on_look) : on_look_(std::move(on_look)) {
  for (auto& tier : tiers) tiers_.push_back({std::move(tier), 0, ""});
  if (any()) writer_ = std::jthread([this](const std::stop_token& stop) { Run(stop); });
}

OuterCache::~OuterCache() {
  writer_.request_stop();
  changed_.notify_all();
}

bool OuterCache::Leave(const Place& place) const {
  const std::lock_guard lock(mutex_);
  return place.left_until_us > Now();
}

void OuterCache::Report(Place& place, const Error* error) {
  const std::lock_guard lock(mutex_);
  place.left_until_us = error == nullptr ? 0 : Now() + int64_t{kLeaveMs} * 1000;
  place.trouble = error == nullptr ? "" : error->message;
}

std::shared_ptr<const std::string> OuterCache::Get(const CacheKey& key) {
  for (size_t i = 0; i < tiers_.size(); ++i) {
    Place& place = tiers_[i];
    if (Leave(place)) {
      on_look_(place.tier->name(), "skipped");
      continue;
    }
    auto found = place.tier->Get(key);
    Report(place, found ? nullptr : &found.error());
    auto value = found && *found ? Decompressed(**found) : std::nullopt;
    on_look_(place.tier->name(), !found ? "failed" : value ? "hit" : "miss");
    if (!value) continue;
    auto out = std::make_shared<const std::string>(*std::move(value));
    if (i > 0) Enqueue({key, out, i});
    return out;
  }
  return nullptr;
}

void OuterCache::Put(const CacheKey& key, std::shared_ptr<const std::string> value) {
  if (any()) Enqueue({key, std::move(value), tiers_.size()});
}

void OuterCache::Enqueue(Write write) {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() < kMostWaiting) {
      waiting_.push_back(std::move(write));
      changed_.notify_one();
      return;
    }
  }
  on_look_(tiers_[0].tier->name(), "dropped");
}

void OuterCache::Run(const std::stop_token& stop) {
  for (;;) {
    Write write;
    {
      std::unique_lock lock(mutex_);
      if (!changed_.wait(lock, stop, [&] { return !waiting_.empty(); })) return;
      write = std::move(waiting_.front());
      waiting_.pop_front();
    }
    (void)Guarded([&] { WriteOut(write); });  // a value that is not kept is made again
  }
}

void OuterCache::WriteOut(const Write& write) {
  const std::string bytes = Compressed(*write.value);
  for (size_t i = 0; i < write.tiers; ++i) {
    if (Leave(tiers_[i])) continue;
    const auto put = tiers_[i].tier->Put(write.key, bytes);
    Report(tiers_[i], put ? nullptr : &put.error());
    on_look_(tiers_[i].tier->name(), put ? "written" : "failed");
  }
}

std::string OuterCache::Trouble(std::string_view tier) const {
  const std::lock_guard lock(mutex_);
  for (const Place& place : tiers_) {
    if (place.tier->name() == tier && place.left_until_us > Now()) return place.trouble;
  }
  return "";
}

}  // namespace heddle::store
