// How a call is put to nodes: one, or two when the first is late; with what is to be known of it afterwards.
#include <algorithm>

#include "base/text.h"
#include "model/constrained.h"
#include "serve/race.h"
#include "serve/service.h"
#include "sys/environment.h"

namespace heddle::serve {
namespace {

int64_t Now() { return sys::SystemClock().MonotonicUs(); }

}  // namespace

// One call on one node, with what is to be known of it afterwards. May run beside another of the same errand, so the
// errand is only read; `show` is the way to its client.
Result<model::ChatReply> Service::Ask(const Errand& errand, const model::Node& node, const model::OnPiece& show,
                                      const std::stop_token& stop, Attempted& attempted) {
  router_.Begin(node);
  attempted.node = &node, attempted.start_us = Now();
  const model::OnPiece on_piece = [&](const model::ChatPiece& piece) {
    if (attempted.first_us == 0) attempted.first_us = Now();
    return !stop.stop_requested() && show(piece);
  };
  auto reply =
      errand.call.job == Job::kText ? AskText(errand, node, on_piece, stop) : AskChat(errand, node, on_piece, stop);
  attempted.end_us = Now();
  // That a node does not take the server's key is no fault of the client's.
  if (!reply && reply.error().code == Code::kDenied) reply = Error{Code::kUnavailable, reply.error().message};
  const int64_t first = attempted.first_us == 0 ? attempted.end_us : attempted.first_us;
  const bool cancelled = stop.stop_requested();
  const bool failed =
      !reply && !cancelled && (reply.error().code == Code::kUnavailable || reply.error().code == Code::kTimeout);
  router_.End(node, errand.traits, {.failed = failed, .cancelled = cancelled, .first_us = first - attempted.start_us},
              attempted.end_us);
  trace::Metrics& metrics = monitor_.metrics();
  metrics.Add(kNodeCalls, {node.name, cancelled ? "cancelled" : reply ? "ok" : failed ? "failed" : "refused"});
  if (!reply) return reply;
  reply->model = node.served;
  metrics.Observe(kFirstTokenSeconds, {node.name}, first - attempted.start_us);
  if (reply->usage.completion_tokens > 1)
    metrics.Observe(kTokenSeconds, {node.name}, (attempted.end_us - first) / (reply->usage.completion_tokens - 1));
  const std::pair<std::string_view, int64_t> counts[] = {{"prompt", reply->usage.prompt_tokens},
                                                         {"cached", reply->usage.cached_tokens},
                                                         {"completion", reply->usage.completion_tokens}};
  for (const auto& [kind, count] : counts)
    metrics.Add(kTokens, {node.name, kind}, static_cast<double>(std::max<int64_t>(count, 0)));
  return reply;
}

Result<model::ChatReply> Service::AskText(const Errand& errand, const model::Node& node, const model::OnPiece& on_piece,
                                          const std::stop_token& stop) const {
  model::FillRequest request = errand.call.text;
  request.model = node.model;
  return node.backend->Fill(request, on_piece, stop);
}

Result<model::ChatReply> Service::AskChat(const Errand& errand, const model::Node& node, const model::OnPiece& on_piece,
                                          const std::stop_token& stop) const {
  model::ChatRequest request = errand.call.chat;
  request.model = node.model;
  const std::optional<model::Constraint> constraint = request.constraint;
  if (constraint && !node.backend->Constrains(constraint->notation)) {
    TRY_ASSIGN(auto checked, model::ChatConstrained(*node.backend, std::move(request), settings_.attempts, stop));
    (void)on_piece({model::ChatPiece::Kind::kText, checked.reply.message.content});
    return std::move(checked.reply);
  }
  auto reply = node.backend->Chat(request, on_piece, stop);
  // What a backend promises is checked all the same.
  if (reply && constraint && reply->finish == model::Finish::kStop && reply->message.calls.empty()) {
    if (auto right = model::CheckText(*constraint, reply->message.content); !right)
      return Error{Code::kInternal, Cat({"the answer is not what was asked for: ", right.error().message})};
  }
  return reply;
}

// The node at `i` of the chain; the next one beside it when it is late.
Result<model::ChatReply> Service::AskAlong(Errand& errand, const std::vector<const model::Node*>& chain, size_t& i,
                                           const std::stop_token& stop) {
  const auto choose = [&](const model::Node& node) {
    if (errand.node == node.name) return;
    errand.node = errand.record.node = node.name;
    errand.id.model = node.served;
    errand.voice = errand.dialect->voice(errand.call, errand.id);
  };
  const auto show = [&](const model::Node& node, const model::ChatPiece& piece) {
    choose(node);
    return !errand.call.stream || Show(errand, piece) || (errand.leads && cache_.HasWaiters(*errand.key));
  };
  Attempted tried[2];
  const auto attempt = [&](int who) {
    return [&, who](const model::OnPiece& on_piece, const std::stop_token& token) {
      return Ask(errand, *chain[i + static_cast<size_t>(who)], on_piece, token, tried[who]);
    };
  };
  Raced raced{Error{}, 0};
  const int64_t late = settings_.hedge && i + 1 < chain.size() ? router_.LateAfter(*chain[i]) : 0;
  if (late > 0) {
    const size_t base = i;
    raced = Race(
        attempt(0), attempt(1), late,
        [&](int who, const model::ChatPiece& piece) { return show(*chain[base + static_cast<size_t>(who)], piece); },
        stop);
    if (tried[1].node != nullptr) ++i;
  } else {
    raced.reply = attempt(0)([&](const model::ChatPiece& piece) { return show(*chain[i], piece); }, stop);
  }
  const Attempted& won = tried[raced.winner];
  choose(*won.node);
  const int64_t begin = errand.record.begin_us, first = won.first_us == 0 ? won.end_us : won.first_us;
  errand.record.spans.push_back({"first_token", won.start_us - begin, first - won.start_us});
  // What a runner says of itself: its own queue and the prompt lie before the first token, masks within all of it.
  if (raced.reply && raced.reply->times.prompt_us >= 0) {
    const model::NodeTimes& times = raced.reply->times;
    errand.record.spans.push_back({"node_queue", won.start_us - begin, times.queue_us});
    errand.record.spans.push_back({"prefill", won.start_us - begin + times.queue_us, times.prompt_us});
    if (times.mask_us > 0) errand.record.spans.push_back({"mask", first - begin, times.mask_us});
  }
  if (won.first_us != 0) errand.record.spans.push_back({"decode", first - begin, won.end_us - first});
  return std::move(raced.reply);
}

Result<int64_t> Service::CountTokens(Errand& errand, const std::stop_token& stop) {
  TRY_ASSIGN(const auto chain, router_.Route(errand.traits, Now()));
  // Of the node that would answer: another counts otherwise.
  errand.record.node = errand.node = chain.front()->name;
  model::ChatRequest request = errand.call.chat;
  request.model = chain.front()->model;
  return chain.front()->backend->Count(request, stop);
}

Result<Vectors> Service::AskVectors(Errand& errand, const std::stop_token& stop) {
  Result<Vectors> out = Error{Code::kUnavailable, "no node answered"};
  TRY_ASSIGN(const auto chain, router_.Route(errand.traits, Now()));
  for (const model::Node* node : chain) {
    router_.Begin(*node);
    errand.record.node = errand.node = node->name;
    errand.id.model = node->served;
    const int64_t start = Now();
    out = node->backend->Embed(node->model, errand.call.texts, stop);
    const bool failed = !out && out.error().code == Code::kUnavailable;
    router_.End(*node, errand.traits, {.failed = failed, .first_us = Now() - start}, Now());
    monitor_.metrics().Add(kNodeCalls, {node->name, out ? "ok" : failed ? "failed" : "refused"});
    if (out || !failed || stop.stop_requested()) break;
  }
  return out;
}

}  // namespace heddle::serve
