// Any bytes as the body of a request: the first one picks the dialect. A body is read or refused with its field; what
// is read has a key, and an answer to it, whole and streamed, is JSON in the dialect's framing. Cached answers are read
// too.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "net/framing.h"
#include "serve/answer_cache.h"
#include "serve/dialect.h"

using namespace heddle;
using namespace heddle::serve;

namespace {

void Require(bool held) {
  if (!held) std::abort();
}

void RequireJson(std::string_view text) {
  boost::system::error_code failed;
  (void)json::parse({text.data(), text.size()}, failed, {}, {.max_depth = 256});
  Require(!failed);
}

void Answer(const Dialect& dialect, const Call& call) {
  model::ChatReply reply;
  reply.message.content = "text", reply.message.thinking = "thought";
  reply.message.calls = {{"id", "f", "{\"a\":1}"}, {"id2", "g", "{"}};
  RequireJson(dialect.voice(call, {"1", 1, call.model})->Whole(reply));
  const auto voice = dialect.voice(call, {"1", 1, call.model});
  using Kind = model::ChatPiece::Kind;
  std::string stream =
      voice->Begin() + voice->Piece({Kind::kThinking, "thought"}) + voice->Piece({Kind::kText, "text"});
  for (const auto& each : reply.message.calls) stream += voice->Piece({Kind::kCall, each.arguments, &each});
  stream += voice->End(reply) + voice->Fail(500, {Code::kInternal, "x"});
  const auto take = [&](std::string_view data) {
    if (data != "[DONE]") RequireJson(data);
    return true;
  };
  if (dialect.stream_type == "application/x-ndjson") {
    net::LineStream lines;
    Require(lines.Feed(stream, take) && lines.End(take));
  } else {
    net::EventStream events;
    const auto one = [&](const net::ServerEvent& event) { return take(event.data); };
    Require(events.Feed(stream, one) && events.End(one));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  (void)Unpacked(text);
  boost::system::error_code failed;
  const json::value root = json::parse({text.data(), text.size()}, failed, {}, {.max_depth = 64});
  if (failed) return 0;
  const auto dialects = Dialects();
  const Dialect& dialect = dialects[data[0] % dialects.size()];
  Body body(root);
  Call call;
  if (!body.ok() || !dialect.read(body, call)) {
    Require(!body.refusal().error.message.empty());
    RequireJson(dialect.error(400, body.refusal()));
    return 0;
  }
  (void)body.Unread();
  (void)AnswerCache::KeyOf(call, "m", "1", true);
  if (call.job == Job::kCount)
    RequireJson(dialect.count(7));
  else if (call.job == Job::kEmbed)
    RequireJson(dialect.vectors(call, {"1", 1, call.model}, {{0.5F, -1e-30F}, {}}));
  else
    Answer(dialect, call);
  return 0;
}
