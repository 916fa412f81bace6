// Call: what a client asks for, the same for every dialect. Plain data.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/chat.h"

namespace heddle::serve {

enum class Job : uint8_t { kChat, kText, kEmbed, kCount };

struct Call {
  Job job = Job::kChat;
  std::string model;               // as asked: a model, a tier, or "auto"
  model::ChatRequest chat;         // kChat, kCount
  model::FillRequest text;         // kText
  std::vector<std::string> texts;  // kEmbed
  bool stream = false;
  bool stream_usage = true;          // counts at the end of a stream (OpenAI asks for them)
  bool base64 = false;               // kEmbed: vectors as base64 of 32-bit floats
  std::vector<std::string> ignored;  // fields that were given and have no effect here
};

// What is told apart in every answer.
struct AnswerId {
  std::string id;       // hexadecimal, without a prefix
  int64_t created = 0;  // seconds since 1970
  std::string model;    // that answers
};

}  // namespace heddle::serve
