#include "bench/embedded.h"

#include <algorithm>

namespace heddle::bench {

std::string_view Embedded(std::span<const EmbeddedFile> files, std::string_view name) {
  for (const auto& [path, content] : files) {
    if (path.substr(path.rfind('/') + 1) == name) return content;
  }
  return {};
}

std::string FilledIn(std::string_view text,
                     std::initializer_list<std::pair<std::string_view, std::string_view>> values) {
  std::string out;
  size_t from = 0;
  for (size_t at; (at = text.find("{{", from)) != text.npos;) {
    const size_t end = text.find("}}", at);
    if (end == text.npos) break;
    const std::string_view place = text.substr(at + 2, end - at - 2);
    const auto found =
        std::find_if(values.begin(), values.end(), [&](const auto& each) { return each.first == place; });
    out += text.substr(from, at - from);
    from = found == values.end() ? at + 2 : end + 2;
    out += found == values.end() ? "{{" : found->second;
  }
  return out += text.substr(from);
}

}  // namespace heddle::bench
