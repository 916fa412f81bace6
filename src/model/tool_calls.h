// Tool calls in text: local models write calls into their answers, each family in its own way. They are recognised only
// when tools were offered, and only when the name is one of them and the arguments are, or can be made, valid for it;
// else the text stays what it is. Pure.
#pragma once

#include <string>
#include <vector>

#include "model/chat.h"

namespace heddle::model {

// Moves the calls that `message.content` holds into `message.calls`.
void TakeCallsFromText(Message& message, const std::vector<Tool>& tools);

// What a model without tools of its own is told about them, and the structural tags that hold it to their schemas.
std::string ToolPrompt(const std::vector<Tool>& tools);
std::string ToolTags(const std::vector<Tool>& tools, const std::string& choice);
// A message with calls, or the answer of a tool, as that model is to read it.
std::string AsText(const Message& message);

constexpr std::string_view kCallBegin = "<tool_call>", kCallEnd = "</tool_call>";

}  // namespace heddle::model
