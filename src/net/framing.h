// Framing: bytes of a streamed body become events, however they are split: server-sent events (WHATWG HTML, with what
// servers of models get wrong) and lines of JSON (NDJSON). Not thread-safe; one per stream. Pure.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace heddle::net {

struct ServerEvent {
  std::string name = "message";
  std::string data;
};

constexpr size_t kMaxEvent = size_t{16} << 20;  // bytes of one event or line

class EventStream {
 public:
  using Take = std::function<bool(const ServerEvent&)>;  // false: no more are wanted

  // False when `take` wanted no more, or an event is larger than kMaxEvent (then too_large()).
  bool Feed(std::string_view bytes, const Take& take);
  // The end of the stream: what is pending is an event as well.
  bool End(const Take& take);
  bool too_large() const { return too_large_; }

 private:
  bool Line(std::string_view line, const Take& take);
  bool Dispatch(const Take& take);

  std::string line_, data_, name_;
  bool after_cr_ = false, any_ = false, begun_ = false, too_large_ = false;
};

class LineStream {
 public:
  using Take = std::function<bool(std::string_view line)>;

  // Lines without their ends, none of them empty.
  bool Feed(std::string_view bytes, const Take& take);
  bool End(const Take& take);
  bool too_large() const { return too_large_; }

 private:
  std::string line_;
  bool too_large_ = false;
};

}  // namespace heddle::net
