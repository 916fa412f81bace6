// HttpBackend: a server of models over HTTP, in any wire. Retries what failed before anything was shown, waits as long
// as the server asks, and compares what the server counted with what was sent.
#pragma once

#include <string>

#include "model/backend.h"
#include "model/wire.h"
#include "net/http_client.h"

namespace heddle::model {

struct Endpoint {
  std::string name;  // in messages: "openai:http://localhost:8080"
  const Wire* wire = nullptr;
  std::string base_url;    // as net::BaseUrl gives it
  std::string key_source;  // as ReadSecret takes it
  int connect_ms = 10'000, first_token_ms = 300'000, between_ms = 60'000;
  int retries = 3;
};

class HttpBackend : public Backend {
 public:
  explicit HttpBackend(Endpoint endpoint, const net::HttpClient& client = net::CurlClient())
      : endpoint_(std::move(endpoint)), client_(client) {}

  Result<ChatReply> Chat(const ChatRequest& request, const OnPiece& on_piece, const std::stop_token& stop) override;
  Result<ChatReply> Fill(const FillRequest& request, const OnPiece& on_piece, const std::stop_token& stop) override;
  Result<std::vector<std::vector<float>>> Embed(const std::string& model, const std::vector<std::string>& texts,
                                                const std::stop_token& stop) override;
  Result<std::vector<std::string>> Models(const std::stop_token& stop) override;
  Result<int64_t> Window(const std::string& model, const std::stop_token& stop) override;
  Result<int64_t> Slots(const std::stop_token& stop) override;
  bool Constrains(std::string_view notation) const override { return endpoint_.wire->constrains(notation); }
  std::string name() const override { return endpoint_.name; }

 private:
  Result<net::HttpRequest> Prepare(std::string_view path, std::string body) const;
  Result<ChatReply> Try(const net::HttpRequest& http, const OnPiece& on_piece, const std::stop_token& stop, bool& again,
                        int& wait_ms);
  Result<> CheckWindow(const ChatRequest& request, const std::stop_token& stop);
  Result<std::string> Get(std::string_view path, std::string body, const std::stop_token& stop) const;

  Endpoint endpoint_;
  const net::HttpClient& client_;
};

// What `written` names: "WIRE:ADDRESS" such as "ollama:localhost:11434", "openai:http://localhost:8080/v1", or only a
// wire, for its usual address. kInvalid tells the forms.
Result<Endpoint> ParseEndpoint(std::string_view written);

}  // namespace heddle::model
