// Transport: how messages of MCP (JSON-RPC 2.0) reach a server and come back: lines on a program's standard input and
// output, or POSTs to one address (Streamable HTTP). Specifications 2024-11-05 to 2026-07-28.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace heddle::mcp {

// One server, as "mcpServers" of common configuration files has it.
struct ServerSpec {
  std::string name;
  std::vector<std::string> command;  // program and arguments; or
  std::string url;
  std::vector<std::pair<std::string, std::string>> environment, headers;  // besides PATH, HOME, LANG, TMPDIR
};

// Of one message that asks for an answer.
struct Exchange {
  std::string id;      // of the message, as JSON
  std::string method;  // for headers
  std::string name;    // of the tool, where there is one
  std::string text;    // the message
  int timeout_ms = 60'000;
};

class Transport {
 public:
  virtual ~Transport() = default;
  // The answer to `exchange` (a JSON object with its id). What else the server sends meanwhile goes to `on_other`,
  // which may give a text to answer with. kNotFound: the session is gone, and a new one is needed.
  virtual Result<std::string> Ask(const Exchange& exchange,
                                  const std::function<std::string(const std::string&)>& on_other,
                                  const std::stop_token& stop) = 0;
  // A message without an answer.
  virtual Result<> Tell(const std::string& text) = 0;
  // From here on the session speaks this revision; `modern`: of the stateless era.
  virtual void Agree(std::string version, bool modern) = 0;
  virtual void Close() = 0;
};

Result<std::unique_ptr<Transport>> OpenStdio(const ServerSpec& server);
Result<std::unique_ptr<Transport>> OpenHttp(const ServerSpec& server);

}  // namespace heddle::mcp
