#include "model/reply_builder.h"

#include "base/text.h"

namespace heddle::model {

std::string_view Name(Finish finish) {
  constexpr std::string_view kNames[] = {"stop", "length", "tool_calls", "filtered", "cancelled"};
  return kNames[static_cast<size_t>(finish)];
}

void ReplyBuilder::Show(const ChatPiece& piece) {
  any_ = true;
  if (on_piece_ && !on_piece_(piece)) cancelled_ = true;
}

void ReplyBuilder::Text(std::string_view text) {
  if (text.empty()) return;
  reply_.message.content += text;
  Show({ChatPiece::Kind::kText, text});
}

void ReplyBuilder::Thinking(std::string_view text) {
  if (text.empty()) return;
  reply_.message.thinking += text;
  Show({ChatPiece::Kind::kThinking, text});
}

void ReplyBuilder::Call(int64_t index, std::string_view id, std::string_view name, std::string_view arguments) {
  auto& calls = reply_.message.calls;
  auto found = calls_.find(index);
  // A second call under the same number has another id.
  const bool other =
      found != calls_.end() && !id.empty() && !calls[found->second].id.empty() && calls[found->second].id != id;
  if (found == calls_.end() || other) {
    found = calls_.insert_or_assign(index, calls.size()).first;
    calls.emplace_back();
  }
  ToolCall& call = calls[found->second];
  if (call.id.empty()) call.id = id;
  if (call.name.empty()) call.name = name;
  call.arguments += arguments;
  Show({ChatPiece::Kind::kCall, arguments, &call});
}

ChatReply ReplyBuilder::Take() {
  for (size_t i = 0; i < reply_.message.calls.size(); ++i) {
    ToolCall& call = reply_.message.calls[i];
    if (call.id.empty()) call.id = Cat({"call_", std::to_string(i + 1)});
    if (Trim(call.arguments).empty()) call.arguments = "{}";
  }
  reply_.message.role = Role::kAssistant;
  if (cancelled_) reply_.finish = Finish::kCancelled;
  if (!reply_.message.calls.empty() && reply_.finish == Finish::kStop) reply_.finish = Finish::kToolCalls;
  return std::move(reply_);
}

}  // namespace heddle::model
