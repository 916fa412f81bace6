// One address that messages are posted to; answers are JSON or a stream of events (specification, Transports:
// Streamable HTTP).
#include <boost/json.hpp>

#include "base/text.h"
#include "mcp/transport.h"
#include "net/framing.h"
#include "net/http_client.h"

namespace heddle::mcp {
namespace {

class HttpTransport : public Transport {
 public:
  explicit HttpTransport(ServerSpec server) : server_(std::move(server)) {}
  ~HttpTransport() override { Close(); }

  Result<std::string> Ask(const Exchange& exchange, const std::function<std::string(const std::string&)>& on_other,
                          const std::stop_token& stop) override {
    std::string answer;
    std::vector<std::string> replies;
    const auto take = [&](const std::string& text) {
      boost::system::error_code failed;
      const boost::json::value value = boost::json::parse(text, failed, {}, {.max_depth = 128});
      if (failed || !value.is_object()) return;
      const auto* id = value.as_object().if_contains("id");
      if (value.as_object().contains("method")) {
        if (std::string reply = on_other(text); !reply.empty()) replies.push_back(std::move(reply));
      } else if (id != nullptr && boost::json::serialize(*id) == exchange.id) {
        answer = text;
      }
    };
    net::HttpRequest request = Request(exchange);
    net::EventStream events;
    std::string whole;
    bool streamed = false;
    const auto on_body = [&](std::string_view piece, const net::HttpReply& head) {
      if (const std::string_view session = head.Header("mcp-session-id"); !session.empty()) session_ = session;
      streamed = head.Header("content-type").starts_with("text/event-stream");
      if (!streamed) whole += piece;
      if (streamed)
        (void)events.Feed(piece, [&](const net::ServerEvent& event) { return take(event.data), answer.empty(); });
      // A stream that ends with its answer leaves a connection for the next call; one that goes on is cut off.
      if (!answer.empty()) request.between_ms = kGraceMs;
      return (answer.empty() || !stays_open_) && !events.too_large() && whole.size() <= net::kMaxEvent;
    };
    auto reply = net::CurlClient().Send(request, on_body, stop);
    if (!answer.empty() && !reply) stays_open_ = true;
    for (const std::string& each : replies) (void)Tell(each);
    if (!answer.empty()) return answer;
    if (!reply) return std::move(reply).error();
    if (reply->status == 404 && !session_.empty()) {
      session_.clear();
      return Error{Code::kNotFound, "the server has forgotten the session"};
    }
    take(whole.empty() ? reply->body : whole);
    if (!answer.empty()) return answer;
    return Error{Code::kUnavailable,
                 Cat({server_.url, ": HTTP ", std::to_string(reply->status), " without an answer"})};
  }

  Result<> Tell(const std::string& text) override {
    TRY_ASSIGN(const net::HttpReply reply, net::CurlClient().Send(Request({.text = text}), nullptr, {}));
    if (reply.status >= 200 && reply.status < 300) return {};
    return Error{Code::kUnavailable, Cat({server_.url, ": HTTP ", std::to_string(reply.status)})};
  }

  void Agree(std::string version, bool modern) override { version_ = std::move(version), modern_ = modern; }

  void Close() override {
    if (session_.empty()) return;
    net::HttpRequest request = Request({});
    request.method = "DELETE";
    request.connect_ms = request.first_byte_ms = 500;
    (void)net::CurlClient().Send(request, nullptr, {});
    session_.clear();
  }

 private:
  net::HttpRequest Request(const Exchange& exchange) const {
    net::HttpRequest out{.url = server_.url, .body = exchange.text};
    out.headers = {{"Content-Type", "application/json"}, {"Accept", "application/json, text/event-stream"}};
    out.headers.insert(out.headers.end(), server_.headers.begin(), server_.headers.end());
    if (!version_.empty()) out.headers.emplace_back("MCP-Protocol-Version", version_);
    if (modern_ && !exchange.method.empty()) out.headers.emplace_back("Mcp-Method", exchange.method);
    if (modern_ && !exchange.name.empty())
      out.headers.emplace_back(
          "Mcp-Name", IsAscii(exchange.name) ? exchange.name : Cat({"=?base64?", EncodeBase64(exchange.name), "?="}));
    if (!session_.empty()) out.headers.emplace_back("MCP-Session-Id", session_);
    out.first_byte_ms = out.between_ms = exchange.timeout_ms;
    return out;
  }

  static constexpr int kGraceMs = 30;
  ServerSpec server_;
  bool stays_open_ = false;  // its streams, after the answer
  std::string session_, version_;
  bool modern_ = false;
};

}  // namespace

Result<std::unique_ptr<Transport>> OpenHttp(const ServerSpec& server) {
  if (!server.url.starts_with("http://") && !server.url.starts_with("https://"))
    return Error{Code::kInvalid, Cat({server.name, ": the url is no http address"})};
  return std::unique_ptr<Transport>(std::make_unique<HttpTransport>(server));
}

}  // namespace heddle::mcp
