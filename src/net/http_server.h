// HttpServer: HTTP/1.1 (RFC 9112) on one address, for handlers that answer at once or stream for minutes. Connections
// cost no thread; one thread reads, parses and writes for all of them. Boost.Beast parses, strictly: what two readers
// could understand in two ways is refused.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace heddle::net {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct ServerOptions {
  std::string address = "127.0.0.1";  // numeric
  uint16_t port = 0;                  // 0: any that is free
  size_t connections = 4096;          // more are told 503
  size_t header_bytes = 16 << 10;
  uint64_t body_bytes = uint64_t{32} << 20;
  int idle_ms = 75'000;            // between two requests of a connection
  int header_ms = 10'000;          // from the first byte of a head to its last
  int body_ms = 120'000;           // for a whole body
  int write_ms = 30'000;           // a client that takes nothing for so long is gone
  size_t queued_bytes = 64 << 10;  // of a streamed answer, before Write waits for the client
};

struct ServerRequest {
  std::string method, path, query;  // path is not decoded
  std::string peer;                 // the client's address, without its port
  Headers headers;                  // names in lower case
  std::string body;

  std::string_view Header(std::string_view name) const;  // the first; empty: none
};

// The answer to one request: Reply once, or Begin, any number of Writes, End. All thread-safe. An exchange that goes
// without an end closes its connection.
class Exchange {
 public:
  virtual ~Exchange() = default;
  virtual const ServerRequest& request() const = 0;
  virtual void Reply(int status, const Headers& headers, std::string body) = 0;
  virtual void Begin(int status, const Headers& headers) = 0;
  // Waits while the client is slow (so never call it in a handler's own thread); false: the client is gone.
  virtual bool Write(std::string_view bytes) = 0;
  virtual void End() = 0;
  // Requested when the client is gone, or the server does not wait any longer.
  virtual std::stop_token gone() const = 0;
};

// Called in the server's thread: it must not wait.
using Handler = std::function<void(std::shared_ptr<Exchange>)>;

class HttpServer {
 public:
  // Listens when this returns. kUnavailable: the address cannot be had.
  static Result<std::unique_ptr<HttpServer>> Listen(const ServerOptions& options, Handler handler);
  virtual ~HttpServer() = default;

  virtual uint16_t port() const = 0;
  virtual size_t connections() const = 0;
  // No new connections or requests; returns when all answers have ended, or after `wait_ms`, when the others are cut.
  virtual void Drain(int wait_ms) = 0;
};

std::string_view ReasonOf(int status);  // "Not Found"

}  // namespace heddle::net
