// What the service does by itself, beside answering: samples once a second, looks at broken nodes, loads models ahead.
#include <chrono>
#include <condition_variable>
#include <ctime>
#include <mutex>

#include "base/guard.h"
#include "base/text.h"
#include "serve/service.h"
#include "sys/environment.h"

namespace heddle::serve {
namespace {

constexpr auto kProbeEvery = std::chrono::seconds(5);

// Until `stop`, calls `work`, then waits.
template <typename Work>
void Every(std::chrono::milliseconds pause, const std::stop_token& stop, const Work& work) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  while (!stop.stop_requested()) {
    (void)Guarded(work);  // the next time is as good
    never.wait_for(lock, stop, pause, [] { return false; });
  }
}

int64_t Now() { return sys::SystemClock().MonotonicUs(); }

}  // namespace

size_t Service::Connections() const {
  const net::HttpServer* server = http;
  return server == nullptr ? 0 : server->connections();
}

void Service::Tick(const std::stop_token& stop) {
  Every(std::chrono::seconds(1), stop, [&] {
    const sys::OwnUsage used = sys::MeasureSelf();
    Sample now{.at_s = std::time(nullptr)};
    now.active = static_cast<int64_t>(admission_.active()), now.queued = static_cast<int64_t>(admission_.queued());
    now.connections = static_cast<int64_t>(Connections());
    now.memory_mb = static_cast<double>(used.resident_bytes) / 1e6;
    history_.Tick(now, used.cpu_seconds, Now());
  });
}

// A broken server is asked for its models: when it answers that, it is used again before its time is over.
void Service::Probe(const std::stop_token& stop) {
  Every(kProbeEvery, stop, [&] {
    for (const model::NodeState& state : router_.States(Now())) {
      if (!state.broken || stop.stop_requested()) continue;
      for (const model::Node& node : router_.nodes()) {
        // Runners are started when they are needed: there is nothing to ask before.
        if (node.name == state.name && !node.loaded)
          router_.Probed(node, static_cast<bool>(node.backend->Models(stop)), Now());
      }
    }
  });
}

// One token of an answer to the system message that most calls begin with: loads the model, and keeps that beginning.
void Service::Prewarm() {
  for (const std::string& wanted : settings_.prewarm) {
    const auto chain = router_.Route({.wanted = wanted}, Now());
    for (size_t i = 0; chain && i < chain->size(); ++i) {
      const model::Node* node = (*chain)[i];
      if (node->remote) continue;
      (void)admission_.Enter(
          "prewarm",
          [this, node] {
            model::ChatRequest request;
            request.model = node->model, request.max_tokens = 1;
            if (!settings_.prewarm_system.empty())
              request.messages.push_back({.role = model::Role::kSystem, .content = settings_.prewarm_system});
            request.messages.push_back({.role = model::Role::kUser, .content = "."});
            router_.Begin(*node);
            const auto reply = node->backend->Chat(request, nullptr, prober_.get_stop_token());
            router_.End(*node, {}, {.failed = !reply, .cancelled = static_cast<bool>(reply)}, Now());
            monitor_.metrics().Add(kNodeCalls, {node->name, reply ? "prewarmed" : "failed"});
          },
          {});
    }
  }
}

}  // namespace heddle::serve
