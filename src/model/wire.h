// Wires: how a server of models is spoken to. Each is two pure functions: a request becomes a body, and events of a
// stream become pieces of a reply. No I/O here.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/chat.h"
#include "model/reply_builder.h"

namespace heddle::model {

enum class Framing : uint8_t { kServerEvents, kLines };

// Takes the events of one streamed reply. An error that the server sent in the stream is returned as one.
class Decoder {
 public:
  virtual ~Decoder() = default;
  virtual Result<> Take(std::string_view name, std::string_view data, ReplyBuilder& out) = 0;
};

struct Wire {
  std::string_view name;         // in configuration: "openai", "responses", "anthropic", "ollama"
  std::string_view path;         // of a chat, behind the base address
  std::string_view models_path;  // that lists models
  Framing framing = Framing::kServerEvents;
  std::string (*encode)(const ChatRequest& request) = nullptr;
  std::unique_ptr<Decoder> (*decoder)() = nullptr;
  // A constraint of this notation can be asked for in the wire's own words.
  bool (*constrains)(std::string_view notation) = nullptr;
};

extern const Wire kOpenAiChat, kOpenAiResponses, kAnthropic, kOllama;
// By name; null for others.
const Wire* FindWire(std::string_view name);

// The message of an error's body in any of the wires' forms, else its beginning. Safe to print.
std::string ErrorText(std::string_view body);

}  // namespace heddle::model
