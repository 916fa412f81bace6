// Server: HTTP -> dialect -> gate -> cache -> admission -> router -> backend -> the client's own wire, every step a
// span.
#pragma once

#include <memory>
#include <string>

#include "model/router.h"
#include "net/http_server.h"
#include "serve/admission.h"
#include "serve/gate.h"
#include "serve/objectives.h"
#include "store/tier.h"

namespace heddle::serve {

struct ServerSettings {
  net::ServerOptions http;
  GateOptions gate;
  AdmissionOptions admission;
  model::RouterOptions router;
  uint64_t cache_bytes = uint64_t{64} << 20;              // 0: no cache
  int cache_age_s = 3600;                                 // 0: answers do not grow old
  std::vector<std::unique_ptr<store::Tier>> cache_tiers;  // beyond this process, the nearest first
  int deadline_ms = 600'000;                              // of one call, its waiting included
  bool hedge = false;                                     // a second node beside one that is later than its p95
  std::vector<std::string> prewarm;                       // models, nodes or tiers that are loaded at the start
  std::string prewarm_system;                             // the system message that most calls begin with
  int attempts = 3;                                       // where a backend cannot hold a constraint itself
  std::vector<Objective> objectives;
  std::string otlp_url;    // of a collector of OpenTelemetry: "http://localhost:4318/v1/traces"; empty: none
  std::string calls_file;  // an SQLite file in which every call has a row; empty: none
  std::string version;
};

class Server {
 public:
  // Serves when this returns. kInvalid: an address beyond this machine without keys.
  static Result<std::unique_ptr<Server>> Start(ServerSettings settings);
  virtual ~Server() = default;

  virtual uint16_t port() const = 0;
  // Answers end, new ones are refused; what is not done after `wait_ms` is cut.
  virtual void Stop(int wait_ms) = 0;
};

}  // namespace heddle::serve
