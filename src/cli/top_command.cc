// heddle top: the live figures of a server on the terminal, once a second.
#include <boost/json.hpp>
#include <condition_variable>
#include <mutex>

#include "base/text.h"
#include "cli/commands.h"
#include "model/json_help.h"
#include "model/secret.h"
#include "net/base_url.h"
#include "net/http_client.h"
#include "sys/environment.h"
#include "sys/interrupts.h"

namespace heddle::cli {
namespace {

namespace json = boost::json;
using model::Find;
using model::ListAt;
using model::NumberAt;
using model::TextAt;

double RealAt(const json::value& value, std::string_view key) {
  const json::value* found = Find(value, key);
  return found != nullptr && found->is_number() ? found->to_number<double>() : 0;
}

std::string Fixed(double value, int digits) {
  char out[48];
  (void)std::snprintf(out, sizeof(out), "%.*f", digits, value);
  return out;
}

std::string Ms(double ms) { return ms >= 10'000 ? Fixed(ms / 1000, 1) + " s" : Fixed(ms, ms < 10 ? 1 : 0) + " ms"; }

std::string Cell(std::string_view text, size_t width) {
  std::string out(Clipped(ForTerminal(text), width - 1));
  out.resize(width, ' ');
  return out;
}

// The last minutes of one figure as bars of eight heights.
std::string Spark(const json::array& samples, std::string_view key, size_t width) {
  constexpr std::string_view kBars[] = {" ",      "\u2581", "\u2582", "\u2583", "\u2584",
                                        "\u2585", "\u2586", "\u2587", "\u2588"};
  double most = 0;
  const size_t from = samples.size() > width ? samples.size() - width : 0;
  for (size_t i = from; i < samples.size(); ++i) most = std::max(most, RealAt(samples[i], key));
  std::string out;
  for (size_t i = from; i < samples.size(); ++i)
    out += kBars[most <= 0 ? 0 : static_cast<size_t>(RealAt(samples[i], key) / most * 8)];
  return out;
}

std::string Screen(const json::value& live, const json::array& samples, int width, bool color) {
  const json::value none = json::object();
  const json::value& now = samples.empty() ? none : samples.back();
  const auto title = [&](std::string_view text) { return Paint(text, "1", color); };
  std::string out = Cat({title("heddle serve"), " ", ForTerminal(TextAt(live, "version")), "\n\n"});
  out += Cat({"calls/s ", Cell(Fixed(RealAt(now, "requests"), 1), 9), "tokens/s ",
              Cell(Fixed(RealAt(now, "tokens"), 1), 10), "under way ", Cell(Fixed(RealAt(now, "active"), 0), 6),
              "waiting ", Cell(Fixed(RealAt(now, "queued"), 0), 6), "\n"});
  out += Cat({"per call p50 ", Ms(RealAt(now, "p50_ms")), "  p95 ", Ms(RealAt(now, "p95_ms")), "  p99 ",
              Ms(RealAt(now, "p99_ms")), "   first token p50 ", Ms(RealAt(now, "first_p50_ms")), "  p95 ",
              Ms(RealAt(now, "first_p95_ms")), "\n"});
  out += Cat({"from the cache ", Fixed(RealAt(now, "hit_rate") * 100, 0), " %   connections ",
              Fixed(RealAt(now, "connections"), 0), "   memory ", Fixed(RealAt(now, "memory_mb"), 0),
              " MB   processors ", Fixed(RealAt(now, "cpu"), 2), "\n"});
  if (width >= 50) {
    const auto bars = static_cast<size_t>(width - 14);
    out +=
        Cat({"tokens/s     ", Spark(samples, "tokens", bars), "\nwaiting      ", Spark(samples, "queued", bars), "\n"});
  }
  out += Cat({"\n",
              title(Cat({Cell("node", 16), Cell("serves", 20), Cell("state", 12), Cell("under way", 10),
                         Cell("answered", 10), Cell("failed", 8), "first token"})),
              "\n"});
  for (const json::value& node : ListAt(live, "nodes")) {
    const bool broken =
        Find(node, "broken") != nullptr && Find(node, "broken")->is_bool() && Find(node, "broken")->as_bool();
    out += Cat({Cell(TextAt(node, "name"), 16), Cell(TextAt(node, "served"), 20),
                Paint(Cell(broken ? "left alone" : "well", 12), broken ? "31" : "32", color),
                Cell(Fixed(RealAt(node, "active"), 0), 10), Cell(Fixed(RealAt(node, "done"), 0), 10),
                Cell(Fixed(RealAt(node, "failures"), 0), 8), Ms(RealAt(node, "first_ms")), "\n"});
  }
  out += Cat({"\n",
              title(Cat({Cell("last calls", 20), Cell("asked for", 20), Cell("node", 16), Cell("outcome", 10),
                         Cell("status", 8), "time"})),
              "\n"});
  size_t shown = 0;
  for (const json::value& call : ListAt(live, "calls")) {
    if (++shown > 10) break;
    out += Cat({Cell(TextAt(call, "dialect"), 20), Cell(TextAt(call, "wanted"), 20), Cell(TextAt(call, "node"), 16),
                Cell(TextAt(call, "outcome"), 10), Cell(std::to_string(NumberAt(call, "status", 0)), 8),
                Ms(RealAt(call, "total_us") / 1000), "\n"});
  }
  return out;
}

}  // namespace

int RunTop(App& app, const Arguments& arguments) {
  const auto url = net::BaseUrl(arguments.Get("url", "http://127.0.0.1:8417"));
  if (!url) return app.Fail(url.error());
  const auto key = model::ReadSecret(arguments.Get("key"));
  if (!key) return app.Fail(key.error());
  const bool once = arguments.Has("once") || (!sys::IsTerminal(1) && !arguments.Has("json"));
  const sys::Interrupts interrupts;
  json::array samples;
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  while (!interrupts.token().stop_requested()) {
    const int64_t since = samples.empty() ? 0 : NumberAt(samples.back(), "at_s", 0);
    net::HttpRequest request{.method = "GET", .url = Cat({*url, "/heddle/live?since=", std::to_string(since)})};
    if (!key->empty()) request.headers.emplace_back("Authorization", "Bearer " + *key);
    request.connect_ms = request.first_byte_ms = request.between_ms = 5000;
    const auto reply = net::CurlClient().Send(request, nullptr, interrupts.token());
    if (interrupts.token().stop_requested()) break;
    if (!reply) return app.Fail({reply.error().code, Cat({*url, ": ", reply.error().message})});
    if (reply->status != 200)
      return app.Fail({reply->status == 401 ? Code::kDenied : Code::kUnavailable,
                       Cat({*url, ": HTTP ", std::to_string(reply->status),
                            reply->status == 401 ? "; give --key" : "; is that heddle serve?"})});
    const auto live = model::ParseJson(reply->body);
    if (!live) return app.Fail({Code::kUnavailable, Cat({*url, ": ", live.error().message})});
    for (const json::value& sample : ListAt(*live, "samples")) samples.push_back(sample);
    while (samples.size() > 600) samples.erase(samples.begin());
    if (arguments.Has("json"))
      app.Out(json::serialize(*live) + "\n");
    else
      app.Out(Cat({once ? "" : "\x1b[H\x1b[2J", Screen(*live, samples, sys::TerminalWidth(), app.color(1))}));
    if (once) return kDone;
    never.wait_for(lock, interrupts.token(), std::chrono::seconds(1), [] { return false; });
  }
  return kDone;
}

}  // namespace heddle::cli
