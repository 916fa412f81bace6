// Exports: calls with their spans in the forms that other tools read. Pure.
#pragma once

#include <span>
#include <string>

#include "serve/monitor.h"

namespace heddle::serve {

// OTLP/HTTP JSON (opentelemetry-proto 1.x, ExportTraceServiceRequest): one trace a call.
std::string OtlpJson(std::span<const CallRecord> calls, std::string_view version);

// Trace Event Format, as chrome://tracing and Perfetto read it: one row a call.
std::string ChromeTrace(std::span<const CallRecord> calls);

}  // namespace heddle::serve
