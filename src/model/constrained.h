// Answers that must be something: asked for in the strongest way the backend has, checked here whatever it promised,
// and asked for again with the exact error where the check fails. An answer that is not right is never given out as
// one.
#pragma once

#include <stop_token>

#include "model/backend.h"

namespace heddle::model {

struct ConstrainedReply {
  ChatReply reply;
  int attempts = 1;
  bool kept_while_writing = false;  // by the backend
};

// `request.constraint` must be set. At most `attempts` answers; then kInvalid with what is wrong with the last.
Result<ConstrainedReply> ChatConstrained(Backend& backend, ChatRequest request, int attempts,
                                         const std::stop_token& stop);

// Whether the whole of `text` is what `constraint` asks for; the error names the place where it stops to be.
Result<> CheckText(const Constraint& constraint, std::string_view text);

}  // namespace heddle::model
