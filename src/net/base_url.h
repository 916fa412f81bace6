// Base addresses as people write them: with or without scheme, port, /v1 or a slash at the end.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace heddle::net {

// The address without what belongs to single calls: "host:1/v1/" and "http://host:1" are "http://host:1". Local hosts
// get http, others https. kInvalid names what is wrong.
Result<std::string> BaseUrl(std::string_view written);

}  // namespace heddle::net
