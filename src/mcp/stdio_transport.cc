// Lines of JSON on the standard input and output of a program (specification, Transports: stdio).
#include <boost/json.hpp>

#include "base/text.h"
#include "mcp/transport.h"
#include "sys/child.h"
#include "sys/environment.h"

namespace heddle::mcp {
namespace {

constexpr int kWriteMs = 10'000;
constexpr int kPatienceMs = 500;  // after its input closed
constexpr int kMaxJunk = 1000;    // lines that are no messages, for one answer
constexpr const char* kInherited[] = {"PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "USER", "SHELL", "TERM"};

class StdioTransport : public Transport {
 public:
  explicit StdioTransport(sys::Child child) : child_(std::move(child)) {}
  ~StdioTransport() override { Close(); }

  Result<std::string> Ask(const Exchange& exchange, const std::function<std::string(const std::string&)>& on_other,
                          const std::stop_token& stop) override {
    TRY(child_.WriteLine(exchange.text, kWriteMs));
    const int64_t deadline = sys::SystemClock().MonotonicUs() + int64_t{exchange.timeout_ms} * 1000;
    for (int junk = 0; junk < kMaxJunk;) {
      const int64_t left_ms = (deadline - sys::SystemClock().MonotonicUs()) / 1000;
      TRY_ASSIGN(const std::string line, child_.ReadLine(static_cast<int>(std::max<int64_t>(left_ms, 0)), stop));
      boost::system::error_code failed;
      const boost::json::value value = boost::json::parse(line, failed, {}, {.max_depth = 128});
      if (failed || !value.is_object()) {  // servers print what they like
        ++junk;
        continue;
      }
      const auto& message = value.as_object();
      const bool answer = !message.contains("method");
      const auto* id = message.if_contains("id");
      if (answer && id != nullptr && boost::json::serialize(*id) == exchange.id) return line;
      if (answer) continue;  // to a question that nobody waits for any more
      if (const std::string reply = on_other(line); !reply.empty()) TRY(child_.WriteLine(reply, kWriteMs));
    }
    return Error{Code::kInvalid, "the server prints too much that is no message"};
  }
  Result<> Tell(const std::string& text) override { return child_.WriteLine(text, kWriteMs); }
  void Agree(std::string, bool) override {}
  void Close() override { child_.Stop(kPatienceMs); }

 private:
  sys::Child child_;
};

}  // namespace

Result<std::unique_ptr<Transport>> OpenStdio(const ServerSpec& server) {
  std::vector<std::string> environment;
  for (const char* name : kInherited)
    if (sys::HasEnv(name)) environment.push_back(Cat({name, "=", sys::Env(name)}));
  for (const auto& [name, value] : server.environment) environment.push_back(Cat({name, "=", value}));
  TRY_ASSIGN(sys::Child child, sys::Child::Start(server.command, environment));
  return std::unique_ptr<Transport>(std::make_unique<StdioTransport>(std::move(child)));
}

}  // namespace heddle::mcp
