// Connection: one client's socket: requests are read and parsed, one after the other, and answers written. For the
// server's own thread only. Alive as long as an operation or an exchange of it is under way.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <memory>
#include <optional>
#include <unordered_set>

#include "net/http_exchange.h"

namespace heddle::net {

class Connection;

// By the server and its connections.
struct ServerState {
  ServerOptions options;
  Handler handler;
  std::unordered_set<Connection*> open;
  std::atomic<size_t> count{0};
  bool draining = false;
  std::function<void()> on_closed;
  boost::asio::io_context io{1};  // goes first: what waits in it are connections
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(ServerState& shared, boost::asio::ip::tcp::socket socket);
  ~Connection();

  void Start() { AwaitRequest(); }
  void Refuse(int status) { Answer(status, "the server has as many connections as it takes"); }
  void Drain();
  void Close();
  // From exchanges, posted.
  void Flush();

 private:
  void Arm(int ms, bool tell);
  void Read();
  void AwaitRequest();
  void ReadHead();
  void ReadBody();
  void Dispatch();
  void Fail(const boost::system::error_code& error);
  void Answer(int status, std::string_view message);
  void Linger(size_t left);
  void Sent(const boost::system::error_code& error);
  void Finished();

  ServerState& shared_;
  boost::asio::ip::tcp::socket socket_;
  boost::asio::steady_timer timer_;
  boost::beast::flat_buffer buffer_;
  std::optional<boost::beast::http::request_parser<boost::beast::http::string_body>> parser_;
  std::shared_ptr<Answering> exchange_;
  std::shared_ptr<Connection> until_answered_;  // itself, while there is an exchange
  std::string peer_, sending_;
  bool reading_ = false, writing_ = false, closed_ = false, last_ = false, parsing_ = false;
};

}  // namespace heddle::net
