// Backend: something that answers chats: a runner of this machine, or a server over HTTP. The seam that tests replace.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/chat.h"

namespace heddle::model {

class Backend {
 public:
  virtual ~Backend() = default;
  // Pieces come as they are made, on the calling thread. Errors name the backend and what to do; nothing is retried
  // once a piece was shown. A reply that was cancelled is no error. Thread-safe.
  virtual Result<ChatReply> Chat(const ChatRequest& request, const OnPiece& on_piece, const std::stop_token& stop) = 0;
  // kUnavailable where the backend or its model has no tokens for it.
  virtual Result<ChatReply> Fill(const FillRequest& request, const OnPiece& on_piece, const std::stop_token& stop) = 0;
  // One vector per text.
  virtual Result<std::vector<std::vector<float>>> Embed(const std::string& model, const std::vector<std::string>& texts,
                                                        const std::stop_token& stop) = 0;
  virtual Result<std::vector<std::string>> Models(const std::stop_token& stop) = 0;
  // Tokens that the model's window holds, as the server says; 0: it does not say.
  virtual Result<int64_t> Window(const std::string& model, const std::stop_token& stop) = 0;
  // Calls that it works on at a time, as the server says; 0: it does not say.
  virtual Result<int64_t> Slots(const std::stop_token&) { return 0; }
  // Tokens of the prompt that `request` becomes. kUnavailable where the backend cannot count.
  virtual Result<int64_t> Count(const ChatRequest& request, const std::stop_token& stop);
  // A constraint of this notation is kept while the text is written, not only checked afterwards.
  virtual bool Constrains(std::string_view notation) const = 0;
  virtual std::string name() const = 0;
};

}  // namespace heddle::model
