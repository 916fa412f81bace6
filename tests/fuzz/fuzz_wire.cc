// Any bytes as the stream of a server: the first one picks the wire, the second how the bytes are split. A stream means
// the same however it is split. What text it gives is looked through for tool calls.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "model/tool_calls.h"
#include "model/wire.h"
#include "net/framing.h"

using namespace heddle;

namespace {

std::string Read(const model::Wire& wire, std::string_view stream, size_t step) {
  model::ReplyBuilder builder(nullptr);
  const auto decoder = wire.decoder();
  net::EventStream events;
  net::LineStream lines;
  bool more = true;
  const auto take = [&](std::string_view name, std::string_view data) {
    return more = static_cast<bool>(decoder->Take(name, data, builder));
  };
  const auto take_event = [&](const net::ServerEvent& e) { return take(e.name, e.data); };
  const auto take_line = [&](std::string_view line) { return take({}, line); };
  const bool by_line = wire.framing == model::Framing::kLines;
  for (size_t at = 0; at < stream.size() && more; at += step) {
    const std::string_view piece = stream.substr(at, step);
    if (!(by_line ? lines.Feed(piece, take_line) : events.Feed(piece, take_event))) more = false;
  }
  if (more) by_line ? lines.End(take_line) : events.End(take_event);
  model::ChatReply reply = builder.Take();
  std::string out = reply.message.content + "\n" + reply.message.thinking;
  for (const auto& call : reply.message.calls) out += "\n" + call.id + call.name + call.arguments;
  model::TakeCallsFromText(reply.message, {{"f", "", R"({"type":"object","properties":{"a":{"type":"integer"}}})"}});
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const model::Wire* const wires[] = {&model::kOpenAiChat, &model::kOpenAiResponses, &model::kAnthropic,
                                      &model::kOllama};
  const model::Wire& wire = *wires[data[0] % 4];
  const std::string_view stream(reinterpret_cast<const char*>(data) + 2, size - 2);
  if (Read(wire, stream, stream.size() + 1) != Read(wire, stream, 1 + data[1] % 16)) std::abort();
  return 0;
}
