// Client: one MCP server over one connection that stays open. Speaks both eras: first asks as the stateless one does
// (server/discover), and falls back to the handshake of the older (initialize). Thread-safe; calls go one after
// another.
//
// Calls are checked against the tools that the server lists before anything is sent: an unknown tool, a missing or
// unknown argument, one of another type is an error here; what the server reports as failed (isError) is an error too.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "mcp/transport.h"

namespace heddle::mcp {

struct ToolInfo {
  std::string name, description;
  std::string input_schema;  // JSON Schema, as text
};

struct CallResult {
  std::string text;        // of all parts that are text, a line each
  std::string structured;  // structuredContent as JSON; empty: none
};

struct ClientOptions {
  int start_ms = 30'000;    // until the first answer; programs may be fetched first
  int discover_ms = 3'000;  // for an answer of the stateless era
  int call_ms = 60'000;
};

class Client {
 public:
  // Errors name the server.
  static Result<std::unique_ptr<Client>> Connect(ServerSpec server, const ClientOptions& options,
                                                 const std::stop_token& stop);
  ~Client();

  const std::vector<ToolInfo>& tools() const { return tools_; }
  const ToolInfo* FindTool(std::string_view name) const;  // null: there is none
  // `arguments`: a JSON object. A session that the server has forgotten is opened anew, once.
  Result<CallResult> Call(std::string_view tool, const std::string& arguments, const std::stop_token& stop);
  const std::string& version() const { return version_; }  // of the protocol, as agreed
  bool modern() const { return modern_; }

 private:
  Client(ServerSpec server, const ClientOptions& options, std::unique_ptr<Transport> transport)
      : server_(std::move(server)), options_(options), transport_(std::move(transport)) {}
  Result<> Begin(const std::stop_token& stop);
  Result<> Initialize(const std::stop_token& stop);
  Result<> ListTools(const std::stop_token& stop);
  // The member "result" of the answer, as text; the server's errors as kInvalid.
  Result<std::string> Request(std::string_view method, std::string params, std::string_view name, int timeout_ms,
                              const std::stop_token& stop);

  ServerSpec server_;
  ClientOptions options_;
  std::unique_ptr<Transport> transport_;
  std::mutex mutex_;
  std::vector<ToolInfo> tools_;
  std::string version_;
  bool modern_ = false;
  int64_t next_id_ = 1;
};

// Whether `arguments` (a JSON object) are what `tool` takes.
Result<> CheckArguments(const ToolInfo& tool, const std::string& arguments);

// The servers of {"mcpServers": {...}}. kInvalid names the server.
Result<std::vector<ServerSpec>> ParseServers(std::string_view json);

}  // namespace heddle::mcp
