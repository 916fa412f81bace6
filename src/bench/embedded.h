// Embedded: files of data/bench that are compiled in, by name, and texts with {{places}} in them.
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace heddle::bench {

using EmbeddedFile = std::pair<std::string_view, std::string_view>;  // path, content

// Empty: no such file.
std::string_view Embedded(std::span<const EmbeddedFile> files, std::string_view name);

// One pass: what is put in is never looked at for places again. Places without a value stay as they are.
std::string FilledIn(std::string_view text,
                     std::initializer_list<std::pair<std::string_view, std::string_view>> values);

}  // namespace heddle::bench
