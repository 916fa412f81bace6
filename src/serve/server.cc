#include "serve/server.h"

#include "base/text.h"
#include "serve/service.h"

namespace heddle::serve {
namespace {

class RunningServer : public Server {
 public:
  explicit RunningServer(ServerSettings settings) : service_(std::move(settings)) {}
  ~RunningServer() override { Stop(0); }

  Result<> Listen(const net::ServerOptions& options, const std::string& calls_file) {
    if (!calls_file.empty()) {
      TRY_ASSIGN(Deliver deliver, ToDatabase(calls_file));
      service_.Tell("file", std::move(deliver));
    }
    TRY_ASSIGN(http_, net::HttpServer::Listen(options, [this](std::shared_ptr<net::Exchange> exchange) {
                 service_.Take(std::move(exchange));
               }));
    service_.http = http_.get();
    return {};
  }
  uint16_t port() const override { return http_->port(); }
  void Stop(int wait_ms) override {
    if (http_ == nullptr) return;
    service_.draining = true;
    http_->Drain(wait_ms);
    service_.Close();
    http_.reset();
  }

 private:
  Service service_;
  std::unique_ptr<net::HttpServer> http_;
};

bool IsLoopback(std::string_view address) { return address == "::1" || address.starts_with("127."); }

}  // namespace

Result<std::unique_ptr<Server>> Server::Start(ServerSettings settings) {
  settings.gate.loopback = IsLoopback(settings.http.address);
  if (!settings.gate.loopback && settings.gate.keys.empty())
    return Error{Code::kInvalid,
                 Cat({settings.http.address,
                      ": other machines could ask there, so a key is needed; make one with: heddle serve key NAME"})};
  const net::ServerOptions http = settings.http;
  const std::string calls_file = settings.calls_file;
  auto server = std::make_unique<RunningServer>(std::move(settings));
  TRY(server->Listen(http, calls_file));
  return std::unique_ptr<Server>(std::move(server));
}

}  // namespace heddle::serve
