#include "serve/monitor.h"

#include <algorithm>
#include <boost/json.hpp>
#include <ctime>
#include <iterator>

#include "sys/environment.h"

namespace heddle::serve {
namespace {

using trace::MetricKind;

constexpr trace::MetricFamily kFamilies[] = {
    {"heddle_requests_total", MetricKind::kCounter, "Requests answered.", "dialect status"},
    {"heddle_request_seconds", MetricKind::kSeconds, "From the whole request to the end of its answer.", "dialect"},
    {"heddle_queue_seconds", MetricKind::kSeconds, "Waiting for a turn.", ""},
    {"heddle_first_token_seconds", MetricKind::kSeconds, "From sending to a node to its first piece.", "node"},
    {"heddle_token_seconds", MetricKind::kSeconds, "Mean time per token after the first, one value per answer.",
     "node"},
    {"heddle_tokens_total", MetricKind::kCounter, "Tokens of prompts and answers; cached ones are part of the prompts.",
     "node kind"},
    {"heddle_cache_lookups_total", MetricKind::kCounter, "Looks into the cache of answers.", "tier outcome"},
    {"heddle_node_calls_total", MetricKind::kCounter, "Calls sent to nodes.", "node outcome"},
    {"heddle_node_active", MetricKind::kGauge, "Calls that a node works on.", "node"},
    {"heddle_node_broken", MetricKind::kGauge, "1 while a node is left alone after failures.", "node"},
    {"heddle_active_requests", MetricKind::kGauge, "Calls under way.", ""},
    {"heddle_queued_requests", MetricKind::kGauge, "Calls that wait for their turn.", ""},
    {"heddle_connections", MetricKind::kGauge, "Open connections.", ""},
    {"heddle_cache_bytes", MetricKind::kGauge, "Memory of the cache of answers.", "tier"},
    {"heddle_cache_entries", MetricKind::kGauge, "Answers in the cache.", "tier"},
    {"heddle_telemetry_calls_total", MetricKind::kCounter, "Calls told to others.", "where outcome"},
    {"heddle_objective_seconds", MetricKind::kGauge, "What calls of a tier should take at most.", "tier objective"},
    {"heddle_objective_burn_rate", MetricKind::kGauge,
     "Share of calls in the last hour over the objective, by the share that may be.", "tier objective"},
    {"process_resident_memory_bytes", MetricKind::kGauge, "Resident memory.", ""},
    {"process_cpu_seconds_total", MetricKind::kCounter, "Processor time.", ""},
    {"process_start_time_seconds", MetricKind::kGauge, "When the server began, since 1970.", ""},
    {"heddle_build_info", MetricKind::kGauge, "1.", "version"},
};
static_assert(std::size(kFamilies) == kBuild + 1);

}  // namespace

Monitor::Monitor(std::string_view version) : metrics_(kFamilies) {
  metrics_.Set(kStart, {}, static_cast<double>(std::time(nullptr)));
  metrics_.Set(kBuild, {version}, 1);
}

void Monitor::Done(const CallRecord& record) {
  metrics_.Add(kRequests, {record.dialect, std::to_string(record.status)});
  metrics_.Observe(kRequestSeconds, {record.dialect}, record.total_us);
  const std::lock_guard lock(mutex_);
  recent_.push_front(record);
  if (recent_.size() > kKept) recent_.pop_back();
}

std::vector<CallRecord> Monitor::Last(size_t most) const {
  const std::lock_guard lock(mutex_);
  return {recent_.begin(), recent_.begin() + static_cast<ptrdiff_t>(std::min(most, recent_.size()))};
}

std::string Monitor::Recent(size_t most) const {
  namespace json = boost::json;
  json::array out;
  const std::lock_guard lock(mutex_);
  for (const CallRecord& call : recent_) {
    if (out.size() >= most) break;
    json::array spans;
    for (const CallSpan& span : call.spans)
      spans.push_back(
          json::object{{"name", span.name}, {"start_us", span.start_us}, {"duration_us", span.duration_us}});
    out.push_back(json::object{{"id", call.id},
                               {"dialect", call.dialect},
                               {"client", call.client},
                               {"wanted", call.wanted},
                               {"node", call.node},
                               {"outcome", call.outcome},
                               {"status", call.status},
                               {"stream", call.stream},
                               {"began_s", call.began_s},
                               {"total_us", call.total_us},
                               {"first_us", call.first_us},
                               {"prompt_tokens", call.prompt_tokens},
                               {"cached_tokens", call.cached_tokens},
                               {"completion_tokens", call.completion_tokens},
                               {"spans", std::move(spans)}});
  }
  return json::serialize(out) + "\n";
}

void Monitor::Measure() {
  const sys::OwnUsage used = sys::MeasureSelf();
  metrics_.Set(kCpu, {}, used.cpu_seconds);
  metrics_.Set(kMemory, {}, static_cast<double>(used.resident_bytes));
}

}  // namespace heddle::serve
