// Published: pass rates that others have measured, to notice a run that went wrong.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace heddle::bench {

struct PublishedRate {
  double percent = 0;
  std::string source;
};

// By the model's name as files and servers have it ("Qwen2.5-Coder-0.5B-Instruct-Q8_0", "qwen2.5-coder:0.5b").
std::optional<PublishedRate> FindPublished(std::string_view model, std::string_view suite);

}  // namespace heddle::bench
