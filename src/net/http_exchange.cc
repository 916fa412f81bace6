#include "net/http_exchange.h"

#include <ctime>

#include "base/text.h"

namespace heddle::net {

const std::string& HttpDate() {
  thread_local std::string text;
  thread_local std::time_t made = 0;
  const std::time_t now = std::time(nullptr);
  if (now == made) return text;
  std::tm tm{};
  gmtime_r(&now, &tm);
  char buffer[64];
  text.assign(buffer, std::strftime(buffer, sizeof(buffer), "%a, %d %b %Y %H:%M:%S GMT", &tm));
  made = now;
  return text;
}

void Answering::Reply(int status, const Headers& headers, std::string_view body) {
  std::unique_lock lock(mutex_);
  if (begun_) return;
  begun_ = ended_ = true;
  std::string head = Head(status, headers);
  head += Cat({"Content-Length: ", std::to_string(body.size()), "\r\n\r\n"});
  out_ += head;
  if (!shape_.head_only) out_ += body;
  Post(lock);
}

void Answering::Begin(int status, const Headers& headers) {
  std::unique_lock lock(mutex_);
  if (begun_) return;
  begun_ = true;
  out_ += Head(status, headers);
  out_ += shape_.chunked ? "Transfer-Encoding: chunked\r\n\r\n" : "\r\n";
  Post(lock);
}

bool Answering::Write(std::string_view bytes) {
  std::unique_lock lock(mutex_);
  room_.wait(lock, [&] { return out_.size() < limit_ || gone_.stop_requested(); });
  if (gone_.stop_requested() || ended_) return false;
  if (bytes.empty() || shape_.head_only) return true;
  if (shape_.chunked) {
    char size[20];
    (void)std::snprintf(size, sizeof(size), "%zx\r\n", bytes.size());
    out_ += size;
  }
  out_ += bytes;
  if (shape_.chunked) out_ += "\r\n";
  Post(lock);
  return true;
}

void Answering::End() {
  std::unique_lock lock(mutex_);
  if (ended_) return;
  ended_ = true;
  if (shape_.chunked && !shape_.head_only) out_ += "0\r\n\r\n";
  Post(lock);
}

void Answering::Abandon() {
  const std::lock_guard lock(mutex_);
  if (!ended_ && post_) post_(Wake::kClose);
}

void Answering::Take(std::string& out) {
  const std::lock_guard lock(mutex_);
  posted_ = false;
  out.swap(out_);
  room_.notify_all();
}

bool Answering::Done() {
  const std::lock_guard lock(mutex_);
  return ended_ && out_.empty();
}

void Answering::Gone() {
  {
    const std::lock_guard lock(mutex_);
    post_ = nullptr;
  }
  gone_.request_stop();
  // A waiter that has just looked must not miss it.
  const std::lock_guard lock(mutex_);
  room_.notify_all();
}

void Answering::Leave() {
  const std::lock_guard lock(mutex_);
  post_ = nullptr;
}

std::string Answering::Head(int status, const Headers& headers) const {
  std::string out = Cat({"HTTP/1.1 ", std::to_string(status), " ", ReasonOf(status), "\r\nDate: ", HttpDate(), "\r\n"});
  for (const auto& [name, value] : headers) out += Cat({name, ": ", value, "\r\n"});
  if (shape_.close) out += "Connection: close\r\n";
  return out;
}

void Answering::Post(std::unique_lock<std::mutex>& lock) {
  if (posted_ || !post_) return;
  posted_ = true;
  const auto post = post_;
  lock.unlock();
  post(Wake::kFlush);
}

namespace {

class HeldExchange : public Exchange {
 public:
  HeldExchange(std::shared_ptr<Answering> answering, ServerRequest request)
      : answering_(std::move(answering)), request_(std::move(request)) {}
  ~HeldExchange() override { answering_->Abandon(); }
  const ServerRequest& request() const override { return request_; }
  void Reply(int status, const Headers& headers, std::string body) override {
    answering_->Reply(status, headers, body);
  }
  void Begin(int status, const Headers& headers) override { answering_->Begin(status, headers); }
  bool Write(std::string_view bytes) override { return answering_->Write(bytes); }
  void End() override { answering_->End(); }
  std::stop_token gone() const override { return answering_->gone(); }

 private:
  std::shared_ptr<Answering> answering_;
  ServerRequest request_;
};

}  // namespace

std::shared_ptr<Exchange> HoldExchange(std::shared_ptr<Answering> answering, ServerRequest request) {
  return std::make_shared<HeldExchange>(std::move(answering), std::move(request));
}

std::string_view ServerRequest::Header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return {};
}

}  // namespace heddle::net
