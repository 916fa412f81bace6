// Requests and events of the runner's protocol (docs/runner.md): one JSON object per line, many requests at a time on
// one connection, told apart by the id that the client gave. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace heddle::runner {

constexpr size_t kMaxLine = size_t{32} << 20;  // bytes; a longer line ends the connection

enum class Operation : uint8_t { kGenerate, kInfill, kEmbed, kTokenize, kInfo, kCancel, kShutdown };

struct Message {
  std::string role, content;
};

struct Sampling {
  float temperature = 0.8F;  // 0: always the likeliest token
  int32_t top_k = 40;        // 0: off
  float top_p = 0.95F;       // 1: off
  float min_p = 0.05F;       // 0: off
  float repeat_penalty = 1;  // 1: off
  float frequency_penalty = 0, presence_penalty = 0;
  int32_t penalty_last = 64;     // tokens looked at by the penalties
  std::optional<uint32_t> seed;  // none: another one each time
};

struct Constraint {
  std::string notation;  // as grammar::NotationOf takes it
  std::string text;
  std::string layout = "spaced";  // of JSON Schema: compact, spaced, flexible, indented
};

struct Request {
  Operation operation = Operation::kInfo;
  int64_t id = 0;
  std::vector<Message> messages;  // through the model's chat template; or:
  std::string prompt;             // as it stands, with special tokens by name when `special`
  bool special = false;
  std::string prefix, suffix;      // kInfill
  std::vector<std::string> texts;  // kEmbed, kTokenize
  std::string chat_template;       // instead of the model's own
  std::string assistant_begin;     // what the answer begins with
  Sampling sampling;
  int64_t max_tokens = -1;  // -1: as many as the sequence's share of the context holds
  std::vector<std::string> stop;
  std::optional<Constraint> constraint;
  int32_t logprobs = -1;              // so many alternatives per token; -1: no log-probabilities
  bool thinking = false;              // text between <think> and </think> comes as its own events
  bool speculate = true;              // drafts from the text so far, where they pay
  std::optional<int64_t> keep_alive;  // seconds the model stays without work from now on; negative: for ever
};

// kInvalid names the field; limits: kMaxLine bytes, depth 32.
Result<Request> ParseRequest(std::string_view line);

// Why a generation ended.
enum class Finish : uint8_t { kStop, kLength, kCancelled };
std::string_view Name(Finish finish);

struct TokenChance {
  std::string text;
  float logprob = 0;
};

struct Usage {
  int64_t prompt_tokens = 0, cached_tokens = 0;      // cached: of the prompt, not computed again
  int64_t completion_tokens = 0, forced_tokens = 0;  // forced: of the completion, not sampled
  int64_t drafted = 0, accepted = 0;                 // by speculation
  int64_t queue_us = 0, prompt_us = 0, decode_us = 0;
  int64_t decode_calls = 0;  // of the model, after the prompt
  int64_t masks = 0, mask_us = 0;
};

// Each is one line with its newline.
std::string TextEvent(int64_t id, std::string_view text, bool thinking,
                      const std::vector<std::vector<TokenChance>>& chances);
std::string DoneEvent(int64_t id, Finish finish, std::string_view stopped_by, const Usage& usage);
std::string ErrorEvent(int64_t id, const Error& error);
std::string_view CodeName(Code code);

}  // namespace heddle::runner
