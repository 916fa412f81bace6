#include "serve/service.h"

#include <ctime>

#include "base/guard.h"
#include "base/text.h"
#include "sys/environment.h"

namespace heddle::serve {
namespace {

constexpr size_t kReadHere = 128 << 10;  // bytes of a body that are read in the server's own thread

int64_t Now() { return sys::SystemClock().MonotonicUs(); }

// What a call is for, as far as it can be seen.
std::string TaskOf(const Call& call) {
  if (call.job == Job::kText) return "code";
  if (!call.chat.tools.empty()) return "tools";
  return call.chat.constraint ? "json" : "chat";
}

size_t BytesOf(const Call& call) {
  size_t out = call.text.prefix.size() + call.text.suffix.size();
  for (const model::Message& message : call.chat.messages) out += message.content.size();
  for (const std::string& text : call.texts) out += text.size();
  return out;
}

// How the prompt begins: the first two messages, or the first kilobyte of a text.
uint64_t BeginningOf(const Call& call) {
  std::string begin = call.text.prefix.substr(0, 1024);
  for (size_t i = 0; i < std::min<size_t>(call.chat.messages.size(), 2); ++i)
    begin += call.chat.messages[i].content.substr(0, 4096);
  return begin.empty() ? 0 : store::HashKey(begin).low;
}

}  // namespace

int StatusOf(Code code) {
  switch (code) {
    case Code::kInvalid: return 400;
    case Code::kNotFound: return 404;
    case Code::kDenied: return 403;
    case Code::kUnavailable: return 503;
    case Code::kTooLarge: return 413;
    case Code::kTimeout: return 504;
    case Code::kCancelled: return 503;
    case Code::kInternal: return 500;
  }
  return 500;
}

Service::Service(ServerSettings settings)
    : settings_(std::move(settings)),
      gate_(settings_.gate),
      router_(settings_.router),
      monitor_(settings_.version),
      objectives_(settings_.objectives),
      cache_(settings_.cache_bytes, int64_t{settings_.cache_age_s} * 1'000'000, std::move(settings_.cache_tiers),
             [this](std::string_view tier, std::string_view outcome) {
               monitor_.metrics().Add(kCacheLooks, {tier, outcome});
             }),
      admission_(settings_.admission),
      ticker_([this](const std::stop_token& stop) { Tick(stop); }),
      prober_([this](const std::stop_token& stop) { Probe(stop); }) {
  if (!settings_.otlp_url.empty()) Tell("collector", ToCollector(settings_.otlp_url, settings_.version));
  Prewarm();
}

void Service::Tell(std::string_view where, Deliver deliver) {
  told_.push_back(std::make_unique<Outbox>(std::move(deliver), [this, where](std::string_view what, size_t calls) {
    monitor_.metrics().Add(kTelemetry, {where, what}, static_cast<double>(calls));
  }));
}

void Service::Close() {
  draining = true;
  prober_.request_stop();
  ticker_.request_stop();
  admission_.Close();
  if (ticker_.joinable()) ticker_.join();
}

void Service::Take(std::shared_ptr<net::Exchange> exchange) {
  const auto done = Guarded([&] { Look(exchange); });
  if (!done) ReplyError(*exchange, done.error());
}

// Last resort: an answer for what a library threw before there was a call to answer.
void Service::ReplyError(net::Exchange& exchange, const Error& error) {
  const int status = StatusOf(error.code);
  exchange.Reply(status, {{"Content-Type", "application/json"}},
                 ErrorBody(exchange.request().path, status, {error, ""}));
}

void Service::Look(const std::shared_ptr<net::Exchange>& exchange) {
  const net::ServerRequest& request = exchange->request();
  const bool open = IsOpenPage(request.path);
  const Admitted admitted = gate_.Look(request, open, Now());
  if (admitted.status != 200) {
    net::Headers headers{{"Content-Type", "application/json"}};
    if (admitted.status == 401) headers.emplace_back("WWW-Authenticate", "Bearer");
    if (admitted.retry_after_s > 0) headers.emplace_back("Retry-After", std::to_string(admitted.retry_after_s));
    monitor_.metrics().Add(kRequests, {"refused", std::to_string(admitted.status)});
    return exchange->Reply(admitted.status, headers, ErrorBody(request.path, admitted.status, admitted.refusal));
  }
  if (request.method == "POST") {
    for (const Dialect& dialect : Dialects()) {
      if (request.path != dialect.path) continue;
      if (request.body.size() <= kReadHere) return Begin(exchange, dialect, admitted);
      const bool taken = admission_.Enter(
          admitted.client,
          [this, exchange, &dialect, admitted] {
            const auto begun = Guarded([&] { Begin(exchange, dialect, admitted); });
            if (!begun) ReplyError(*exchange, begun.error());
          },
          exchange->gone());
      if (!taken)
        exchange->Reply(
            429, {{"Content-Type", "application/json"}, {"Retry-After", std::to_string(admission_.RetryAfter())}},
            dialect.error(429, {{Code::kUnavailable, "too many calls wait; try again later"}, ""}));
      return;
    }
  }
  Simple(exchange, admitted);
}

void Service::Begin(const std::shared_ptr<net::Exchange>& exchange, const Dialect& dialect, const Admitted& admitted) {
  const net::ServerRequest& request = exchange->request();
  const auto errand = std::make_shared<Errand>();
  errand->exchange = exchange, errand->dialect = &dialect;
  errand->record.begin_us = Now(), errand->record.began_ns = sys::SystemClock().UnixMs() * 1'000'000;
  errand->record.began_s = errand->record.began_ns / 1'000'000'000;
  char id[40];
  (void)std::snprintf(id, sizeof(id), "%08llx%08llx", static_cast<unsigned long long>(errand->record.began_s),
                      static_cast<unsigned long long>(++next_id_));
  errand->id = {id, errand->record.began_s, ""};
  errand->record.id = id, errand->record.dialect = dialect.name, errand->record.client = admitted.client;
  errand->headers = {{"X-Request-Id", id}};
  if (!admitted.origin.empty())
    errand->headers.insert(errand->headers.end(),
                           {{"Access-Control-Allow-Origin", admitted.origin}, {"Vary", "Origin"}});
  const auto refuse = [&](int status, const Refusal& refusal) {
    errand->record.outcome = "refused";
    Send(*errand, status, dialect.error(status, refusal));
  };
  if (draining) return refuse(503, {{Code::kUnavailable, "the server is going down"}, ""});
  boost::system::error_code failed;
  const json::value root = json::parse(request.body, failed, {}, {.max_depth = 64});
  if (failed) return refuse(400, {{Code::kInvalid, Cat({"the body is not JSON: ", failed.message()})}, ""});
  Body body(root);
  if (!body.ok() || !dialect.read(body, errand->call)) return refuse(400, body.refusal());
  Call& call = errand->call;
  for (const std::string& name : body.Unread()) call.ignored.push_back(name);
  if (!call.ignored.empty()) {
    std::string list;
    for (const std::string& name : call.ignored) list += (list.empty() ? "" : ", ") + ForTerminal(name);
    errand->headers.emplace_back("X-Heddle-Ignored",
                                 ReplaceAll(ReplaceAll(list.substr(0, 1000), "\n", " "), "\t", " "));
  }
  errand->record.wanted = call.model, errand->record.stream = call.stream;
  errand->id.model = call.model;
  errand->traits = {.wanted = call.model, .task = TaskOf(call), .bytes = BytesOf(call), .beginning = BeginningOf(call)};
  Carry(errand);
}

void Service::Carry(const std::shared_ptr<Errand>& errand) {
  const net::ServerRequest& request = errand->exchange->request();
  const auto chain = router_.Route(errand->traits, Now());
  if (!chain) return Refuse(*errand, chain.error());
  const std::string_view wish = request.Header("x-heddle-cache");
  if (settings_.cache_bytes > 0 && wish != "off")
    errand->key = AnswerCache::KeyOf(errand->call, Cat({errand->traits.wanted, "\n", chain->front()->identity}),
                                     settings_.version, wish == "on");
  if (errand->dialect->voice != nullptr) errand->voice = errand->dialect->voice(errand->call, errand->id);
  if (errand->key) {
    const auto held = cache_.Get(*errand->key, Now());
    monitor_.metrics().Add(kCacheLooks, {"memory", held ? "hit" : "miss"});
    if (held) return Answer(*errand, *held, "hit");
    const bool joined = cache_.Join(*errand->key, [this, errand](const Result<model::ChatReply>& reply) {
      if (reply) return Answer(*errand, *reply, "joined");
      // Who was to answer is gone, and its call with it: on our own, then.
      if (reply.error().code == Code::kCancelled) return Carry(errand);
      Refuse(*errand, reply.error());
    });
    if (joined) return;
    errand->leads = true;
  }
  std::stop_source stop;
  errand->deadline = deadlines_.Add(errand->record.begin_us + int64_t{settings_.deadline_ms} * 1000, stop);
  const auto gone = errand->leads ? std::stop_token() : errand->exchange->gone();
  const Priority priority = request.Header("x-heddle-priority") == "batch" ? Priority::kBatch : Priority::kInteractive;
  const bool taken =
      admission_.Enter(errand->record.client, [this, errand, stop] { WorkGuarded(*errand, stop); }, gone, priority);
  if (taken) return;
  errand->headers.emplace_back("Retry-After", std::to_string(admission_.RetryAfter()));
  const Error full{Code::kUnavailable, "too many calls wait; try again later"};
  errand->record.outcome = "full";
  Send(*errand, 429, errand->dialect->error(429, {full, ""}));
  if (errand->leads) cache_.Land(*errand->key, full);
}

// What one call makes a library throw is the answer to that call, and to those who wait for the same.
void Service::WorkGuarded(Errand& errand, const std::stop_source& stop) {
  const auto done = Guarded([&] { Work(errand, stop); });
  if (done) return;
  if (errand.leads) cache_.Land(*errand.key, done.error());
  Refuse(errand, done.error());
}

void Service::Work(Errand& errand, std::stop_source stop) {
  const int64_t started = Now();
  errand.record.spans.push_back({"queue", 0, started - errand.record.begin_us});
  monitor_.metrics().Observe(kQueueSeconds, {}, started - errand.record.begin_us);
  // A client that goes ends its call, unless others wait for the same answer.
  const std::stop_callback gone(errand.exchange->gone(), [&] {
    if (!errand.leads || !cache_.HasWaiters(*errand.key)) stop.request_stop();
  });
  if (errand.key) {
    const int64_t looked = Now();
    const auto held = cache_.GetOuter(*errand.key, looked);
    if (cache_.outer().any()) errand.record.spans.push_back({"cache", looked - errand.record.begin_us, Now() - looked});
    if (held) {
      if (errand.leads) cache_.Land(*errand.key, *held);
      return Answer(errand, *held, "hit");
    }
  }
  if (errand.call.job == Job::kCount) {
    const auto tokens = CountTokens(errand, stop.get_token());
    if (!tokens) return Refuse(errand, tokens.error());
    errand.record.outcome = "ok";
    return Send(errand, 200, errand.dialect->count(*tokens));
  }
  if (errand.call.job == Job::kEmbed) {
    const auto vectors = AskVectors(errand, stop.get_token());
    if (!vectors) return Refuse(errand, vectors.error());
    errand.record.outcome = "ok";
    return Send(errand, 200, errand.dialect->vectors(errand.call, errand.id, *vectors));
  }
  Result<model::ChatReply> reply = Error{Code::kUnavailable, "no node answered"};
  const auto chain = router_.Route(errand.traits, Now());
  if (!chain) reply = chain.error();
  for (size_t i = 0; chain && i < chain->size(); ++i) {
    reply = AskAlong(errand, *chain, i, stop.get_token());
    const bool elsewhere = !reply && (reply.error().code == Code::kUnavailable ||
                                      reply.error().code == Code::kTimeout || reply.error().code == Code::kInternal);
    if (!elsewhere || errand.begun || stop.stop_requested()) break;
  }
  if (stop.stop_requested()) {
    if (errand.exchange->gone().stop_requested())
      reply = Error{Code::kCancelled, "the client is gone"};
    else
      reply = Error{Code::kTimeout,
                    Cat({"the answer took longer than ", std::to_string(settings_.deadline_ms / 1000), " s"})};
  }
  if (reply && errand.key) cache_.Put(*errand.key, *reply, Now());
  if (errand.leads) cache_.Land(*errand.key, reply);
  if (!reply) return Refuse(errand, reply.error());
  Answer(errand, *reply, "miss");
}

bool Service::Show(Errand& errand, const model::ChatPiece& piece) {
  if (!errand.begun) {
    errand.begun = true;
    errand.record.first_us = Now() - errand.record.begin_us;
    net::Headers headers = errand.headers;
    headers.insert(headers.end(), {{"Content-Type", std::string(errand.dialect->stream_type)},
                                   {"Cache-Control", "no-cache"},
                                   {"X-Accel-Buffering", "no"}});
    if (!errand.node.empty()) headers.emplace_back("X-Heddle-Node", errand.node);
    errand.exchange->Begin(200, headers);
    if (!errand.exchange->Write(errand.voice->Begin())) return false;
  }
  return errand.exchange->Write(errand.voice->Piece(piece));
}

// `how`: "miss" when it was made for this call, "hit" and "joined" when for another.
void Service::Answer(Errand& errand, const model::ChatReply& reply, std::string_view how) {
  CallRecord& record = errand.record;
  record.outcome = how == "miss" ? "ok" : how;
  record.prompt_tokens = std::max<int64_t>(reply.usage.prompt_tokens, 0);
  record.cached_tokens = std::max<int64_t>(reply.usage.cached_tokens, 0);
  record.completion_tokens = std::max<int64_t>(reply.usage.completion_tokens, 0);
  if (errand.key) errand.headers.emplace_back("X-Heddle-Cache", how);
  if (how != "miss") {
    errand.id.model = reply.model;
    errand.voice = errand.dialect->voice(errand.call, errand.id);
  }
  if (!errand.call.stream) return Send(errand, 200, errand.voice->Whole(reply));
  bool open = true;
  if (!errand.begun) {  // from another call, or empty
    using Kind = model::ChatPiece::Kind;
    if (!reply.message.thinking.empty()) open = Show(errand, {Kind::kThinking, reply.message.thinking});
    if (open && (!reply.message.content.empty() || reply.message.calls.empty()))
      open = Show(errand, {Kind::kText, reply.message.content});
    for (const model::ToolCall& call : reply.message.calls)
      open = open && Show(errand, {Kind::kCall, call.arguments, &call});
  }
  if (open) (void)errand.exchange->Write(errand.voice->End(reply));
  errand.exchange->End();
  Done(errand, 200);
}

void Service::Refuse(Errand& errand, const Error& error) {
  const int status = StatusOf(error.code);
  errand.record.outcome = error.code == Code::kCancelled ? "cancelled" : "error";
  if (!errand.begun) return Send(errand, status, errand.dialect->error(status, {error, status == 404 ? "model" : ""}));
  (void)errand.exchange->Write(errand.voice->Fail(status, error));
  errand.exchange->End();
  Done(errand, status);
}

void Service::Send(Errand& errand, int status, std::string body) {
  net::Headers headers = std::move(errand.headers);
  headers.emplace_back("Content-Type", "application/json");
  if (!errand.node.empty()) headers.emplace_back("X-Heddle-Node", errand.node);
  Done(errand, status);
  errand.exchange->Reply(status, headers, std::move(body));
}

void Service::Done(Errand& errand, int status) {
  const int64_t now = Now();
  errand.record.status = status, errand.record.total_us = now - errand.record.begin_us;
  monitor_.Done(errand.record);
  history_.Done(errand.record, now);
  objectives_.Done(errand.record, now);
  for (const auto& outbox : told_) outbox->Add(errand.record);
}

}  // namespace heddle::serve
