// Gate: who may ask. Requests for other hosts and from pages of other origins are refused (DNS rebinding), and where
// keys are set, everyone needs one. Keys are known by their SHA-256 only. Thread-safe.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "net/http_server.h"
#include "serve/body.h"

namespace heddle::serve {

struct ClientKey {
  std::string name;    // in metrics and logs
  std::string sha256;  // of the key, in hexadecimal
  int per_minute = 0;  // calls (POST); 0: no limit
};

struct GateOptions {
  bool loopback = true;              // listening on this machine only
  std::vector<std::string> hosts;    // besides localhost and addresses of loopback; without port
  std::vector<std::string> origins;  // of pages that may ask: "https://example.org"; they get CORS headers
  std::vector<ClientKey> keys;
};

struct Admitted {
  int status = 200;
  std::string client;     // the key's name, else the address
  std::string origin;     // to be allowed in the answer; empty: none
  int retry_after_s = 0;  // with 429
  Refusal refusal;        // when status is not 200
};

class Gate {
 public:
  explicit Gate(GateOptions options) : options_(std::move(options)) {}
  // `open`: needs no key (health), and counts for no limit.
  Admitted Look(const net::ServerRequest& request, bool open, int64_t now_us);

 private:
  bool HostAllowed(std::string_view host) const;
  struct Bucket {
    double left = 0;
    int64_t at_us = 0;
  };
  const GateOptions options_;
  std::mutex mutex_;
  std::map<std::string, Bucket> buckets_;  // by the key's name
};

}  // namespace heddle::serve
