#include "cli/markdown.h"

#include "base/text.h"

namespace heddle::cli {

std::string Markdown::Style() const {
  if (fence_ || code_) return "\x1b[0;36m";
  if (heading_ || bold_) return "\x1b[0;1m";
  return "\x1b[0m";
}

std::string Markdown::Feed(std::string_view piece) {
  std::string safe = ForTerminal(piece, Layout::kProse);
  if (!color_) return safe;
  const std::string text = held_ + safe;
  held_.clear();
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const char c = text[at];
    const size_t run = c == '`' || c == '*' || c == '#' ? text.find_first_not_of(c, at) : at;
    if (run == text.npos) {  // the mark may go on
      held_ = text.substr(at);
      return out;
    }
    const size_t length = run - at;
    if (c == '`' && line_begin_ && length >= 3) {
      const bool opens = !fence_;
      if (opens) fence_ = true;
      out += Style() + text.substr(at, length);
      if (!opens) fence_ = false;  // its line keeps the colour
      at = run, line_begin_ = false;
      continue;
    }
    if (c == '#' && line_begin_ && !fence_ && length <= 6) {
      heading_ = true;
      out += Style() + text.substr(at, length);
      at = run, line_begin_ = false;
      continue;
    }
    if (c == '`' && !fence_ && length == 1) {
      const bool was = code_;
      code_ = true;
      out += Style() + "`";
      code_ = !was;
      if (was) out += Style();
      at = run, line_begin_ = false;
      continue;
    }
    if (c == '*' && !fence_ && !code_ && length == 2) {
      bold_ = !bold_;
      out += (bold_ ? Style() + "**" : "**" + Style());
      at = run, line_begin_ = false;
      continue;
    }
    if (c == '\n') {
      if (heading_ || bold_ || code_ || !fence_) {
        heading_ = bold_ = code_ = false;
        out += Style();
      }
      out += '\n';
      line_begin_ = true, ++at;
      continue;
    }
    const size_t next = length > 0 ? run : at + 1;
    out += text.substr(at, next - at);
    if (c != ' ') line_begin_ = false;
    at = next;
  }
  return out;
}

std::string Markdown::End() {
  std::string out = held_;
  held_.clear();
  line_begin_ = true, fence_ = heading_ = code_ = bold_ = false;
  return color_ ? out + "\x1b[0m" : out;
}

}  // namespace heddle::cli
