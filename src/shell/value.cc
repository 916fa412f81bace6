#include "shell/value.h"

#include <algorithm>
#include <utility>

namespace heddle::shell {

bool HasUnknown(std::string_view text) { return std::any_of(text.begin(), text.end(), IsMark); }

std::string WithoutUnknown(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (!IsMark(c)) out += c;
  }
  return out;
}

std::string Unknown() { return std::string(1, kUnknown); }

std::string Unsure(std::string_view text) {
  std::string out;
  for (const char mark : {kDownloaded, kDecoded, kSecret}) {
    if (text.find(mark) != text.npos) out += mark;
  }
  return out.empty() ? Unknown() : out;
}

void Add(Stream& to, Stream part) {
  to.text += part.text;
  if (to.text.size() > kMaxStream) to.text = Unknown();
  to.filtered |= part.filtered;
  to.secret |= part.secret;
  to.decoded |= part.decoded;
}

}  // namespace heddle::shell
