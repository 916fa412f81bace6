#include "bench/fences.h"

#include <algorithm>

#include "base/text.h"

namespace heddle::bench {
namespace {

// The marks at the beginning of a line (after spaces, list marks and quote marks); 0: it is no fence.
struct FenceLine {
  char mark = 0;
  size_t length = 0;
  std::string_view info;
};
FenceLine ReadFence(std::string_view line) {
  size_t at = line.find_first_not_of(" \t>");
  if (at == line.npos) return {};
  if ((line[at] == '-' || line[at] == '*') && at + 1 < line.size() && line[at + 1] == ' ')
    at = line.find_first_not_of(' ', at + 1);
  if (at == line.npos || (line[at] != '`' && line[at] != '~')) return {};
  FenceLine out{.mark = line[at]};
  while (at + out.length < line.size() && line[at + out.length] == out.mark) ++out.length;
  if (out.length < 3) return {};
  out.info = Trim(line.substr(at + out.length));
  if (out.info.find(out.mark) != out.info.npos) return {};  // `` ```code``` `` in a sentence
  return out;
}

std::string TagOf(std::string_view info) {
  const std::string lower = Lower(info);
  const size_t start = lower.find_first_not_of("{. ");
  if (start == lower.npos) return {};
  const size_t end = lower.find_first_of(" \t,:{}=", start);
  return lower.substr(start, end == lower.npos ? lower.npos : end - start);
}

struct OpenFence {
  FenceLine line;
  Fence fence;
};

}  // namespace

std::vector<Fence> Fences(std::string_view text) {
  std::vector<Fence> out;
  std::vector<OpenFence> open;
  size_t at = 0, next = 0;
  for (const std::string_view raw : Split(text, '\n')) {
    at = next;
    next = std::min(text.size(), at + raw.size() + 1);
    const std::string_view line = raw.ends_with('\r') ? raw.substr(0, raw.size() - 1) : raw;
    const FenceLine fence = ReadFence(line);
    const auto close = [&] {
      open.back().fence.end = next;
      out.push_back(std::move(open.back().fence));
      open.pop_back();
    };
    if (fence.mark != 0) {
      const bool closes = !open.empty() && fence.mark == open.back().line.mark &&
                          fence.length >= open.back().line.length && fence.info.empty();
      const bool opens = !closes && (open.empty() || !fence.info.empty());
      if (closes) close();
      if (opens) open.push_back({fence, {.tag = TagOf(fence.info), .start = at}});
      if (closes || opens) continue;
    }
    if (open.empty()) continue;
    // "return x```": the fence closes at the end of a line of code.
    const std::string marks(3, open.back().line.mark);
    if (fence.mark == 0 && line.size() > 3 && line.ends_with(marks) && line.find(marks) == line.size() - 3) {
      (open.back().fence.code += line.substr(0, line.size() - 3)) += '\n';
      close();
      continue;
    }
    (open.back().fence.code += line) += '\n';
  }
  while (!open.empty()) {
    open.back().fence.closed = false;
    open.back().fence.end = text.size();
    out.push_back(std::move(open.back().fence));
    open.pop_back();
  }
  return out;
}

}  // namespace heddle::bench
