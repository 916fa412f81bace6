// Server: the runner's socket. Reads requests from any number of clients, gives them to the scheduler, and writes the
// events of each to whom asked. A client that goes away cancels what it asked for. One thread in Run; Send from any.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/result.h"
#include "runner/scheduler.h"

namespace heddle::runner {

struct ServerOptions {
  std::string socket;                // path of a Unix socket; or:
  std::string address;               // "HOST:PORT", numeric; needs a key
  std::string key;                   // that a client must give first; empty: none (Unix socket only)
  int64_t idle_ms = 300'000;         // without work for so long: the end; negative: never; a request may change it
  size_t unread = size_t{64} << 20;  // bytes that may wait for a client that does not read, before it is cut off
};

class Server {
 public:
  // Listens. A socket that another runner listens on is kUnavailable; one that nobody does is replaced.
  static Result<std::unique_ptr<Server>> Listen(const ServerOptions& options);
  ~Server();

  // Serves until idle, stopped, or AskedToEnd(). `info` answers that operation.
  void Run(Scheduler& scheduler, const std::string& info);
  void Stop();  // from any thread
  void Wake() const;
  int wake() const { return wake_; }  // the eventfd behind it

 private:
  struct Client {
    int fd = -1;
    bool trusted = false, closing = false;
    int64_t closing_us = 0;  // since when, for it to read what was sent last
    std::string in, out;
  };

  Server() = default;
  void Accept();
  bool Read(uint64_t id, Scheduler& scheduler, const std::string& info);
  void Take(uint64_t id, std::string_view line, Scheduler& scheduler, const std::string& info);
  void Answer(uint64_t id, Request request, Scheduler& scheduler, const std::string& info);
  void Send(uint64_t id, std::string_view line);
  void WriteLocked(Client& client);
  void CloseLocked(Client& client);

  ServerOptions options_;
  int listen_ = -1, wake_ = -1;
  std::atomic<bool> stop_ = false;
  std::mutex mutex_;
  std::map<uint64_t, Client> clients_;
  uint64_t next_ = 1;
};

}  // namespace heddle::runner
