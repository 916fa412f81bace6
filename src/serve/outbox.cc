#include "serve/outbox.h"

#include <chrono>

#include "base/guard.h"
#include "net/http_client.h"
#include "serve/exports.h"
#include "store/database.h"

namespace heddle::serve {

Outbox::Outbox(Deliver deliver, std::function<void(std::string_view, size_t)> on_end)
    : deliver_(std::move(deliver)),
      on_end_(std::move(on_end)),
      thread_([this](const std::stop_token& stop) { Run(stop); }) {}

Outbox::~Outbox() {
  thread_.request_stop();
  changed_.notify_all();
}

void Outbox::Add(const CallRecord& call) {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() < kMost) {
      waiting_.push_back(call);
      return;
    }
  }
  on_end_("dropped", 1);
}

void Outbox::Run(const std::stop_token& stop) {
  for (bool last = false; !last;) {
    std::vector<CallRecord> calls;
    {
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, stop, std::chrono::seconds(1), [] { return false; });
      last = stop.stop_requested();
      calls.swap(waiting_);
    }
    if (calls.empty()) continue;
    const bool sent = Guarded([&] { return deliver_(calls); }).value_or(false);
    on_end_(sent ? "sent" : "dropped", calls.size());
  }
}

Deliver ToCollector(std::string url, std::string version) {
  return [url = std::move(url), version = std::move(version)](const std::vector<CallRecord>& calls) {
    net::HttpRequest request{
        .url = url, .headers = {{"Content-Type", "application/json"}}, .body = OtlpJson(calls, version)};
    request.connect_ms = request.first_byte_ms = request.between_ms = 2000;
    const auto reply = net::CurlClient().Send(request, nullptr, {});
    return reply && reply->status >= 200 && reply->status < 300;
  };
}

namespace {

constexpr std::string_view kTable =
    "CREATE TABLE calls (id TEXT PRIMARY KEY, began_ms INTEGER NOT NULL, dialect TEXT NOT NULL, client TEXT NOT NULL, "
    "wanted TEXT NOT NULL, node TEXT NOT NULL, outcome TEXT NOT NULL, status INTEGER NOT NULL, total_us INTEGER NOT "
    "NULL, first_us INTEGER NOT NULL, prompt_tokens INTEGER NOT NULL, cached_tokens INTEGER NOT NULL, "
    "completion_tokens INTEGER NOT NULL) WITHOUT ROWID; CREATE INDEX calls_began ON calls (began_ms)";
constexpr std::string_view kInsert = "INSERT OR REPLACE INTO calls VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)";

Result<> Write(store::Database& database, const std::vector<CallRecord>& calls) {
  TRY(database.Execute("BEGIN"));
  TRY_ASSIGN(store::Statement insert, database.Prepare(kInsert));
  for (const CallRecord& call : calls) {
    insert.Bind(1, call.id).Bind(2, call.began_ns / 1'000'000);
    int place = 3;
    for (const std::string* text : {&call.dialect, &call.client, &call.wanted, &call.node, &call.outcome})
      insert.Bind(place++, std::string_view(*text));
    for (const int64_t number : {int64_t{call.status}, call.total_us, call.first_us, call.prompt_tokens,
                                 call.cached_tokens, call.completion_tokens})
      insert.Bind(place++, number);
    TRY(insert.Run());
  }
  return database.Execute("COMMIT");
}

}  // namespace

Result<Deliver> ToDatabase(const std::string& path) {
  TRY_ASSIGN(auto opened, store::Database::Open(path, {kTable}));
  return Deliver(
      [database = std::make_shared<store::Database>(std::move(opened))](const std::vector<CallRecord>& calls) {
        if (Write(*database, calls)) return true;
        (void)database->Execute("ROLLBACK");
        return false;
      });
}

}  // namespace heddle::serve
