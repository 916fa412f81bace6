// Answering: what a handler has written and its connection has not yet taken; the bridge between the threads of
// handlers and the one of the server.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "net/http_server.h"

namespace heddle::net {

// Thread-safe.
class Answering {
 public:
  struct Shape {
    bool chunked = true, close = false, head_only = false;
  };
  // `post` has the connection take what there is, or close; called from any thread, until the connection leaves.
  enum class Wake : uint8_t { kFlush, kClose };
  Answering(std::function<void(Wake)> post, size_t limit, Shape shape)
      : limit_(limit), shape_(shape), post_(std::move(post)) {}

  std::stop_token gone() const { return gone_.get_token(); }
  bool close() const { return shape_.close; }

  // As Exchange has them.
  void Reply(int status, const Headers& headers, std::string_view body);
  void Begin(int status, const Headers& headers);
  bool Write(std::string_view bytes);
  void End();
  // Nobody is left who would end it.
  void Abandon();

  // For the connection: what is to be sent; whether that was all; that it goes, with its client or after the answer.
  void Take(std::string& out);
  bool Done();
  void Gone();
  void Leave();

 private:
  std::string Head(int status, const Headers& headers) const;
  void Post(std::unique_lock<std::mutex>& lock);

  const size_t limit_;
  const Shape shape_;
  std::stop_source gone_;
  std::mutex mutex_;
  std::condition_variable room_;
  std::function<void(Wake)> post_;  // empty: the connection has left
  std::string out_;
  bool begun_ = false, ended_ = false, posted_ = false;
};

// What a handler holds. When the last holder goes, the answer has an end, one way or the other.
std::shared_ptr<Exchange> HoldExchange(std::shared_ptr<Answering> answering, ServerRequest request);

// Now, as RFC 9110 writes it.
const std::string& HttpDate();

}  // namespace heddle::net
