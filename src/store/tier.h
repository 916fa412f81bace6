// Tier: a place beyond this process where values are kept by key, such as a server of Redis or S3. The seam that tests
// replace. Thread-safe. Short time-outs are its own matter: a cache may not hold anyone up.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "store/memory_cache.h"

namespace heddle::store {

class Tier {
 public:
  virtual ~Tier() = default;
  virtual std::string_view name() const = 0;  // "redis", "s3"
  // Nothing: not there. An error: the tier cannot be asked now.
  virtual Result<std::optional<std::string>> Get(const CacheKey& key) = 0;
  virtual Result<> Put(const CacheKey& key, const std::string& value) = 0;
};

struct RedisOptions {
  std::string host = "127.0.0.1";
  int port = 6379;
  std::string password;  // empty: none
  int database = 0;
  int timeout_ms = 50;   // to connect, and for each command
  int64_t age_s = 3600;  // after which Redis forgets a value; 0: never
};
std::unique_ptr<Tier> MakeRedisTier(RedisOptions options);

struct S3Options {
  std::string endpoint;  // "https://s3.example", without a slash at its end; buckets are the first part of the path
  std::string bucket, region = "us-east-1", access_key, secret_key;
  std::string prefix = "heddle/";
  int timeout_ms = 300;
};
std::unique_ptr<Tier> MakeS3Tier(S3Options options);

}  // namespace heddle::store
