// heddle serve: the endpoint in the foreground, until SIGTERM or Ctrl-C.
#include <random>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/serve_config.h"
#include "model/runner_backend.h"
#include "sys/interrupts.h"
#include "sys/part_file.h"

namespace heddle::cli {
namespace {

// A new key: shown once, kept as its SHA-256.
int MakeKey(App& app, const std::string& name) {
  std::random_device random;
  std::string key = "hd-";
  for (int i = 0; i < 40; ++i) key += "abcdefghijklmnopqrstuvwxyz0123456789"[random() % 36];
  app.Out(Cat({"key: ", key, "\n\nIt is not shown again. For ", ForTerminal(ServeConfigFile()),
               ":\n\n[[client]]\nname = ", JsonText(name), "\nsha256 = \"", sys::Sha256(key), "\"\n"}));
  return kDone;
}

std::string Overview(const serve::ServerSettings& settings) {
  std::string out;
  for (const model::Node& node : settings.router.nodes)
    out += Cat(
        {"node  ", ForTerminal(node.name), "  ", ForTerminal(node.served), "  ", ForTerminal(node.backend->name()),
         node.remote ? node.automatic ? "  (another machine)" : "  (another machine; only when asked for by name)" : "",
         "\n"});
  for (const auto& [tier, names] : settings.router.tiers)
    out += Cat({"tier  ", ForTerminal(tier), "  ", ForTerminal(Join(names, ", ")), "\n"});
  for (const serve::ClientKey& key : settings.gate.keys) out += Cat({"key   ", ForTerminal(key.name), "\n"});
  return out;
}

}  // namespace

int RunServe(App& app, const Arguments& arguments) {
  const std::string verb = arguments.words.empty() ? "" : arguments.words[0];
  if (verb == "key") {
    if (arguments.words.size() != 2) return app.Fail({Code::kInvalid, "expected: heddle serve key NAME"});
    return MakeKey(app, arguments.words[1]);
  }
  if (!verb.empty() && verb != "check")
    return app.Fail(
        {Code::kInvalid, Cat({"there is no 'heddle serve ", ForTerminal(verb), "'; see heddle serve --help"})});
  auto settings = LoadServeConfig(app, arguments.Get("config", ServeConfigFile()), arguments.Has("config"));
  if (!settings) return app.Fail(settings.error());
  if (arguments.Has("listen")) {
    if (const auto read = ReadListen(arguments.Get("listen"), settings->http); !read) return app.Fail(read.error());
  }
  const auto drain = model::ParseDuration(arguments.Get("drain", "30s"));
  if (!drain || *drain < 0) return app.Fail({Code::kInvalid, "--drain: expected a time such as 30s"});
  if (settings->router.nodes.empty())
    return app.Fail({Code::kNotFound,
                     "there is nothing to serve: see heddle models list, or docs/serve.md for other servers' models"});
  const std::string overview = Overview(*settings);
  if (verb == "check") return app.Out(overview), kDone;

  const sys::Interrupts interrupts;
  const std::string address = settings->http.address;
  auto server = serve::Server::Start(*std::move(settings));
  if (!server) return app.Fail(server.error());
  app.Err(overview);
  app.Out(Cat({"listening on http://", ForTerminal(Contains(address, ":") ? Cat({"[", address, "]"}) : address), ":",
               std::to_string((*server)->port()), "\n"}));
  std::mutex mutex;
  std::condition_variable_any stopped;
  std::unique_lock lock(mutex);
  stopped.wait(lock, interrupts.token(), [] { return false; });
  app.Err("heddle: waiting for answers under way\n");
  (*server)->Stop(static_cast<int>(*drain) * 1000);
  return kDone;
}

}  // namespace heddle::cli
