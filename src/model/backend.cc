#include "model/backend.h"

#include "base/text.h"

namespace heddle::model {

Result<int64_t> Backend::Count(const ChatRequest&, const std::stop_token&) {
  return Error{Code::kUnavailable, Cat({name(), ": this backend does not count tokens"})};
}

}  // namespace heddle::model
