// The server, asked over real sockets by a client that writes what it likes.
#include "net/http_server.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "base/text.h"
#include "net/http_client.h"

using namespace heddle;
using namespace heddle::net;

namespace {

class Client {
 public:
  explicit Client(uint16_t port) : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET, to.sin_port = htons(port), to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof(to)) == 0);
  }
  ~Client() { Close(); }
  void Close() {
    if (fd_ >= 0) close(fd_);
    fd_ = -1;
  }
  void Send(std::string_view text) { (void)!send(fd_, text.data(), text.size(), MSG_NOSIGNAL); }
  void HalfClose() { shutdown(fd_, SHUT_WR); }
  // What comes until the server closes, or `until` has come.
  std::string Read(std::string_view until = {}) {
    std::string out;
    char buffer[65536];
    for (pollfd wait{fd_, POLLIN, 0}; poll(&wait, 1, 10'000) == 1;) {
      const ssize_t size = recv(fd_, buffer, sizeof(buffer), 0);
      if (size <= 0) return out;
      out.append(buffer, static_cast<size_t>(size));
      if (!until.empty() && Contains(out, until)) return out;
    }
    return out + "[nothing came for 10 s]";
  }

 private:
  int fd_;
};

// Tells what it was asked.
void Echo(const std::shared_ptr<Exchange>& exchange) {
  const ServerRequest& asked = exchange->request();
  exchange->Reply(200, {{"Content-Type", "text/plain"}},
                  Cat({asked.method, " ", asked.path, "?", asked.query, " ", asked.body, "\n"}));
}

std::unique_ptr<HttpServer> Serve(Handler handler, ServerOptions options = {}) {
  auto server = HttpServer::Listen(options, std::move(handler));
  REQUIRE(server);
  return *std::move(server);
}

std::string Ask(uint16_t port, std::string_view text) {
  Client client(port);
  client.Send(text);
  client.HalfClose();
  return client.Read();
}

}  // namespace

TEST_CASE("no socket of a server or a client is for the programs that are started meanwhile") {
  std::atomic<int> sockets = 0, inherited = 0;
  const auto server = Serve([&](const std::shared_ptr<Exchange>& exchange) {
    for (int fd = 0; fd < 256; ++fd) {
      int domain = 0;
      socklen_t size = sizeof(domain);
      if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) != 0) continue;
      if (domain != AF_INET) continue;  // curl wakes itself with a pair of its own, out of reach
      ++sockets;
      if ((fcntl(fd, F_GETFD) & FD_CLOEXEC) == 0) ++inherited;
    }
    exchange->Reply(200, {}, "done");
  });
  const auto reply = CurlClient().Send(
      {.method = "GET", .url = Cat({"http://127.0.0.1:", std::to_string(server->port()), "/"})}, {}, {});
  REQUIRE(reply);
  CHECK(sockets >= 3);  // what listens, and both ends of the connection
  CHECK(inherited == 0);
}

TEST_CASE("requests are answered in order on one connection") {
  const auto server = Serve(Echo);
  Client client(server->port());
  client.Send("GET /a?x=1 HTTP/1.1\r\nHost: h\r\n\r\nPOST /b HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc");
  std::string got = client.Read("POST /b? abc\n");
  CHECK(got.find("GET /a?x=1") < got.find("POST /b? abc"));
  client.Send("PUT /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nde\r\n1\r\nf\r\n0\r\n\r\n");
  CHECK(Contains(client.Read("PUT /c? def\n"), "200 OK"));
  client.Send("HEAD /d HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  got = client.Read();
  CHECK(Contains(got, "Content-Length: 10"));
  CHECK(got.ends_with("\r\n\r\n"));
}

TEST_CASE("what could be read in two ways is refused") {
  const auto server = Serve(Echo, {.header_bytes = 1024, .body_bytes = 100});
  const std::pair<std::string, int> rows[] = {
      // 0: closed without a word
      {"GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n0\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na", 400},
      {"GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na", 400},
      {"GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 1, 1\r\n\r\na", 400},
      {"GET / HTTP/1.1\r\nHost: h\r\nContent-Length: +1\r\n\r\na", 400},
      {"GET / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 0x1\r\n\r\na", 400},
      {"GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999999999\r\n\r\na", 400},
      {"GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 501},
      {"GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n", 501},
      {"GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n", 400},
      {"GET / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 501},
      {"GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\nX\n0\n\n", 0},
      {"GET / HTTP/1.1\r\nHost : h\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: h\r\nHost: i\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\n\r\n", 400},
      {"GET / HTTP/1.1\nHost: h\n\n", 505},
      {"GET / HTTP/1.1\r\nHost: h\r\nA: b\rc\r\n\r\n", 400},
      {Cat({"GET / HTTP/1.1\r\nHost: h\r\nA: b", std::string_view("\0", 1), "c\r\n\r\n"}), 400},
      {"GET  / HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"GET http://h/ HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"GET / HTTP/2.0\r\nHost: h\r\n\r\n", 505},
      {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
      {"\x16\x03\x01\x02\x00\x01\x00\x01\xfc", 400},
      {Cat({"GET / HTTP/1.1\r\nHost: h\r\nA: ", std::string(2000, 'a'), "\r\n\r\n"}), 431},
      {Cat({"GET /", std::string(70'000, 'a'), " HTTP/1.1\r\nHost: h\r\n\r\n"}), 431},
      {Cat({"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 101\r\n\r\n", std::string(101, 'a')}), 413},
      {Cat({"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nc8\r\n", std::string(200, 'a'),
            "\r\n0\r\n\r\n"}),
       413},
  };
  for (const auto& [text, status] : rows) {
    const std::string got = Ask(server->port(), text);
    const bool right = status == 0 ? got.empty() : got.starts_with(Cat({"HTTP/1.1 ", std::to_string(status)}));
    CHECK_MESSAGE(right, text.substr(0, 120) << " -> " << got);
    // Nothing behind it is taken for another request.
    CHECK_MESSAGE(got.find("HTTP/1.1 ", 8) == got.npos, got);
  }
}

TEST_CASE("a streamed answer waits for a slow client and ends with a lost one") {
  std::atomic<size_t> written{0}, gone{0};
  std::vector<std::jthread> threads;
  const auto server = Serve(
      [&](std::shared_ptr<Exchange> exchange) {
        threads.emplace_back([&, exchange = std::move(exchange)] {
          exchange->Begin(200, {});
          const std::string piece(10'000, 'x');
          for (int i = 0; i < 10'000 && exchange->Write(piece); ++i) written += piece.size();
          if (exchange->gone().stop_requested()) ++gone;
          exchange->End();
        });
      },
      {.write_ms = 300});
  Client slow(server->port());
  slow.Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  for (int i = 0; i < 1000 && gone == 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  CHECK(gone == 1);             // it took nothing for 300 ms
  CHECK(written < 30'000'000);  // what the sockets hold, and no more
  {
    Client lost(server->port());
    lost.Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    (void)lost.Read("xxx");
  }
  for (int i = 0; i < 1000 && gone == 1; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  CHECK(gone == 2);
  threads.clear();
}

TEST_CASE("a client that goes while its answer is made is noticed") {
  std::atomic<bool> begun{false}, noticed{false};
  std::jthread thread;
  const auto server = Serve([&](std::shared_ptr<Exchange> exchange) {
    thread = std::jthread([&, exchange = std::move(exchange)] {
      for (int i = 0; i < 1000 && !exchange->gone().stop_requested(); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
      noticed = exchange->gone().stop_requested();
    });
    begun = true;
  });
  {
    Client client(server->port());
    client.Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    while (!begun) std::this_thread::yield();
  }
  thread.join();
  CHECK(noticed);
}

TEST_CASE("an exchange that is dropped closes its connection; draining lets answers end") {
  const auto dropping = Serve([](const std::shared_ptr<Exchange>&) {});
  CHECK(Ask(dropping->port(), "GET / HTTP/1.1\r\nHost: h\r\n\r\n").empty());

  std::jthread thread;
  std::atomic<bool> begun{false};
  const auto server = Serve([&](std::shared_ptr<Exchange> exchange) {
    thread = std::jthread([&, exchange = std::move(exchange)] {
      exchange->Begin(200, {});
      begun = true;
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
      (void)exchange->Write("whole");
      exchange->End();
    });
  });
  Client idle(server->port()), busy(server->port());
  busy.Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  while (!begun) std::this_thread::yield();
  server->Drain(5000);
  CHECK(Contains(busy.Read(), "whole\r\n0\r\n\r\n"));
  CHECK(idle.Read().empty());
  CHECK(server->connections() == 0);
}

TEST_CASE("slow heads are told, and more connections than there may be") {
  const auto server = Serve(Echo, {.connections = 2, .header_ms = 100});
  Client slow(server->port());
  slow.Send("GET / HTTP/1.1\r\nHo");
  CHECK(slow.Read().starts_with("HTTP/1.1 408"));
  slow.Close();
  while (server->connections() > 0) std::this_thread::yield();
  const Client one(server->port()), two(server->port());
  while (server->connections() < 2) std::this_thread::yield();
  CHECK(Ask(server->port(), "GET / HTTP/1.1\r\nHost: h\r\n\r\n").starts_with("HTTP/1.1 503"));
}

TEST_CASE("a client that asks first whether it may send is told to") {
  const auto server = Serve(Echo);
  Client client(server->port());
  client.Send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n");
  CHECK(Contains(client.Read("\r\n\r\n"), "100 Continue"));
  client.Send("ab");
  CHECK(Contains(client.Read(), "POST /? ab\n"));
}
