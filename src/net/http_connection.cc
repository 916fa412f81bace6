#include "net/http_connection.h"

#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/read.hpp>
#include <chrono>

#include "base/text.h"

namespace heddle::net {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

constexpr size_t kAhead = 64 << 10;  // bytes of later requests that are read while one is answered
constexpr int kHalfOpenMs = 250;     // that an answer may take to begin once the client has closed its side

int StatusOf(const error_code& error) {
  if (error == http::error::header_limit || error == http::error::buffer_overflow) return 431;
  if (error == http::error::body_limit) return 413;
  if (error == http::error::bad_version) return 505;
  return 400;
}

}  // namespace

Connection::Connection(ServerState& shared, tcp::socket socket)
    : shared_(shared), socket_(std::move(socket)), timer_(shared.io), buffer_(kAhead + shared.options.header_bytes) {
  error_code ignored;
  const auto peer = socket_.remote_endpoint(ignored);
  if (!ignored) peer_ = peer.address().to_string();
  socket_.set_option(tcp::no_delay(true), ignored);
  shared_.open.insert(this);
  ++shared_.count;
}

Connection::~Connection() {
  shared_.open.erase(this);
  --shared_.count;
  if (shared_.on_closed) shared_.on_closed();
}

// After `ms` the connection is closed, with a 408 when `tell`.
void Connection::Arm(int ms, bool tell) {
  timer_.expires_after(std::chrono::milliseconds(ms));
  timer_.async_wait([self = shared_from_this(), tell](const error_code& error) {
    if (error || self->closed_) return;
    if (!tell || self->writing_) return self->Close();
    error_code ignored;
    self->socket_.cancel(ignored);  // of the read that waits; it sees that there is an answer
    self->Answer(408, "the request took too long");
  });
}

void Connection::Close() {
  if (closed_) return;
  closed_ = true;
  error_code ignored;
  timer_.cancel(ignored);
  socket_.shutdown(tcp::socket::shutdown_both, ignored);
  socket_.close(ignored);
  if (exchange_ != nullptr) exchange_->Gone();
  exchange_.reset();
  until_answered_.reset();
}

void Connection::Drain() {
  last_ = true;
  if (exchange_ == nullptr && !parsing_ && !writing_) Close();
}

// Reads ahead, which is also how it is seen that a client is gone.
void Connection::Read() {
  if (reading_ || closed_ || buffer_.size() >= kAhead) return;
  reading_ = true;
  socket_.async_read_some(buffer_.prepare(4096), [self = shared_from_this()](const error_code& error, size_t size) {
    self->reading_ = false;
    if (self->closed_) return;
    if (error == asio::error::operation_aborted) return self->AwaitRequest();
    // A client that has closed its side may still read, but not for long without an answer.
    if (error == asio::error::eof && self->exchange_ != nullptr) {
      self->last_ = true;
      if (!self->writing_) self->Arm(kHalfOpenMs, false);
      return;
    }
    if (error) return self->Close();
    self->buffer_.commit(size);
    if (self->exchange_ != nullptr)
      self->Read();
    else
      self->ReadHead();
  });
}

void Connection::AwaitRequest() {
  if (closed_) return;
  if (last_) return Close();
  Arm(shared_.options.idle_ms, false);
  if (buffer_.size() == 0) return Read();
  if (!reading_) return ReadHead();
  error_code ignored;
  socket_.cancel(ignored);  // Read goes on here
}

void Connection::ReadHead() {
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(shared_.options.header_bytes));
  parser_->body_limit(shared_.options.body_bytes);
  parsing_ = true;
  Arm(shared_.options.header_ms, true);
  http::async_read_header(socket_, buffer_, *parser_, [self = shared_from_this()](const error_code& error, size_t) {
    if (self->closed_ || self->writing_) return;
    if (error) return self->Fail(error);
    self->ReadBody();
  });
}

void Connection::ReadBody() {
  const auto& head = parser_->get();
  size_t hosts = 0, lengths = 0;
  for (const auto& field : head) {
    hosts += field.name() == http::field::host ? 1 : 0;
    lengths += field.name() == http::field::content_length ? 1 : 0;
    if (field.name() == http::field::content_length &&
        field.value().find_first_not_of("0123456789") != field.value().npos)
      ++lengths;  // a list of lengths
  }
  const bool encoded = head.count(http::field::transfer_encoding) != 0;
  if (hosts != 1 && !(hosts == 0 && head.version() == 10)) return Answer(400, "a request has one Host header");
  if (lengths > 1 || (encoded && lengths != 0)) return Answer(400, "the length of the body is given twice");
  if (encoded && (head.version() == 10 || !boost::beast::iequals(head[http::field::transfer_encoding], "chunked")))
    return Answer(501, "of transfer encodings, chunked alone is known");
  if (head.target().empty() || (head.target()[0] != '/' && head.target() != "*"))
    return Answer(400, "the target of a request begins with /");
  if (const auto length = parser_->content_length(); length && *length > shared_.options.body_bytes)
    return Answer(413, Cat({"a body has at most ", std::to_string(shared_.options.body_bytes), " bytes"}));
  const auto read = [self = shared_from_this()] {
    self->Arm(self->shared_.options.body_ms, true);
    http::async_read(self->socket_, self->buffer_, *self->parser_, [self](const error_code& error, size_t) {
      if (self->closed_ || self->writing_) return;
      if (error) return self->Fail(error);
      self->Dispatch();
    });
  };
  if (parser_->is_done() || !boost::beast::iequals(head[http::field::expect], "100-continue")) return read();
  sending_ = "HTTP/1.1 100 Continue\r\n\r\n";
  asio::async_write(socket_, asio::buffer(sending_),
                    [self = shared_from_this(), read](const error_code& error, size_t) {
                      if (self->closed_) return;
                      if (error) return self->Close();
                      read();
                    });
}

void Connection::Fail(const error_code& error) {
  // The client went away, perhaps in the middle: nobody is there to be told.
  if (error == http::error::end_of_stream || error == http::error::partial_message ||
      error.category() == asio::error::get_system_category() || error == asio::error::eof)
    return Close();
  const int status = StatusOf(error);
  Answer(status, status == 413   ? Cat({"a body has at most ", std::to_string(shared_.options.body_bytes), " bytes"})
                 : status == 431 ? Cat({"a head has at most ", std::to_string(shared_.options.header_bytes), " bytes"})
                                 : Cat({"not a request of HTTP/1.1: ", error.message()}));
}

// Of the server itself, before a handler has the request; the connection ends with it.
void Connection::Answer(int status, std::string_view message) {
  if (closed_ || writing_) return;
  parsing_ = false, last_ = true, writing_ = true;
  const std::string body =
      Cat({"{\"error\":{\"message\":", JsonText(message), ",\"type\":\"invalid_request_error\"}}\n"});
  sending_ =
      Cat({"HTTP/1.1 ", std::to_string(status), " ", ReasonOf(status), "\r\nDate: ", HttpDate(),
           "\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: ", std::to_string(body.size()),
           "\r\n\r\n", body});
  Arm(shared_.options.write_ms, false);
  asio::async_write(socket_, asio::buffer(sending_), [self = shared_from_this()](const error_code&, size_t) {
    if (self->closed_) return;
    // Closed for writing first, and what still comes is read: else the answer may be lost with the unread bytes.
    error_code ignored;
    self->socket_.shutdown(tcp::socket::shutdown_send, ignored);
    self->Arm(1000, false);
    self->Linger(size_t{8} << 20);
  });
}

void Connection::Linger(size_t left) {
  buffer_.clear();
  socket_.async_read_some(buffer_.prepare(16384),
                          [self = shared_from_this(), left](const error_code& error, size_t size) {
                            if (error || self->closed_ || size >= left) return self->Close();
                            self->Linger(left - size);
                          });
}

void Connection::Dispatch() {
  parsing_ = false;
  error_code ignored;
  timer_.cancel(ignored);
  auto message = parser_->release();
  parser_.reset();
  ServerRequest request;
  request.method = std::string(message.method_string());
  const std::string_view target(message.target().data(), message.target().size());
  const size_t mark = std::min(target.find('?'), target.size());
  request.path = std::string(target.substr(0, mark));
  request.query = std::string(target.substr(std::min(mark + 1, target.size())));
  request.peer = peer_;
  for (const auto& field : message)
    request.headers.emplace_back(Lower(std::string_view(field.name_string().data(), field.name_string().size())),
                                 std::string(field.value()));
  request.body = std::move(message.body());
  last_ |= !message.keep_alive() || shared_.draining;
  // Who answers holds no connection: the last to let go of one has to be this thread.
  const auto post = [weak = weak_from_this(), &io = shared_.io](Answering::Wake wake) {
    asio::post(io, [weak, wake] {
      if (const auto self = weak.lock()) wake == Answering::Wake::kFlush ? self->Flush() : self->Close();
    });
  };
  until_answered_ = shared_from_this();
  exchange_ = std::make_shared<Answering>(
      post, shared_.options.queued_bytes,
      Answering::Shape{message.version() == 11, last_ || message.version() == 10, request.method == "HEAD"});
  const auto held = HoldExchange(exchange_, std::move(request));
  Read();
  shared_.handler(held);
}

void Connection::Flush() {
  if (closed_ || writing_ || exchange_ == nullptr) return;
  sending_.clear();
  exchange_->Take(sending_);
  if (sending_.empty()) {
    if (exchange_->Done()) Finished();
    return;
  }
  writing_ = true;
  Arm(shared_.options.write_ms, false);
  asio::async_write(socket_, asio::buffer(sending_),
                    [self = shared_from_this()](const error_code& error, size_t) { self->Sent(error); });
}

void Connection::Sent(const error_code& error) {
  writing_ = false;
  if (closed_) return;
  if (error) return Close();
  error_code ignored;
  timer_.cancel(ignored);
  Flush();
}

void Connection::Finished() {
  last_ |= exchange_->close();
  exchange_->Leave();
  exchange_.reset();
  const auto self = std::move(until_answered_);
  if (!last_) return AwaitRequest();
  Close();
}

std::string_view ReasonOf(int status) {
  const auto text = http::obsolete_reason(static_cast<http::status>(status));
  return {text.data(), text.size()};
}

}  // namespace heddle::net
