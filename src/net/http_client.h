// HttpClient: one HTTP exchange at a time, streamed, with three separate timeouts and cancellation. The seam that tests
// replace. Thread-safe. Connections stay open for the next call to the same origin, unless the call failed.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace heddle::net {

struct HttpRequest {
  std::string method = "POST", url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  int connect_ms = 10'000;
  int first_byte_ms = 300'000;          // from the connection to the first byte of the body
  int between_ms = 60'000;              // between two pieces of the body
  uint64_t limit = uint64_t{64} << 20;  // bytes of a reply that is kept whole
  // Signed as S3 wants it (AWS Signature Version 4); no redirects are followed then.
  struct Signature {
    std::string region, access_key, secret_key;
  };
  std::optional<Signature> sign;
};

struct HttpReply {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;                                          // what was not streamed

  std::string_view Header(std::string_view name) const;  // empty: none
};

// Takes a piece of the body; `head` has the status and headers. False ends the exchange, which is then kCancelled.
using OnBody = std::function<bool(std::string_view piece, const HttpReply& head)>;

class HttpClient {
 public:
  virtual ~HttpClient() = default;
  // The body of a reply with status 200 to 299 goes to `on_body` (where it is given) as it comes; of others it is kept.
  // Errors: kUnavailable (no connection, a connection that ended early), kTimeout (says which), kTooLarge, kCancelled.
  // No error holds a header of the request.
  virtual Result<HttpReply> Send(const HttpRequest& request, const OnBody& on_body,
                                 const std::stop_token& stop) const = 0;
};

// libcurl's, loaded at its first use: it brings many libraries that nothing else of heddle needs.
const HttpClient& CurlClient();

}  // namespace heddle::net
