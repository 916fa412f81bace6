#include "net/http_client.h"

#include <curl/curl.h>
#include <dlfcn.h>

#include <map>
#include <memory>
#include <mutex>

#include "base/text.h"
#include "sys/environment.h"
#include "sys/fd.h"

namespace heddle::net {
namespace {

// The functions of libcurl that are used, found at run time.
struct Curl {
  decltype(&curl_global_init) global_init;
  decltype(&curl_easy_init) easy_init;
  decltype(&curl_easy_setopt) setopt;
  decltype(&curl_easy_getinfo) getinfo;
  decltype(&curl_easy_cleanup) easy_cleanup;
  decltype(&curl_easy_strerror) strerror;
  decltype(&curl_slist_append) slist_append;
  decltype(&curl_slist_free_all) slist_free_all;
  decltype(&curl_multi_init) multi_init;
  decltype(&curl_multi_add_handle) multi_add;
  decltype(&curl_multi_remove_handle) multi_remove;
  decltype(&curl_multi_perform) perform;
  decltype(&curl_multi_poll) poll;
  decltype(&curl_multi_wakeup) wakeup;
  decltype(&curl_multi_info_read) info_read;
  decltype(&curl_multi_cleanup) multi_cleanup;
};

Result<const Curl*> Load() {
  static std::once_flag once;
  static Curl curl{};
  static std::string failed;
  std::call_once(once, [] {
    void* library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) library = dlopen("libcurl-gnutls.so.4", RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
      failed = "libcurl is not installed (Debian: libcurl4)";
      return;
    }
    const auto find = [&](auto& out, const char* name) {
      void* symbol = dlsym(library, name);
      if (symbol == nullptr) failed = Cat({"libcurl lacks ", name});
      out = reinterpret_cast<std::remove_reference_t<decltype(out)>>(symbol);
    };
    find(curl.global_init, "curl_global_init"), find(curl.easy_init, "curl_easy_init"),
        find(curl.setopt, "curl_easy_setopt");
    find(curl.getinfo, "curl_easy_getinfo"), find(curl.easy_cleanup, "curl_easy_cleanup"),
        find(curl.strerror, "curl_easy_strerror");
    find(curl.slist_append, "curl_slist_append"), find(curl.slist_free_all, "curl_slist_free_all");
    find(curl.multi_init, "curl_multi_init"), find(curl.multi_add, "curl_multi_add_handle"),
        find(curl.multi_remove, "curl_multi_remove_handle");
    find(curl.perform, "curl_multi_perform"), find(curl.poll, "curl_multi_poll"),
        find(curl.wakeup, "curl_multi_wakeup");
    find(curl.info_read, "curl_multi_info_read"), find(curl.multi_cleanup, "curl_multi_cleanup");
    if (failed.empty()) curl.global_init(CURL_GLOBAL_DEFAULT);
  });
  if (!failed.empty()) return Error{Code::kUnavailable, failed};
  return &curl;
}

using Multi = std::unique_ptr<CURLM, decltype(Curl::multi_cleanup)>;

// Handles whose connections stay open for the next call to the same origin. One exchange at a time uses one.
class Connections {
 public:
  Multi Take(const Curl& curl, const std::string& origin) {
    const std::lock_guard lock(mutex_);
    const auto found = idle_.find(origin);
    if (found == idle_.end() || found->second.empty()) return {curl.multi_init(), curl.multi_cleanup};
    Multi out = std::move(found->second.back());
    found->second.pop_back();
    return out;
  }
  void Give(const std::string& origin, Multi multi) {
    const std::lock_guard lock(mutex_);
    if (idle_.size() >= kOrigins && !idle_.contains(origin)) idle_.clear();
    std::vector<Multi>& mine = idle_[origin];
    if (mine.size() < kOfOrigin) mine.push_back(std::move(multi));
  }

 private:
  static constexpr size_t kOrigins = 64, kOfOrigin = 32;
  std::mutex mutex_;
  std::map<std::string, std::vector<Multi>> idle_;
};

Connections& Open() {
  static auto* const all = new Connections;  // libcurl outlives whoever still calls at the end
  return *all;
}

std::string OriginOf(const std::string& url) {
  const size_t host = url.find("://");
  return host == url.npos ? url : url.substr(0, url.find('/', host + 3));
}

// What one exchange has taken so far.
struct Exchange {
  const HttpRequest& request;
  const OnBody& on_body;
  HttpReply reply;
  bool body_begun = false, ended_by_taker = false, too_large = false;
  int64_t last_us = 0;
};

int OnSocket(void*, curl_socket_t socket, curlsocktype) {
  sys::CloseOnExec(socket);
  return CURL_SOCKOPT_OK;
}

size_t TakeHeader(char* data, size_t size, size_t count, void* user) {
  auto& exchange = *static_cast<Exchange*>(user);
  const std::string_view line(data, size * count);
  if (line.starts_with("HTTP/")) {  // also after a redirect or a 100
    exchange.reply.headers.clear();
    const size_t space = line.find(' ');
    exchange.reply.status = space == line.npos ? 0 : static_cast<int>(ParseInt(line.substr(space + 1, 3)).value_or(0));
  } else if (const size_t colon = line.find(':'); colon != line.npos) {
    exchange.reply.headers.emplace_back(Lower(line.substr(0, colon)), Trim(line.substr(colon + 1)));
  }
  return size * count;
}

size_t TakeBody(char* data, size_t size, size_t count, void* user) {
  auto& exchange = *static_cast<Exchange*>(user);
  const std::string_view piece(data, size * count);
  exchange.body_begun = true;
  exchange.last_us = sys::SystemClock().MonotonicUs();
  if (exchange.on_body && exchange.reply.status >= 200 && exchange.reply.status < 300) {
    exchange.ended_by_taker = !exchange.on_body(piece, exchange.reply);
    return exchange.ended_by_taker ? 0 : piece.size();
  }
  if (exchange.reply.body.size() + piece.size() > exchange.request.limit) {
    exchange.too_large = true;
    return 0;
  }
  exchange.reply.body += piece;
  return piece.size();
}

class CurlHttpClient : public HttpClient {
 public:
  Result<HttpReply> Send(const HttpRequest& request, const OnBody& on_body,
                         const std::stop_token& stop) const override {
    TRY_ASSIGN(const Curl* curl, Load());
    Exchange exchange{request, on_body, {}};
    const std::unique_ptr<CURL, decltype(curl->easy_cleanup)> easy(curl->easy_init(), curl->easy_cleanup);
    const std::string origin = OriginOf(request.url);
    Multi multi = Open().Take(*curl, origin);
    std::unique_ptr<curl_slist, decltype(curl->slist_free_all)> headers(nullptr, curl->slist_free_all);
    // Without "Expect" curl would wait a second for servers that do not know it.
    for (const auto& [name, value] : request.headers)
      headers.reset(curl->slist_append(headers.release(), Cat({name, ": ", value}).c_str()));
    headers.reset(curl->slist_append(headers.release(), "Expect:"));
    const auto set = [&](CURLoption option, auto value) { curl->setopt(easy.get(), option, value); };
    set(CURLOPT_URL, request.url.c_str());
    set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
    set(CURLOPT_HTTPHEADER, headers.get());
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_TCP_NODELAY, 1L);
    set(CURLOPT_SOCKOPTFUNCTION, &OnSocket);
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request.connect_ms));
    set(CURLOPT_FOLLOWLOCATION, request.method == "GET" || request.method == "HEAD" ? 1L : 0L);
    set(CURLOPT_MAXREDIRS, 5L);
    set(CURLOPT_REDIR_PROTOCOLS_STR, request.url.starts_with("https:") ? "https" : "http,https");
    set(CURLOPT_USERAGENT, "heddle");
    set(CURLOPT_HEADERFUNCTION, &TakeHeader);
    set(CURLOPT_HEADERDATA, static_cast<void*>(&exchange));
    set(CURLOPT_WRITEFUNCTION, &TakeBody);
    set(CURLOPT_WRITEDATA, static_cast<void*>(&exchange));
    if (request.method == "HEAD") set(CURLOPT_NOBODY, 1L);
    if (!request.body.empty() || request.method == "POST") {
      set(CURLOPT_POSTFIELDS, request.body.data());
      set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    }
    if (request.sign) {
      set(CURLOPT_AWS_SIGV4, Cat({"aws:amz:", request.sign->region, ":s3"}).c_str());  // curl copies both
      set(CURLOPT_USERPWD, Cat({request.sign->access_key, ":", request.sign->secret_key}).c_str());
      set(CURLOPT_FOLLOWLOCATION, 0L);
    }
    curl->multi_add(multi.get(), easy.get());
    auto done = Wait(*curl, easy.get(), multi.get(), exchange, stop);
    curl->multi_remove(multi.get(), easy.get());
    if (!done) return std::move(done).error();  // what is left of the connection ends with the handle
    Open().Give(origin, std::move(multi));
    return std::move(exchange.reply);
  }

 private:
  static Result<> Wait(const Curl& curl, CURL* easy, CURLM* multi, const Exchange& exchange,
                       const std::stop_token& stop) {
    const std::stop_callback wake(stop, [&] { curl.wakeup(multi); });
    const HttpRequest& request = exchange.request;
    const auto now = [] { return sys::SystemClock().MonotonicUs(); };
    int64_t connected_us = 0;
    for (;;) {
      int running = 0;
      curl.perform(multi, &running);
      int left = 0;
      while (const CURLMsg* message = curl.info_read(multi, &left)) {
        if (message->msg != CURLMSG_DONE) continue;
        if (message->data.result == CURLE_OK) return {};
        return Failure(curl, message->data.result, exchange);
      }
      if (stop.stop_requested()) return Error{Code::kCancelled, "cancelled"};
      curl_off_t connect = 0, sending = 0;
      curl.getinfo(easy, CURLINFO_CONNECT_TIME_T, &connect);
      curl.getinfo(easy, CURLINFO_PRETRANSFER_TIME_T, &sending);  // one that was open is not connected again
      if (connected_us == 0 && (connect > 0 || sending > 0)) connected_us = now();
      int64_t wait_ms = 1000;
      if (exchange.body_begun)
        wait_ms = request.between_ms - (now() - exchange.last_us) / 1000;
      else if (connected_us != 0)
        wait_ms = request.first_byte_ms - (now() - connected_us) / 1000;
      if (wait_ms <= 0)
        return Error{Code::kTimeout, exchange.body_begun ? Cat({"the server stopped in the middle of its answer for ",
                                                                std::to_string(request.between_ms), " ms"})
                                                         : Cat({"the server sent nothing for ",
                                                                std::to_string(request.first_byte_ms), " ms"})};
      curl.poll(multi, nullptr, 0, static_cast<int>(std::min<int64_t>(wait_ms, 1000)), nullptr);
    }
  }

  static Error Failure(const Curl& curl, CURLcode code, const Exchange& exchange) {
    if (exchange.ended_by_taker) return {Code::kCancelled, "cancelled"};
    if (exchange.too_large) return {Code::kTooLarge, "the reply is larger than heddle takes"};
    switch (code) {
      case CURLE_OPERATION_TIMEDOUT:
        return {Code::kTimeout, Cat({"no connection within ", std::to_string(exchange.request.connect_ms), " ms"})};
      case CURLE_COULDNT_CONNECT: return {Code::kUnavailable, "nothing answers there; is the server running?"};
      case CURLE_COULDNT_RESOLVE_HOST: return {Code::kUnavailable, "the host is not known"};
      case CURLE_URL_MALFORMAT:
      case CURLE_UNSUPPORTED_PROTOCOL: return {Code::kInvalid, "not an http:// or https:// address"};
      case CURLE_PARTIAL_FILE:
      case CURLE_RECV_ERROR:
      case CURLE_GOT_NOTHING: return {Code::kUnavailable, "the connection ended in the middle of the answer"};
      default: return {Code::kUnavailable, curl.strerror(code)};
    }
  }
};

}  // namespace

std::string_view HttpReply::Header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return {};
}

const HttpClient& CurlClient() {
  static const CurlHttpClient client;
  return client;
}

}  // namespace heddle::net
