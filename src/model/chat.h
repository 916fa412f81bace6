// Chat: what is asked of a model and what comes back, the same for every wire. Plain data.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace heddle::model {

enum class Role : uint8_t { kSystem, kUser, kAssistant, kTool };

struct ToolCall {
  std::string id;  // answers name it; made up where a wire has none
  std::string name;
  std::string arguments;  // a JSON object, as text
};

struct Message {
  Role role = Role::kUser;
  std::string content;
  std::string thinking, signature;  // of an assistant; sent back as they came where a wire wants that
  std::vector<ToolCall> calls;      // of an assistant
  std::string call_id, tool_name;   // of a tool's answer
  bool failed = false;              // the tool's answer is an error
};

struct Tool {
  std::string name, description;
  std::string parameters = "{\"type\":\"object\"}";  // JSON Schema, as text
};

// What the answer must be; checked here again whatever a server promises.
struct Constraint {
  std::string notation;  // as grammar::NotationOf takes it: "json-schema", "gbnf", ...
  std::string text;
};

// How tokens are drawn, and when that ends. What is not set is the backend's own choice.
struct Sampling {
  std::optional<double> temperature, top_p, min_p;
  std::optional<double> frequency_penalty, presence_penalty, repeat_penalty;
  std::optional<int64_t> top_k, seed;
  int64_t max_tokens = -1;  // -1: the server's own limit
  std::vector<std::string> stop;
};

struct ChatRequest : Sampling {
  std::string model;
  std::vector<Message> messages;
  std::vector<Tool> tools;
  std::string tool_choice;  // empty: the model's; "none", "required", or a tool's name
  std::optional<Constraint> constraint;
  std::string thinking;    // empty: the model's own way; "off", "on", or an effort: "low", "medium", "high"
  int64_t context = 0;     // Ollama: the window to load the model with; 0: the server's
  std::string keep_alive;  // Ollama and runners: "5m"; empty: the server's
};

// What stands between two texts, for code that is being written; or, `plain`, how the text `prefix` goes on, through no
// template.
struct FillRequest : Sampling {
  std::string model, prefix, suffix;
  bool plain = false;
  std::string keep_alive;  // as of a chat
};

enum class Finish : uint8_t { kStop, kLength, kToolCalls, kFiltered, kCancelled };
std::string_view Name(Finish finish);

struct Usage {
  int64_t prompt_tokens = -1, cached_tokens = -1, completion_tokens = -1;  // -1: the server did not say
};

// Where a runner's time went, in microseconds; -1: the backend does not say.
struct NodeTimes {
  int64_t queue_us = -1, prompt_us = -1, decode_us = -1, mask_us = -1;
};

struct ChatReply {
  Message message;
  Finish finish = Finish::kStop;
  Usage usage;
  NodeTimes times;
  std::string model;     // as the server names it
  int64_t first_us = 0;  // from sending to the first piece
  int64_t total_us = 0;
};

// A piece of a reply as it comes.
struct ChatPiece {
  enum class Kind : uint8_t { kText, kThinking, kCall } kind = Kind::kText;
  std::string_view text;           // kCall: a part of the arguments
  const ToolCall* call = nullptr;  // kCall: the call that it belongs to, so far
};
// False ends the reply, which is then kCancelled.
using OnPiece = std::function<bool(const ChatPiece&)>;

}  // namespace heddle::model
