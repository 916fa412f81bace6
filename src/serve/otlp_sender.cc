#include "serve/otlp_sender.h"

#include <chrono>

#include "net/http_client.h"
#include "serve/exports.h"

namespace heddle::serve {

OtlpSender::OtlpSender(std::string url, std::string version, std::function<void(std::string_view, size_t)> on_end)
    : url_(std::move(url)),
      version_(std::move(version)),
      on_end_(std::move(on_end)),
      thread_([this](const std::stop_token& stop) { Run(stop); }) {}

OtlpSender::~OtlpSender() {
  thread_.request_stop();
  changed_.notify_all();
}

void OtlpSender::Add(const CallRecord& call) {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() < kMost) {
      waiting_.push_back(call);
      return;
    }
  }
  on_end_("dropped", 1);
}

void OtlpSender::Run(const std::stop_token& stop) {
  for (bool last = false; !last;) {
    std::vector<CallRecord> calls;
    {
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, stop, std::chrono::seconds(1), [] { return false; });
      last = stop.stop_requested();
      calls.swap(waiting_);
    }
    if (calls.empty()) continue;
    net::HttpRequest request{
        .url = url_, .headers = {{"Content-Type", "application/json"}}, .body = OtlpJson(calls, version_)};
    request.connect_ms = request.first_byte_ms = request.between_ms = 2000;
    const auto reply = net::CurlClient().Send(request, nullptr, {});
    on_end_(reply && reply->status >= 200 && reply->status < 300 ? "sent" : "dropped", calls.size());
  }
}

}  // namespace heddle::serve
