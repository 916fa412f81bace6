#define TOML_EXCEPTIONS 0
#define TOML_ASSERT(condition) static_cast<void>(0)  // it asserts on malformed input; that is an error, not a bug
#define TOML_HEADER_ONLY 1
#include "cli/serve_config.h"

#include <toml++/toml.h>

#include "base/text.h"
#include "cli/backend_choice.h"
#include "model/gguf.h"
#include "model/http_backend.h"
#include "model/runner_backend.h"
#include "model/secret.h"
#include "model/store.h"
#include "net/base_url.h"
#include "sys/environment.h"
#include "sys/files.h"

namespace heddle::cli {
namespace {

// A table of the file, read name by name; the first thing that is wrong is kept, and names that nobody read are wrong.
class Table {
 public:
  Table(const toml::table& table, std::string where) : table_(table), where_(std::move(where)) {}

  std::string Text(std::string_view name, std::string_view fallback = {}) {
    const toml::node* node = Get(name);
    if (node != nullptr && !node->is_string()) Fail(name, "expected a string");
    return std::string(node != nullptr && node->is_string() ? std::string_view(node->as_string()->get()) : fallback);
  }
  int64_t Whole(std::string_view name, int64_t fallback, int64_t least, int64_t most) {
    const toml::node* node = Get(name);
    if (node == nullptr) return fallback;
    const int64_t value = node->is_integer() ? node->as_integer()->get() : least - 1;
    if (value < least || value > most)
      Fail(name, Cat({"expected a whole number from ", std::to_string(least), " to ", std::to_string(most)}));
    return value;
  }
  bool Flag(std::string_view name) {
    const toml::node* node = Get(name);
    if (node != nullptr && !node->is_boolean()) Fail(name, "expected true or false");
    return node != nullptr && node->is_boolean() && node->as_boolean()->get();
  }
  int64_t Seconds(std::string_view name, int64_t fallback) {
    if (Get(name) == nullptr) return fallback;
    const auto seconds = model::ParseDuration(Text(name));
    if (!seconds) Fail(name, seconds.error().message);
    return seconds ? *seconds : fallback;
  }
  std::vector<std::string> Texts(std::string_view name) {
    std::vector<std::string> out;
    const toml::node* node = Get(name);
    if (node == nullptr) return out;
    if (!node->is_array()) return Fail(name, "expected a list of strings"), out;
    for (const auto& each : *node->as_array()) {
      if (!each.is_string()) return Fail(name, "expected a list of strings"), out;
      out.push_back(each.as_string()->get());
    }
    return out;
  }
  // Calls `read` with the table, or each table of the list, of that name.
  template <typename Read>
  void Tables(std::string_view name, const Read& read) {
    const toml::node* node = Get(name);
    if (node == nullptr) return;
    const auto one = [&](const toml::node& each) {
      if (!each.is_table()) return Fail(name, "expected a table");
      Table inner(*each.as_table(), Cat({where_, name, "."}));
      read(inner);
      if (auto good = inner.End(); !good && !failed_) failed_ = good.error();
    };
    if (!node->is_array()) return one(*node);
    for (const auto& each : *node->as_array()) one(each);
  }
  std::vector<std::string> Names() const {
    std::vector<std::string> out;
    for (const auto& [key, value] : table_) out.emplace_back(key.str());
    return out;
  }
  void Fail(std::string_view name, std::string_view why) {
    if (!failed_) failed_ = Error{Code::kInvalid, Cat({where_, name, ": ", why})};
  }
  Result<> End() {
    for (const auto& [key, value] : table_) {
      if (std::find(read_.begin(), read_.end(), key.str()) == read_.end())
        Fail(key.str(), "there is no such setting; see docs/serve.md");
    }
    return failed_ ? Result<>(*failed_) : Result<>();
  }

 private:
  const toml::node* Get(std::string_view name) {
    read_.emplace_back(name);
    return table_.get(name);
  }
  const toml::table& table_;
  std::string where_;
  std::vector<std::string> read_;
  std::optional<Error> failed_;
};

bool IsHere(std::string_view url) {
  const size_t at = url.find("://") + 3;
  const std::string_view host = url.substr(at, url.find_first_of(":/", at + (url[at] == '[' ? 4 : 0)) - at);
  return host == "localhost" || host.starts_with("127.") || host.starts_with("[::1]");
}

Result<model::Node> RunnerNode(const model::StoredModel& stored, model::RunnerOptions options) {
  model::Node out;
  const sys::FileInfo status = sys::SystemFiles().LookThrough(stored.path);
  out.model = out.served = out.name = stored.name;
  out.card.bytes = status.size, out.card.modified_s = status.mtime_ns / 1'000'000'000, out.card.sha256 = stored.sha256;
  TRY_ASSIGN(const model::GgufInfo info, model::InspectModel(stored.path));
  out.card.family = info.architecture, out.card.quantisation = info.quantisation, out.card.context = info.context;
  char parameters[32];
  (void)std::snprintf(parameters, sizeof(parameters), "%.1fM", static_cast<double>(info.parameters) / 1e6);
  out.card.parameters = parameters;
  out.identity = Cat({stored.path, " ", std::to_string(status.size), " ", std::to_string(status.mtime_ns)});
  const auto runner = std::make_shared<model::RunnerBackend>(stored.path, std::move(options));
  out.backend = runner;
  out.loaded = [runner] { return runner->running(); };
  return out;
}

Result<model::Node> ReadNode(const App& app, Table& table) {
  const std::string backend = table.Text("backend", "runner"), name = table.Text("name"), model = table.Text("model");
  const std::string served = table.Text("served"), key = table.Text("key"),
                    keep_alive = table.Text("keep_alive", KeepAliveSetting(app));
  const int64_t threads = table.Whole("threads", 0, 0, 1024), context = table.Whole("context", 0, 0, 1 << 24);
  const int64_t connect_s = table.Seconds("connect", 10), first_s = table.Seconds("first_token", 300),
                between_s = table.Seconds("between_tokens", 60);
  const bool automatic = table.Flag("automatic");
  if (model.empty()) table.Fail("model", "expected a name");
  TRY(table.End());
  model::Node out;
  if (backend == "runner") {
    TRY_ASSIGN(const model::StoredModel stored, model::Store::OfUser().Find(model));
    model::RunnerOptions options;
    options.context = context, options.threads = threads, options.keep_alive = keep_alive;
    options.memory_mb = ParseInt(app.config().Get("memory_mb").value).value_or(0);
    options.first_token_ms = static_cast<int>(first_s * 1000), options.between_ms = static_cast<int>(between_s * 1000);
    TRY_ASSIGN(out, RunnerNode(stored, options));
  } else if (backend.starts_with("runner:")) {
    model::RunnerOptions options;
    options.address = backend.substr(7), options.connect_ms = static_cast<int>(connect_s * 1000);
    options.first_token_ms = static_cast<int>(first_s * 1000), options.between_ms = static_cast<int>(between_s * 1000);
    TRY_ASSIGN(options.key, model::ReadSecret(key));
    out.remote = !IsHere("tcp://" + options.address), out.automatic = automatic;
    out.model = out.served = out.name = model;
    out.identity = Cat({backend, " ", model});
    out.backend = std::make_shared<model::RunnerBackend>(model, std::move(options));
  } else {
    TRY_ASSIGN(model::Endpoint endpoint, model::ParseEndpoint(backend));
    if (!key.empty()) endpoint.key_source = key;
    endpoint.connect_ms = static_cast<int>(connect_s * 1000),
    endpoint.first_token_ms = static_cast<int>(first_s * 1000),
    endpoint.between_ms = static_cast<int>(between_s * 1000);
    endpoint.retries = 0;  // the next node of the chain is tried instead
    out.remote = !IsHere(endpoint.base_url), out.automatic = automatic;
    out.model = out.served = out.name = model;
    out.identity = Cat({backend, " ", model});
    out.backend = std::make_shared<model::HttpBackend>(std::move(endpoint));
  }
  if (!name.empty()) out.name = name;
  if (!served.empty()) out.served = served;
  return out;
}

// All models of this machine, the one of the settings first; and the backend of the settings, where it is another's.
Result<> DefaultNodes(const App& app, std::vector<model::Node>& out) {
  const std::string backend = app.config().Get("backend").value, wanted = app.config().Get("model").value;
  if (backend != "runner") {
    toml::table table;
    table.insert("backend", backend), table.insert("model", wanted), table.insert("key", app.config().Get("key").value);
    Table node(table, "the setting backend: ");
    TRY_ASSIGN(model::Node made, ReadNode(app, node));
    made.automatic = true;  // it is what the user chose for everything
    out.push_back(std::move(made));
  }
  TRY_ASSIGN(auto stored, model::Store::OfUser().List());
  std::stable_partition(stored.begin(), stored.end(),
                        [&](const model::StoredModel& each) { return each.name == wanted; });
  for (const model::StoredModel& each : stored) {
    model::RunnerOptions options;
    options.keep_alive = KeepAliveSetting(app);
    auto node = RunnerNode(each, options);
    if (!node) {
      app.Err(Cat({"heddle: left out: ", node.error().message, "\n"}));
      continue;
    }
    out.push_back(*std::move(node));
  }
  return {};
}

Result<> ReadRedis(Table& table, serve::ServerSettings& out) {
  store::RedisOptions options;
  options.host = table.Text("host", options.host),
  options.port = static_cast<int>(table.Whole("port", options.port, 1, 65535));
  options.database = static_cast<int>(table.Whole("database", 0, 0, 1 << 20));
  options.timeout_ms = static_cast<int>(table.Whole("timeout_ms", options.timeout_ms, 1, 10'000));
  options.age_s = out.cache_age_s;
  TRY_ASSIGN(options.password, model::ReadSecret(table.Text("password")));
  out.cache_tiers.push_back(store::MakeRedisTier(std::move(options)));
  return {};
}

Result<> ReadS3(Table& table, serve::ServerSettings& out) {
  store::S3Options options;
  options.bucket = table.Text("bucket"), options.region = table.Text("region", options.region);
  options.prefix = table.Text("prefix", options.prefix);
  options.timeout_ms = static_cast<int>(table.Whole("timeout_ms", options.timeout_ms, 1, 60'000));
  TRY_ASSIGN(options.access_key, model::ReadSecret(table.Text("access_key")));
  TRY_ASSIGN(options.secret_key, model::ReadSecret(table.Text("secret_key")));
  TRY_ASSIGN(options.endpoint, net::BaseUrl(table.Text("endpoint")));
  if (options.bucket.empty()) table.Fail("bucket", "expected a name");
  out.cache_tiers.push_back(store::MakeS3Tier(std::move(options)));
  return {};
}

Result<> CheckNames(const model::RouterOptions& router) {
  const auto exists = [&](const std::string& name) {
    return std::any_of(router.nodes.begin(), router.nodes.end(),
                       [&](const model::Node& node) { return node.name == name; });
  };
  for (const auto& [tier, names] : router.tiers) {
    for (const std::string& name : names) {
      if (!exists(name)) return Error{Code::kInvalid, Cat({"tiers.", tier, ": there is no node '", name, "'"})};
    }
  }
  for (const model::RouteRule& rule : router.rules) {
    if (!router.tiers.contains(rule.tier))
      return Error{Code::kInvalid, Cat({"route.tier: there is no tier '", rule.tier, "'"})};
  }
  return {};
}

}  // namespace

std::string ServeConfigFile() { return sys::ConfigDirectory() + "/serve.toml"; }

Result<> ReadListen(std::string_view text, net::ServerOptions& out) {
  const size_t colon = text.rfind(':');
  const auto port = colon == text.npos ? std::nullopt : ParseInt(text.substr(colon + 1));
  if (!port || *port < 0 || *port > 65535)
    return Error{Code::kInvalid, Cat({text, ": expected ADDRESS:PORT, such as 127.0.0.1:8417"})};
  std::string address(text.substr(0, colon));
  if (address.starts_with('[') && address.ends_with(']')) address = address.substr(1, address.size() - 2);
  out.address = address.empty() || address == "localhost" ? "127.0.0.1" : address;
  out.port = static_cast<uint16_t>(*port);
  return {};
}

Result<serve::ServerSettings> LoadServeConfig(const App& app, const std::string& path, bool must_exist) {
  serve::ServerSettings out;
  out.version = HEDDLE_VERSION;
  out.http.port = 8417;
  const auto text = sys::SystemFiles().Read(path, 256 << 10);
  if (!text && (must_exist || text.error().code != Code::kNotFound)) return text.error();
  if (!text) {
    TRY(DefaultNodes(app, out.router.nodes));
    return out;
  }
  if (!IsPlainText(*text) || !IsAscii(*text))
    return Error{Code::kInvalid, Cat({path, ": holds control characters or text that is not ASCII"})};
  const auto parsed = toml::parse(*text);
  if (!parsed)
    return Error{Code::kInvalid, Cat({path, ":", std::to_string(parsed.error().source().begin.line), ": ",
                                      Lower(parsed.error().description())})};
  Table root(parsed.table(), path + ": ");
  std::optional<Error> failed;
  const auto keep = [&](const Result<>& result) {
    if (!result && !failed) failed = result.error();
  };
  if (const std::string listen = root.Text("listen"); !listen.empty()) keep(ReadListen(listen, out.http));
  out.gate.hosts = root.Texts("hosts"), out.gate.origins = root.Texts("origins");
  root.Tables("cache", [&](Table& table) {
    out.cache_bytes = static_cast<uint64_t>(table.Whole("memory_mb", 64, 0, 1 << 20)) << 20;
    out.cache_age_s = static_cast<int>(std::max<int64_t>(table.Seconds("age", 3600), 0));
    table.Tables("redis", [&](Table& redis) { keep(ReadRedis(redis, out)); });
    table.Tables("s3", [&](Table& s3) { keep(ReadS3(s3, out)); });
  });
  root.Tables("queue", [&](Table& table) {
    out.admission.active = static_cast<size_t>(table.Whole("active", 256, 1, 4096));
    out.admission.queued = static_cast<size_t>(table.Whole("waiting", 1024, 1, 1 << 20));
    out.admission.per_client = static_cast<size_t>(table.Whole("per_client", 256, 1, 1 << 20));
    out.hedge = table.Flag("hedge");
    out.deadline_ms = static_cast<int>(std::clamp<int64_t>(table.Seconds("deadline", 600), 1, 86'400) * 1000);
  });
  root.Tables("slo", [&](Table& table) {
    for (const std::string& tier : table.Names()) {
      table.Tables(tier, [&](Table& times) {
        for (const char* quantile : {"p50", "p95", "p99"}) {
          if (const int64_t seconds = times.Seconds(quantile, 0); seconds > 0)
            out.objectives.push_back({tier, quantile, static_cast<double>(seconds)});
        }
      });
    }
  });
  root.Tables("telemetry", [&](Table& table) {
    out.otlp_url = table.Text("otlp");
    if (const std::string file = table.Text("file"); !file.empty())
      out.calls_file = file[0] == '/' ? file : sys::DataDirectory() + "/" + file;
  });
  root.Tables("prewarm",
              [&](Table& table) { out.prewarm = table.Texts("models"), out.prewarm_system = table.Text("system"); });
  root.Tables("node", [&](Table& table) {
    auto node = ReadNode(app, table);
    if (node)
      out.router.nodes.push_back(*std::move(node));
    else
      keep(Result<>(std::move(node).error().Context(path)));
  });
  root.Tables("tiers", [&](Table& table) {
    for (const std::string& name : table.Names()) out.router.tiers[name] = table.Texts(name);
  });
  root.Tables("route", [&](Table& table) {
    out.router.rules.push_back(
        {table.Text("task"), static_cast<size_t>(table.Whole("least_bytes", 0, 0, 1 << 30)), table.Text("tier")});
  });
  root.Tables("client", [&](Table& table) {
    const serve::ClientKey key{table.Text("name"), Lower(table.Text("sha256")),
                               static_cast<int>(table.Whole("per_minute", 0, 0, 1 << 30))};
    if (key.name.empty() || key.sha256.size() != 64)
      table.Fail("sha256", "a client has a name and the sha256 that heddle serve key printed");
    out.gate.keys.push_back(key);
  });
  keep(root.End());
  if (failed) return *failed;
  if (auto good = CheckNames(out.router); !good) return std::move(good).error().Context(path);
  if (out.router.nodes.empty()) TRY(DefaultNodes(app, out.router.nodes));
  return out;
}

}  // namespace heddle::cli
