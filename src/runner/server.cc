#include "runner/server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cerrno>
#include <cstring>

#include "base/guard.h"
#include "base/text.h"
#include "runner/signals.h"
#include "sys/environment.h"

namespace heddle::runner {
namespace {

namespace json = boost::json;

Error SystemError(std::string_view what) {
  return {errno == EACCES ? Code::kDenied : Code::kUnavailable, Cat({what, ": ", std::strerror(errno)})};
}

constexpr int64_t kFarewellUs = 1'000'000;
constexpr int64_t kBusyLookMs = 50;  // between looks whether work has ended, for a model that is not kept after it

// Takes as long for a wrong key as for the right one.
bool SameKey(std::string_view a, std::string_view b) {
  unsigned difference = a.size() != b.size();
  for (size_t i = 0; i < a.size(); ++i) difference |= static_cast<unsigned>(a[i] ^ b[b.empty() ? 0 : i % b.size()]);
  return difference == 0;
}

Result<int> ListenUnix(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path))
    return Error{Code::kInvalid, Cat({path, ": the path is too long for a socket"})};
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  const int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool alive = connect(probe, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  close(probe);
  if (alive) return Error{Code::kUnavailable, Cat({path, ": another runner listens there"})};
  struct stat info{};
  if (lstat(path.c_str(), &info) == 0) {
    if (!S_ISSOCK(info.st_mode)) return Error{Code::kInvalid, Cat({path, ": something else is there"})};
    unlink(path.c_str());
  }
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const mode_t mask = umask(0177);
  const bool bound = bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  umask(mask);
  if (!bound || listen(fd, 64) != 0) {
    const Error error = SystemError(path);
    close(fd);
    return error;
  }
  return fd;
}

Result<int> ListenTcp(const std::string& where) {
  const size_t colon = where.rfind(':');
  const auto port = colon == where.npos ? std::nullopt : ParseInt(std::string_view(where).substr(colon + 1));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  if (!port || *port < 0 || *port > 65535 || inet_pton(AF_INET, where.substr(0, colon).c_str(), &address.sin_addr) != 1)
    return Error{Code::kInvalid, Cat({where, ": expected ADDRESS:PORT with a numeric IPv4 address"})};
  address.sin_port = htons(static_cast<uint16_t>(*port));
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const int one = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0 || listen(fd, 64) != 0) {
    const Error error = SystemError(where);
    close(fd);
    return error;
  }
  return fd;
}

}  // namespace

Result<std::unique_ptr<Server>> Server::Listen(const ServerOptions& options) {
  if (options.socket.empty() && options.key.empty())
    return Error{Code::kInvalid, "listening on an address needs a key"};
  std::unique_ptr<Server> out(new Server);
  out->options_ = options;
  TRY_ASSIGN(out->listen_, options.socket.empty() ? ListenTcp(options.address) : ListenUnix(options.socket));
  out->wake_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  return out;
}

Server::~Server() {
  for (const auto& [id, client] : clients_) close(client.fd);
  if (listen_ >= 0) close(listen_);
  if (wake_ >= 0) close(wake_);
  if (!options_.socket.empty() && listen_ >= 0) unlink(options_.socket.c_str());
}

void Server::Stop() {
  stop_ = true;
  Wake();
}

void Server::Wake() const {
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = write(wake_, &one, sizeof(one));
}

void Server::Run(Scheduler& scheduler, const std::string& info) {
  while (!stop_ && !AskedToEnd()) {
    std::vector<pollfd> polled{{listen_, POLLIN, 0}, {wake_, POLLIN, 0}};
    std::vector<uint64_t> ids{0, 0};
    bool closing = false;
    {
      const std::lock_guard lock(mutex_);
      for (const auto& [id, client] : clients_) {
        polled.push_back({client.fd, static_cast<short>(POLLIN | (client.out.empty() ? 0 : POLLOUT)), 0});
        ids.push_back(id);
        closing |= client.closing;
      }
    }
    int wait = -1;
    if (options_.idle_ms >= 0) {
      const int64_t since = scheduler.idle_since();
      const int64_t left = since == 0 ? std::max(options_.idle_ms, kBusyLookMs)
                                      : options_.idle_ms - (sys::SystemClock().MonotonicUs() - since) / 1000;
      if (left <= 0) return;
      wait = static_cast<int>(std::min<int64_t>(left + 1, 60'000));
    }
    if (closing) wait = 100;
    if (poll(polled.data(), polled.size(), wait) < 0 && errno != EINTR) return;
    uint64_t count = 0;
    while (read(wake_, &count, sizeof(count)) > 0) {}
    if ((polled[0].revents & POLLIN) != 0) (void)Guarded([&] { Accept(); });
    for (size_t i = 2; i < polled.size(); ++i) {
      bool open = true;
      if ((polled[i].revents & (POLLIN | POLLHUP | POLLERR)) != 0)
        open = Guarded([&] { return Read(ids[i], scheduler, info); }).value_or(false);
      const std::lock_guard lock(mutex_);
      Client& client = clients_[ids[i]];
      if ((polled[i].revents & POLLOUT) != 0) WriteLocked(client);
      if (client.closing && sys::SystemClock().MonotonicUs() - client.closing_us > kFarewellUs) open = false;
      if (open) continue;
      close(client.fd);
      clients_.erase(ids[i]);
      scheduler.CancelAll(ids[i]);
    }
  }
}

void Server::Accept() {
  const int fd = accept4(listen_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (fd < 0) return;
  const int one = 1;
  if (options_.socket.empty()) setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
  const std::lock_guard lock(mutex_);
  clients_[next_++] = {fd, options_.key.empty()};
}

bool Server::Read(uint64_t id, Scheduler& scheduler, const std::string& info) {
  Client* client = nullptr;
  {
    const std::lock_guard lock(mutex_);
    client = &clients_[id];  // only this thread adds or removes clients, or looks at `in`
  }
  char buffer[65536];
  const ssize_t got = recv(client->fd, buffer, sizeof(buffer), 0);
  if (got < 0) return errno == EAGAIN || errno == EINTR;
  if (got == 0) return false;
  if (client->closing) return true;  // it is not listened to any more
  const size_t before = client->in.size();
  client->in.append(buffer, static_cast<size_t>(got));
  size_t begin = 0;
  for (size_t end = client->in.find('\n', before); end != client->in.npos; end = client->in.find('\n', begin)) {
    const std::string line = client->in.substr(begin, end - begin);
    begin = end + 1;
    if (!Trim(line).empty()) Take(id, line, scheduler, info);
    if (client->closing) break;
  }
  client->in.erase(0, begin);
  return client->in.size() <= (client->trusted ? kMaxLine : 4096);
}

void Server::Take(uint64_t id, std::string_view line, Scheduler& scheduler, const std::string& info) {
  Client* client = nullptr;
  {
    const std::lock_guard lock(mutex_);
    client = &clients_[id];
  }
  if (!client->trusted) {
    boost::system::error_code failed;
    const json::value value = json::parse(line, failed);
    const json::value* key = !failed && value.is_object() ? value.as_object().if_contains("key") : nullptr;
    client->trusted = key != nullptr && key->is_string() && SameKey(std::string_view(key->as_string()), options_.key);
    if (client->trusted) return Send(id, "{\"event\":\"welcome\"}\n");
    Send(id, ErrorEvent(0, {Code::kDenied, "the first line must be {\"key\": ...} with the key of this node"}));
    const std::lock_guard lock(mutex_);
    CloseLocked(*client);
    return;
  }
  auto request = Guarded([&] { return ParseRequest(line); });
  if (!request) return Send(id, ErrorEvent(0, request.error()));
  const int64_t number = request->id;
  // Who loads a model here decides how long it stays; a node for other machines is its owner's.
  if (request->keep_alive && !options_.socket.empty())
    options_.idle_ms = *request->keep_alive < 0 ? -1 : *request->keep_alive * 1000;
  // What one request makes a library throw is that request's answer.
  if (const auto done = Guarded([&] { Answer(id, *std::move(request), scheduler, info); }); !done)
    Send(id, ErrorEvent(number, done.error()));
}

void Server::Answer(uint64_t id, Request request, Scheduler& scheduler, const std::string& info) {
  const int64_t number = request.id;
  const auto fail = [&](const Error& error) { Send(id, ErrorEvent(number, error)); };
  switch (request.operation) {
    case Operation::kInfo:
      return Send(id, Cat({"{\"id\":", std::to_string(number), ",\"event\":\"info\",", info,
                           ",\"load\":", std::to_string(scheduler.load()), "}\n"}));
    case Operation::kCancel: return scheduler.Cancel(id, number);
    case Operation::kShutdown: return Stop();
    case Operation::kTokenize: {
      json::array lists;
      for (const auto& list : scheduler.Tokenize(request.texts, request.special))
        lists.push_back(json::value_from(list));
      json::object out{{"id", number}, {"event", "tokens"}, {"tokens", std::move(lists)}};
      if (!request.messages.empty()) {
        const auto count = scheduler.CountPrompt(request);
        if (!count) return fail(count.error());
        out["prompt_tokens"] = *count;
      }
      return Send(id, json::serialize(out) + "\n");
    }
    case Operation::kEmbed:
      return scheduler.Do([this, id, number, texts = request.texts](Model& model) {
        const auto vectors = Guarded([&] { return model.Embed(texts); });
        if (!vectors) return Send(id, ErrorEvent(number, vectors.error()));
        Send(id, json::serialize(json::object{
                     {"id", number}, {"event", "embeddings"}, {"embeddings", json::value_from(*vectors)}}) +
                     "\n");
      });
    case Operation::kGenerate:
    case Operation::kInfill: {
      auto job = scheduler.Prepare(std::move(request), [this, id](const std::string& text) { Send(id, text); });
      if (!job) return fail(job.error());
      if (auto added = scheduler.Add(*std::move(job), id); !added) fail(added.error());
    }
  }
}

void Server::Send(uint64_t id, std::string_view line) {
  const std::lock_guard lock(mutex_);
  const auto found = clients_.find(id);
  if (found == clients_.end() || found->second.closing) return;
  Client& client = found->second;
  const bool waiting = !client.out.empty();
  client.out += line;
  if (!waiting) WriteLocked(client);
  if (client.out.size() > options_.unread) {
    client.out.clear();
    CloseLocked(client);
  }
  if (!client.out.empty() || client.closing) Wake();
}

// No more is sent; what the client still sends is read and dropped, or the reset would overtake the last event.
void Server::CloseLocked(Client& client) {
  if (client.closing) return;
  client.closing = true;
  client.closing_us = sys::SystemClock().MonotonicUs();
  shutdown(client.fd, SHUT_WR);
  Wake();
}

void Server::WriteLocked(Client& client) {
  while (!client.out.empty()) {
    const ssize_t sent = send(client.fd, client.out.data(), client.out.size(), MSG_NOSIGNAL);
    if (sent < 0) {
      if (errno == EINTR) continue;
      if (errno != EAGAIN) client.out.clear(), CloseLocked(client);
      return;
    }
    client.out.erase(0, static_cast<size_t>(sent));
  }
}

}  // namespace heddle::runner
