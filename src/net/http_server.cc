#include "net/http_server.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>

#include "base/guard.h"
#include "base/text.h"
#include "net/http_connection.h"
#include "sys/fd.h"

namespace heddle::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

class BeastServer : public HttpServer {
 public:
  BeastServer(const ServerOptions& options, Handler handler) : acceptor_(shared_.io), retry_(shared_.io) {
    shared_.options = options;
    shared_.handler = std::move(handler);
  }
  ~BeastServer() override {
    Drain(0);
    shared_.io.stop();
  }

  Result<> Open() {
    error_code error;
    const auto address = asio::ip::make_address(shared_.options.address, error);
    if (error) return Error{Code::kInvalid, Cat({shared_.options.address, ": not a numeric address"})};
    const tcp::endpoint endpoint(address, shared_.options.port);
    acceptor_.open(endpoint.protocol(), error);
    if (!error) sys::CloseOnExec(acceptor_.native_handle());
    if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error)
      return Error{Code::kUnavailable, Cat({shared_.options.address, ":", std::to_string(shared_.options.port),
                                            ": cannot listen: ", error.message()})};
    port_ = acceptor_.local_endpoint(error).port();
    Accept();
    // What one connection's work throws ends that work, and the others go on.
    thread_ = std::jthread([this] {
      while (!Guarded([this] { shared_.io.run(); })) {}
    });
    return {};
  }
  uint16_t port() const override { return port_; }
  size_t connections() const override { return shared_.count; }

  void Drain(int wait_ms) override {
    if (!thread_.joinable() || drained_) return;
    drained_ = true;
    std::mutex mutex;
    std::condition_variable empty;
    bool done = false;
    const auto look = [&] {
      if (!shared_.open.empty()) return;
      const std::lock_guard lock(mutex);
      done = true;
      empty.notify_all();
    };
    asio::post(shared_.io, [&] {
      error_code ignored;
      acceptor_.close(ignored);
      retry_.cancel(ignored);
      shared_.draining = true;
      shared_.on_closed = look;
      for (Connection* each : std::vector<Connection*>(shared_.open.begin(), shared_.open.end()))
        each->shared_from_this()->Drain();
      look();
    });
    const auto wait = [&](int ms) {
      std::unique_lock lock(mutex);
      return empty.wait_for(lock, std::chrono::milliseconds(ms), [&] { return done; });
    };
    if (wait(wait_ms)) return Forget();
    asio::post(shared_.io, [&] {
      for (Connection* each : std::vector<Connection*>(shared_.open.begin(), shared_.open.end()))
        each->shared_from_this()->Close();
    });
    (void)wait(5000);
    Forget();
  }

 private:
  // What Drain waits with goes with it.
  void Forget() {
    std::promise<void> done;
    asio::post(shared_.io, [&] {
      shared_.on_closed = nullptr;
      done.set_value();
    });
    done.get_future().wait();
  }
  void Accept() {
    acceptor_.async_accept([this](const error_code& error, tcp::socket socket) {
      if (error == asio::error::operation_aborted) return;
      if (error) {  // no descriptors are left, perhaps: better in a moment
        retry_.expires_after(std::chrono::milliseconds(50));
        retry_.async_wait([this](const error_code& stopped) {
          if (!stopped) Accept();
        });
        return;
      }
      sys::CloseOnExec(socket.native_handle());
      const auto connection = std::make_shared<Connection>(shared_, std::move(socket));
      if (shared_.count > shared_.options.connections)
        connection->Refuse(503);
      else
        connection->Start();
      Accept();
    });
  }

  ServerState shared_;
  asio::executor_work_guard<asio::io_context::executor_type> work_{shared_.io.get_executor()};
  tcp::acceptor acceptor_;
  asio::steady_timer retry_;
  uint16_t port_ = 0;
  bool drained_ = false;
  std::jthread thread_;
};

}  // namespace

Result<std::unique_ptr<HttpServer>> HttpServer::Listen(const ServerOptions& options, Handler handler) {
  auto server = std::make_unique<BeastServer>(options, std::move(handler));
  TRY(server->Open());
  return std::unique_ptr<HttpServer>(std::move(server));
}

}  // namespace heddle::net
