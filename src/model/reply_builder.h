// ReplyBuilder: pieces of a reply in the order a wire gives them become one ChatReply. Not thread-safe; one per reply.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/chat.h"

namespace heddle::model {

class ReplyBuilder {
 public:
  explicit ReplyBuilder(OnPiece on_piece) : on_piece_(std::move(on_piece)) {}

  void Text(std::string_view text);
  void Thinking(std::string_view text);
  void Signature(std::string_view text) { reply_.message.signature += text; }
  // A call by its index in the wire's own counting. Ids and names come once or many times; the first that is not empty
  // stands. Arguments are fragments that are put together.
  void Call(int64_t index, std::string_view id, std::string_view name, std::string_view arguments);
  void End(Finish finish) { reply_.finish = finish, ended_ = true; }
  Usage& usage() { return reply_.usage; }
  void Model(std::string_view name) { reply_.model = name; }

  bool cancelled() const { return cancelled_; }
  bool ended() const { return ended_; }  // the wire said that the reply is whole
  bool any() const { return any_; }      // something was shown
  // The reply, with calls in the order they began. Empty arguments are {}.
  ChatReply Take();

 private:
  void Show(const ChatPiece& piece);

  OnPiece on_piece_;
  ChatReply reply_;
  std::map<int64_t, size_t> calls_;  // wire's index: place in reply_.message.calls
  bool cancelled_ = false, ended_ = false, any_ = false;
};

}  // namespace heddle::model
