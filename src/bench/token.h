// OneTimeToken: what a verdict must carry to be believed; of the system's random numbers.
#pragma once

#include <random>
#include <string>

namespace heddle::bench {

inline std::string OneTimeToken() {
  std::random_device random;
  std::string out;
  for (int i = 0; i < 4; ++i) out += std::to_string(random());
  return out;
}

}  // namespace heddle::bench
