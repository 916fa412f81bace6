// The embedded table of meanings.
#include <algorithm>

#include "ask/engine.h"
#include "base/text.h"

namespace heddle::ask {
namespace {

struct Embedded {
  std::string_view path, text;
};
constexpr Embedded kFiles[] = {
#include "explain.inc"
};

}  // namespace

std::string_view KnownMeaning(std::string_view command, std::string_view flag) {
  for (const Embedded& file : kFiles) {
    const std::string key = Cat({"\n", command, "\t", flag, "\t"});
    const size_t at = file.text.find(key);
    if (at == file.text.npos) continue;
    const size_t from = at + key.size();
    return file.text.substr(from, file.text.find('\n', from) - from);
  }
  return "";
}

std::vector<std::pair<std::string, std::string>> KnownCommands() {
  std::vector<std::pair<std::string, std::string>> out;
  for (const Embedded& file : kFiles) {
    for (const std::string_view line : Split(file.text, '\n')) {
      const auto fields = Split(line, '\t');
      if (fields.size() == 3 && fields[1].empty()) out.emplace_back(fields[0], fields[2]);
    }
  }
  return out;
}

}  // namespace heddle::ask
