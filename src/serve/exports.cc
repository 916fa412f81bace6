#include "serve/exports.h"

#include <boost/json.hpp>

#include "base/text.h"
#include "store/memory_cache.h"

namespace heddle::serve {
namespace {

namespace json = boost::json;

json::object Attribute(std::string_view key, json::value value) {
  const std::string_view kind = value.is_string() ? "stringValue" : value.is_bool() ? "boolValue" : "intValue";
  // 64-bit numbers are strings in protobuf's JSON.
  if (value.is_int64()) value = std::to_string(value.as_int64());
  return {{"key", key}, {"value", json::object{{kind, std::move(value)}}}};
}

// Of the call's own id, so that the same call is the same trace wherever it is told.
std::string SpanId(const CallRecord& call, size_t index) {
  return store::Hex(store::HashKey(Cat({call.id, "/", std::to_string(index)}))).substr(0, 16);
}

json::object Span(const CallRecord& call, size_t index, std::string_view name, int64_t start_us, int64_t duration_us) {
  const int64_t begin_ns = call.began_ns + start_us * 1000;
  json::object out{{"traceId", store::Hex(store::HashKey(call.id))},
                   {"spanId", SpanId(call, index)},
                   {"name", name},
                   {"kind", index == 0 ? 2 : 1},  // SERVER, INTERNAL
                   {"startTimeUnixNano", std::to_string(begin_ns)},
                   {"endTimeUnixNano", std::to_string(begin_ns + duration_us * 1000)}};
  if (index > 0) out["parentSpanId"] = SpanId(call, 0);
  return out;
}

}  // namespace

std::string OtlpJson(std::span<const CallRecord> calls, std::string_view version) {
  json::array spans;
  for (const CallRecord& call : calls) {
    json::object root = Span(call, 0, call.dialect, 0, call.total_us);
    root["attributes"] = json::array{Attribute("gen_ai.request.model", json::value(call.wanted)),
                                     Attribute("gen_ai.usage.input_tokens", call.prompt_tokens),
                                     Attribute("gen_ai.usage.output_tokens", call.completion_tokens),
                                     Attribute("http.response.status_code", int64_t{call.status}),
                                     Attribute("heddle.node", json::value(call.node)),
                                     Attribute("heddle.outcome", json::value(call.outcome))};
    root["status"] = call.status >= 500 ? json::object{{"code", 2}} : json::object();
    spans.push_back(std::move(root));
    for (size_t i = 0; i < call.spans.size(); ++i)
      spans.push_back(Span(call, i + 1, call.spans[i].name, call.spans[i].start_us, call.spans[i].duration_us));
  }
  json::object resource{{"attributes", json::array{Attribute("service.name", "heddle"),
                                                   Attribute("service.version", json::value(version))}}};
  json::object scope{{"scope", json::object{{"name", "heddle.serve"}}}, {"spans", std::move(spans)}};
  return json::serialize(json::object{
      {"resourceSpans",
       json::array{json::object{{"resource", std::move(resource)}, {"scopeSpans", json::array{std::move(scope)}}}}}});
}

std::string ChromeTrace(std::span<const CallRecord> calls) {
  json::array events;
  int64_t row = 0;
  for (const CallRecord& call : calls) {
    ++row;
    const auto add = [&](std::string_view name, int64_t start_us, int64_t duration_us) {
      events.push_back(
          json::object{{"name", name},
                       {"ph", "X"},
                       {"ts", call.began_ns / 1000 + start_us},
                       {"dur", duration_us},
                       {"pid", 1},
                       {"tid", row},
                       {"args", json::object{{"id", call.id}, {"node", call.node}, {"outcome", call.outcome}}}});
    };
    add(Cat({call.dialect, " ", call.wanted}), 0, call.total_us);
    for (const CallSpan& span : call.spans) add(span.name, span.start_us, span.duration_us);
  }
  return json::serialize(json::object{{"traceEvents", std::move(events)}, {"displayTimeUnit", "ms"}}) + "\n";
}

}  // namespace heddle::serve
