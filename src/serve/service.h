// Service: what calls share while the server runs, and how one call goes from its bytes to its answer.
#pragma once

#include <atomic>
#include <ctime>
#include <memory>
#include <string>
#include <thread>

#include "serve/admission.h"
#include "serve/answer_cache.h"
#include "serve/deadlines.h"
#include "serve/dialect.h"
#include "serve/gate.h"
#include "serve/history.h"
#include "serve/monitor.h"
#include "serve/objectives.h"
#include "serve/outbox.h"
#include "serve/server.h"

namespace heddle::serve {

int StatusOf(Code code);
// Pages that need no key, as they tell nothing.
bool IsOpenPage(std::string_view path);

// One call on its way. Owned by whoever carries it on: the server's thread, the queue, a worker.
struct Errand {
  std::shared_ptr<net::Exchange> exchange;
  const Dialect* dialect = nullptr;
  Call call;
  AnswerId id;
  std::unique_ptr<Voice> voice;
  net::Headers headers;  // of the answer, whatever it is
  model::RouteTraits traits;
  std::optional<store::CacheKey> key;
  bool leads = false;  // others may wait for its answer
  bool begun = false;  // bytes of a stream were sent
  std::string node;
  Deadlines::Ticket deadline;
  CallRecord record;
};

class Service {
 public:
  explicit Service(ServerSettings settings);
  // Calls are told to `deliver` as well; before the first call.
  void Tell(std::string_view where, Deliver deliver);

  // For every request; in the server's thread, where it does not wait.
  void Take(std::shared_ptr<net::Exchange> exchange);
  void Close();  // waits for the calls under way

  std::atomic<bool> draining{false};
  std::atomic<const net::HttpServer*> http{nullptr};  // for the metrics; Close before it goes

 private:
  size_t Connections() const;
  struct Attempted {
    const model::Node* node = nullptr;
    int64_t start_us = 0, first_us = 0, end_us = 0;  // first_us: 0 when nothing was shown
  };
  void Look(const std::shared_ptr<net::Exchange>& exchange);
  static void ReplyError(net::Exchange& exchange, const Error& error);
  void Begin(const std::shared_ptr<net::Exchange>& exchange, const Dialect& dialect, const Admitted& admitted);
  void Carry(const std::shared_ptr<Errand>& errand);  // to the cache, another's answer, or the queue
  void WorkGuarded(Errand& errand, const std::stop_source& stop);
  void Work(Errand& errand, std::stop_source stop);
  Result<model::ChatReply> AskAlong(Errand& errand, const std::vector<const model::Node*>& chain, size_t& i,
                                    const std::stop_token& stop);
  Result<model::ChatReply> Ask(const Errand& errand, const model::Node& node, const model::OnPiece& show,
                               const std::stop_token& stop, Attempted& attempted);
  Result<model::ChatReply> AskText(const Errand& errand, const model::Node& node, const model::OnPiece& on_piece,
                                   const std::stop_token& stop) const;
  Result<model::ChatReply> AskChat(const Errand& errand, const model::Node& node, const model::OnPiece& on_piece,
                                   const std::stop_token& stop) const;
  Result<int64_t> CountTokens(Errand& errand, const std::stop_token& stop);
  Result<Vectors> AskVectors(Errand& errand, const std::stop_token& stop);
  bool Show(Errand& errand, const model::ChatPiece& piece);
  void Answer(Errand& errand, const model::ChatReply& reply, std::string_view how);
  void Refuse(Errand& errand, const Error& error);
  void Send(Errand& errand, int status, std::string body);
  void Done(Errand& errand, int status);

  // Pages, in pages.cc.
  static constexpr std::string_view kModelPath = "/v1/models/", kDrainPath = "/heddle/drain/";
  using PageReply = std::function<void(int status, std::string body)>;
  void Simple(const std::shared_ptr<net::Exchange>& exchange, const Admitted& admitted);
  void Ready(const PageReply& send);
  void ShowModel(const net::ServerRequest& request, const PageReply& send);
  using Request = net::ServerRequest;
  std::string HealthPage(const Request&), VersionPage(const Request&), ModelsPage(const Request&),
      TagsPage(const Request&), LoadedPage(const Request&), NodesPage(const Request&), RecentPage(const Request&),
      MetricsPage(const Request&), LivePage(const Request&), DashboardPage(const Request&), TracePage(const Request&);
  void Tick(const std::stop_token& stop);
  void Probe(const std::stop_token& stop);
  void Prewarm();

  ServerSettings settings_;
  Gate gate_;
  model::Router router_;
  Monitor monitor_;
  History history_;
  Objectives objectives_;
  std::vector<std::unique_ptr<Outbox>> told_;  // to others
  AnswerCache cache_;
  Deadlines deadlines_;
  std::atomic<uint64_t> next_id_{0};
  const int64_t started_s_ = std::time(nullptr);
  Admission admission_;  // these go first: their threads use the others
  std::jthread ticker_, prober_;
};

}  // namespace heddle::serve
