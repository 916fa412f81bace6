// The tier of any server that speaks S3: one object per value.
#include "base/text.h"
#include "net/http_client.h"
#include "store/tier.h"
#include "sys/part_file.h"

namespace heddle::store {
namespace {

class S3Tier : public Tier {
 public:
  explicit S3Tier(S3Options options) : options_(std::move(options)) {}
  std::string_view name() const override { return "s3"; }

  Result<std::optional<std::string>> Get(const CacheKey& key) override {
    TRY_ASSIGN(net::HttpReply reply, Send("GET", key, ""));
    if (reply.status == 404) return std::optional<std::string>();
    if (reply.status != 200) return Failed(reply);
    return std::optional(std::move(reply.body));
  }
  Result<> Put(const CacheKey& key, const std::string& value) override {
    TRY_ASSIGN(const net::HttpReply reply, Send("PUT", key, value));
    return reply.status >= 200 && reply.status < 300 ? Result<>() : Failed(reply);
  }

 private:
  Result<net::HttpReply> Send(std::string_view method, const CacheKey& key, const std::string& body) const {
    net::HttpRequest request;
    request.method = std::string(method);
    request.url = Cat({options_.endpoint, "/", options_.bucket, "/", options_.prefix, Hex(key)});
    request.headers = {
        {"x-amz-content-sha256", sys::Sha256(body)}};  // S3 demands it; curl leaves it to us, and signs it
    if (method == "PUT") request.headers.emplace_back("Content-Type", "application/octet-stream");
    request.body = body;
    request.sign = net::HttpRequest::Signature{options_.region, options_.access_key, options_.secret_key};
    request.connect_ms = request.first_byte_ms = request.between_ms = options_.timeout_ms;
    return net::CurlClient().Send(request, nullptr, {});
  }
  static Error Failed(const net::HttpReply& reply) {
    return {Code::kUnavailable, Cat({"s3: HTTP ", std::to_string(reply.status)})};
  }

  const S3Options options_;
};

}  // namespace

std::unique_ptr<Tier> MakeS3Tier(S3Options options) { return std::make_unique<S3Tier>(std::move(options)); }

}  // namespace heddle::store
