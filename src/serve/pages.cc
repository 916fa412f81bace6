// What the server tells of itself: models, health, metrics, the last calls.
#include <algorithm>
#include <ctime>

#include "base/text.h"
#include "serve/exports.h"
#include "serve/service.h"
#include "sys/environment.h"

namespace heddle::serve {
namespace {

std::string Line(const json::value& value) { return json::serialize(value) + "\n"; }

// The first node that serves this name; null for tiers.
const model::Node* NodeOf(const model::Router& router, std::string_view name) {
  for (const model::Node& node : router.nodes()) {
    if (node.served == name) return &node;
  }
  return nullptr;
}

json::object DetailsOf(const model::ModelCard& card) {
  return {{"format", card.bytes > 0 ? "gguf" : ""},
          {"family", card.family},
          {"parameter_size", card.parameters},
          {"quantization_level", card.quantisation}};
}

json::object OllamaCard(const model::Node& node) {
  char when[32];
  const std::time_t modified = node.card.modified_s;
  std::tm tm{};
  gmtime_r(&modified, &tm);
  (void)std::strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", &tm);
  return {{"name", node.served},     {"model", node.served},       {"modified_at", when},
          {"size", node.card.bytes}, {"digest", node.card.sha256}, {"details", DetailsOf(node.card)}};
}

json::object OpenAiCard(const std::string& name) {
  return {{"id", name}, {"object", "model"}, {"created", 0}, {"owned_by", "heddle"}};
}

}  // namespace

std::string Service::ModelsPage(const Request&) {
  json::array out;
  for (const std::string& name : router_.Names()) out.push_back(OpenAiCard(name));
  return Line(json::object{{"object", "list"}, {"data", std::move(out)}});
}

std::string Service::TagsPage(const Request&) {
  json::array out;
  for (const std::string& name : router_.Names()) {
    if (const model::Node* node = NodeOf(router_, name)) out.push_back(OllamaCard(*node));
  }
  return Line(json::object{{"models", std::move(out)}});
}

std::string Service::LoadedPage(const Request&) {
  json::array out;
  for (const model::Node& node : router_.nodes()) {
    if (node.loaded && node.loaded()) out.push_back(OllamaCard(node));
  }
  return Line(json::object{{"models", std::move(out)}});
}

std::string Service::NodesPage(const Request&) {
  json::array out;
  for (const model::NodeState& node : router_.States(sys::SystemClock().MonotonicUs()))
    out.push_back(json::object{{"name", node.name},
                               {"served", node.served},
                               {"backend", node.backend},
                               {"remote", node.remote},
                               {"broken", node.broken},
                               {"drained", node.drained},
                               {"active", node.active},
                               {"done", node.done},
                               {"failures", node.failures},
                               {"first_ms", node.first_ms}});
  return Line(out);
}

std::string Service::MetricsPage(const Request&) {
  trace::Metrics& metrics = monitor_.metrics();
  monitor_.Measure();
  metrics.Set(kActive, {}, static_cast<double>(admission_.active()));
  metrics.Set(kQueued, {}, static_cast<double>(admission_.queued()));
  metrics.Set(kConnections, {}, static_cast<double>(Connections()));
  metrics.Set(kCacheBytes, {"memory"}, static_cast<double>(cache_.memory().bytes()));
  metrics.Set(kCacheEntries, {"memory"}, static_cast<double>(cache_.memory().entries()));
  for (const model::NodeState& node : router_.States(sys::SystemClock().MonotonicUs())) {
    metrics.Set(kNodeActive, {node.name}, static_cast<double>(node.active));
    metrics.Set(kNodeBroken, {node.name}, node.broken ? 1 : 0);
  }
  for (const ObjectiveState& state : objectives_.States(sys::SystemClock().MonotonicUs())) {
    metrics.Set(kObjective, {state.tier, state.quantile}, state.seconds);
    metrics.Set(kBurn, {state.tier, state.quantile}, state.burn_rate);
  }
  return metrics.Text();
}

std::string Service::TracePage(const Request&) { return ChromeTrace(monitor_.Last(256)); }
std::string Service::RecentPage(const Request&) { return monitor_.Recent(100); }
std::string Service::VersionPage(const Request&) { return Cat({"{\"version\":", JsonText(settings_.version), "}\n"}); }
std::string Service::HealthPage(const Request&) { return "{\"status\":\"ok\"}\n"; }

// All that the dashboard and `heddle top` show, in one answer.
std::string Service::LivePage(const Request& request) {
  int64_t since = 0;
  for (const std::string_view part : Split(request.query, '&')) {
    if (part.starts_with("since=")) since = ParseInt(part.substr(6)).value_or(0);
  }
  std::string tiers;
  for (const std::string_view tier : {"memory", "redis", "s3"}) {
    const auto looks = [&](std::string_view outcome) { return monitor_.metrics().Value(kCacheLooks, {tier, outcome}); };
    const bool memory = tier == "memory";
    const double any = looks("hit") + looks("miss") + looks("failed") + looks("skipped");
    if (!memory && any == 0) continue;
    tiers +=
        Cat({tiers.empty() ? "" : ",", json::serialize(json::object{{"name", tier},
                                                                    {"hit", looks("hit")},
                                                                    {"miss", looks("miss")},
                                                                    {"failed", looks("failed") + looks("skipped")},
                                                                    {"bytes", memory ? cache_.memory().bytes() : 0},
                                                                    {"entries", memory ? cache_.memory().entries() : 0},
                                                                    {"trouble", cache_.outer().Trouble(tier)}})});
  }
  return Cat({"{\"version\":", JsonText(settings_.version), ",\"draining\":", draining ? "true" : "false",
              ",\"started_s\":", std::to_string(started_s_), ",\"samples\":", history_.Since(since),
              ",\"nodes\":", NodesPage(request), ",\"tiers\":[", tiers, "],\"calls\":", monitor_.Recent(50), "}\n"});
}

namespace {

struct DashboardFile {
  std::string_view path, text;
};
constexpr DashboardFile kDashboard[] = {
#include "dashboard.inc"
};

}  // namespace

std::string Service::DashboardPage(const Request& request) {
  const std::string name = request.path == "/" ? "/index.html" : request.path;
  for (const DashboardFile& file : kDashboard) {
    if (file.path.ends_with(name)) return std::string(file.text);
  }
  return "heddle is running; this one was built without its dashboard (see docs/serve.md)\n";
}

bool IsOpenPage(std::string_view path) {
  return path == "/health" || path == "/ready" || path == "/" || path == "/dashboard.js" || path == "/dashboard.css";
}

void Service::Ready(const PageReply& send) {
  const auto states = router_.States(sys::SystemClock().MonotonicUs());
  const bool any = std::any_of(states.begin(), states.end(), [](const model::NodeState& node) { return !node.broken; });
  if (any && !draining) return send(200, "{\"status\":\"ready\"}\n");
  send(503, draining ? "{\"status\":\"draining\"}\n" : "{\"status\":\"no node answers\"}\n");
}

// Ollama's question about one model; a name in the path is OpenAI's.
void Service::ShowModel(const net::ServerRequest& request, const PageReply& send) {
  const bool ollama = request.method == "POST";
  std::string name;
  if (ollama) {
    boost::system::error_code failed;
    const json::value root = json::parse(request.body, failed, {}, {.max_depth = 8});
    Body body(root);
    name = body.Text("model", body.Text("name"));
  } else {
    name = request.path.substr(kModelPath.size());
  }
  const auto names = router_.Names();
  if (std::find(names.begin(), names.end(), name) == names.end())
    return send(404,
                ErrorBody(request.path, 404,
                          {{Code::kNotFound, Cat({"there is no model '", name.substr(0, 100), "' here"})}, "model"}));
  if (!ollama) return send(200, Line(OpenAiCard(name)));
  const model::Node* node = NodeOf(router_, name);
  const model::ModelCard card = node == nullptr ? model::ModelCard() : node->card;
  json::object info;
  if (card.context > 0) info[Cat({card.family, ".context_length"})] = card.context;
  send(200, Line(json::object{{"details", DetailsOf(card)},
                              {"model_info", std::move(info)},
                              {"capabilities", json::array{"completion", "tools"}}}));
}

void Service::Simple(const std::shared_ptr<net::Exchange>& exchange, const Admitted& admitted) {
  struct Page {
    std::string_view path, type;
    std::string (Service::*make)(const Request&);
  };
  constexpr std::string_view kJson = "application/json";
  static constexpr Page kPages[] = {{"/", "text/html; charset=utf-8", &Service::DashboardPage},
                                    {"/dashboard.js", "text/javascript; charset=utf-8", &Service::DashboardPage},
                                    {"/dashboard.css", "text/css; charset=utf-8", &Service::DashboardPage},
                                    {"/heddle/live", kJson, &Service::LivePage},
                                    {"/heddle/trace", kJson, &Service::TracePage},
                                    {"/health", kJson, &Service::HealthPage},
                                    {"/metrics", "text/plain; version=0.0.4; charset=utf-8", &Service::MetricsPage},
                                    {"/v1/models", kJson, &Service::ModelsPage},
                                    {"/api/tags", kJson, &Service::TagsPage},
                                    {"/api/ps", kJson, &Service::LoadedPage},
                                    {"/api/version", kJson, &Service::VersionPage},
                                    {"/heddle/nodes", kJson, &Service::NodesPage},
                                    {"/heddle/requests", kJson, &Service::RecentPage}};
  const net::ServerRequest& request = exchange->request();
  const std::string& path = request.path;
  net::Headers headers{{"Content-Type", std::string(kJson)}};
  if (!admitted.origin.empty())
    headers.insert(headers.end(), {{"Access-Control-Allow-Origin", admitted.origin}, {"Vary", "Origin"}});
  const PageReply send = [&](int status, std::string body) {
    monitor_.metrics().Add(kRequests, {"page", std::to_string(status)});
    exchange->Reply(status, headers, std::move(body));
  };
  if (request.method == "OPTIONS" && !admitted.origin.empty()) {
    headers.insert(headers.end(),
                   {{"Access-Control-Allow-Methods", "GET, POST"},
                    {"Access-Control-Allow-Headers", "authorization, content-type, x-api-key, anthropic-version"},
                    {"Access-Control-Max-Age", "600"}});
    return send(204, "");
  }
  const bool reads = request.method == "GET" || request.method == "HEAD";
  if (reads && path == "/ready") return Ready(send);
  if ((reads && path.starts_with(kModelPath)) || (request.method == "POST" && path == "/api/show"))
    return ShowModel(request, send);
  if (request.method == "POST" && path.starts_with(kDrainPath)) {
    const bool back = request.query == "back";
    if (!router_.Drain(path.substr(kDrainPath.size()), !back))
      return send(404, ErrorBody(path, 404, {{Code::kNotFound, "there is no such node"}, ""}));
    return send(200, back ? "{\"drained\":false}\n" : "{\"drained\":true}\n");
  }
  std::string_view allow;
  for (const Page& page : kPages) {
    if (path != page.path) continue;
    allow = "GET, HEAD";
    if (!reads) break;
    headers[0].second = std::string(page.type);
    headers.insert(headers.end(), {{"X-Content-Type-Options", "nosniff"}, {"Cache-Control", "no-cache"}});
    if (path == "/")
      headers.emplace_back("Content-Security-Policy", "default-src 'self'; img-src data:; frame-ancestors 'none'");
    return send(200, (this->*page.make)(request));
  }
  for (const Dialect& dialect : Dialects()) {
    if (path == dialect.path) allow = "POST";
  }
  const int status = allow.empty() ? 404 : 405;
  if (!allow.empty()) headers.emplace_back("Allow", allow);
  const std::string why =
      allow.empty() ? Cat({"there is nothing at ", path.substr(0, 200)}) : Cat({path, " takes ", allow});
  send(status, ErrorBody(path, status, {{allow.empty() ? Code::kNotFound : Code::kInvalid, why}, ""}));
}

}  // namespace heddle::serve
