// The tier of Redis, by hiredis: a few connections that are kept open, and thrown away when anything is wrong with
// them.
#include <hiredis/hiredis.h>

#include <mutex>
#include <vector>

#include "base/text.h"
#include "store/tier.h"
#include "sys/fd.h"

namespace heddle::store {
namespace {

struct Free {
  void operator()(redisContext* context) const { redisFree(context); }
  void operator()(redisReply* reply) const { freeReplyObject(reply); }
};
using Context = std::unique_ptr<redisContext, Free>;
using Reply = std::unique_ptr<redisReply, Free>;

class RedisTier : public Tier {
 public:
  explicit RedisTier(RedisOptions options) : options_(std::move(options)) {}
  std::string_view name() const override { return "redis"; }

  Result<std::optional<std::string>> Get(const CacheKey& key) override {
    TRY_ASSIGN(const Reply reply, Ask({"GET", NameOf(key)}));
    if (reply->type == REDIS_REPLY_NIL) return std::optional<std::string>();
    if (reply->type != REDIS_REPLY_STRING) return Error{Code::kUnavailable, "redis: not a string"};
    return std::optional(std::string(reply->str, static_cast<size_t>(reply->len)));
  }

  Result<> Put(const CacheKey& key, const std::string& value) override {
    std::vector<std::string> words{"SET", NameOf(key), value};
    if (options_.age_s > 0) words.insert(words.end(), {"EX", std::to_string(options_.age_s)});
    TRY(Ask(words));
    return {};
  }

 private:
  static constexpr size_t kKept = 8;  // connections without work
  static std::string NameOf(const CacheKey& key) { return "heddle:" + Hex(key); }

  Result<Reply> Ask(const std::vector<std::string>& words) {
    TRY_ASSIGN(Context context, Take());
    TRY_ASSIGN(Reply reply, Send(*context, words));
    const std::lock_guard lock(mutex_);
    if (idle_.size() < kKept) idle_.push_back(std::move(context));
    return reply;
  }

  static Result<Reply> Send(redisContext& context, const std::vector<std::string>& words) {
    std::vector<const char*> parts;
    std::vector<size_t> sizes;
    for (const std::string& word : words) parts.push_back(word.data()), sizes.push_back(word.size());
    Reply reply(static_cast<redisReply*>(
        redisCommandArgv(&context, static_cast<int>(parts.size()), parts.data(), sizes.data())));
    if (reply == nullptr) return Error{Code::kUnavailable, Cat({"redis: ", context.errstr})};
    if (reply->type == REDIS_REPLY_ERROR)
      return Error{Code::kUnavailable, Cat({"redis: ", std::string_view(reply->str, static_cast<size_t>(reply->len))})};
    return reply;
  }

  Result<Context> Take() {
    {
      const std::lock_guard lock(mutex_);
      if (!idle_.empty()) {
        Context out = std::move(idle_.back());
        idle_.pop_back();
        return out;
      }
    }
    const timeval limit{options_.timeout_ms / 1000, options_.timeout_ms % 1000 * 1000};
    Context out(redisConnectWithTimeout(options_.host.c_str(), options_.port, limit));
    if (out == nullptr || out->err != 0)
      return Error{Code::kUnavailable, Cat({"redis: ", out == nullptr ? "no memory" : out->errstr})};
    sys::CloseOnExec(out->fd);
    redisSetTimeout(out.get(), limit);
    if (!options_.password.empty()) TRY(Send(*out, {"AUTH", options_.password}));
    if (options_.database != 0) TRY(Send(*out, {"SELECT", std::to_string(options_.database)}));
    return out;
  }

  const RedisOptions options_;
  std::mutex mutex_;
  std::vector<Context> idle_;
};

}  // namespace

std::unique_ptr<Tier> MakeRedisTier(RedisOptions options) { return std::make_unique<RedisTier>(std::move(options)); }

}  // namespace heddle::store
