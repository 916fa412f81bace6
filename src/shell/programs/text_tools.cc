#include "shell/programs/text_tools.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "shell/value.h"

namespace heddle::shell {
namespace {

using Ranges = std::vector<std::pair<int64_t, int64_t>>;

// "2,4-6,8-" as [first, last] pairs; nothing when cut refuses it.
std::optional<Ranges> RangesOf(std::string_view list) {
  Ranges out;
  for (auto range : Split(list, ',')) {
    const size_t dash = range.find('-');
    const auto low = range.substr(0, dash);
    const auto high = dash == range.npos ? low : range.substr(dash + 1);
    if (low.empty() && high.empty()) return std::nullopt;
    const auto digits = [](std::string_view text) { return text.find_first_not_of("0123456789") == text.npos; };
    const auto first = low.empty() ? 1 : ParseInt(low), last = high.empty() ? INT64_MAX : ParseInt(high);
    if (!digits(low) || !digits(high) || !first || !last || *first < 1 || *last < *first) return std::nullopt;
    out.emplace_back(*first, *last);
  }
  return out;
}

bool InRanges(const Ranges& ranges, size_t place) {
  return std::any_of(ranges.begin(), ranges.end(), [&](const auto& range) {
    return static_cast<int64_t>(place) >= range.first && static_cast<int64_t>(place) <= range.second;
  });
}

// Where the lines of `text` end, one behind each newline; the end of the text too.
std::vector<size_t> LineEnds(const std::string& text) {
  std::vector<size_t> out{0};
  for (size_t at = 0; (at = text.find('\n', at)) != text.npos;) out.push_back(++at);
  if (out.back() != text.size()) out.push_back(text.size());
  return out;
}

// Of `size` things the number that `amount` names; nothing for suffixes and what is no number.
std::optional<size_t> Count(std::string_view amount) {
  if (amount.empty() || amount.find_first_not_of("0123456789") != amount.npos) return std::nullopt;
  const auto number = ParseInt(amount);
  return number ? std::optional(static_cast<size_t>(*number)) : std::nullopt;
}

// y/abc/xyz/: character by character.
std::string MapCharacters(const std::string& text, std::string_view from, std::string_view to) {
  if (from.size() != to.size() || !IsAscii(from) || !IsAscii(to)) return Unknown();
  std::string out;
  for (const char c : text) {
    const size_t at = from.find(c);
    if (at != from.npos && from.rfind(c) != at) return Unknown();
    out += at == from.npos ? c : to[at];
  }
  return out;
}

}  // namespace

std::vector<std::string> LinesOf(std::string_view text) {
  std::vector<std::string> out;
  for (auto line : Split(text, '\n')) out.emplace_back(line);
  if (!out.empty() && out.back().empty()) out.pop_back();
  return out;
}

std::string MapLines(std::string_view text, const std::function<std::string(std::string_view)>& change) {
  std::string out;
  const auto lines = LinesOf(text);
  for (size_t i = 0; i < lines.size(); ++i) {
    out += change(lines[i]);
    if (i + 1 < lines.size() || text.ends_with("\n")) out += '\n';
  }
  return out;
}

std::string Substitute(const std::string& text, std::string_view program) {
  if (program.size() < 4 || (program[0] != 's' && program[0] != 'y')) return Unknown();
  if (program[1] == '\\' || program[1] == '\n' || HasUnknown(program)) return Unknown();
  const auto parts = Split(program.substr(2), program[1]);
  if (parts.size() != 3) return Unknown();
  const std::string_view pattern = parts[0], with = parts[1], flags = parts[2];
  if (pattern.empty() || with.find_first_of("&\\\n") != with.npos) return Unknown();
  if (pattern.find_first_of("\\.*[]^$\n") != pattern.npos || (!flags.empty() && flags != "g")) return Unknown();
  if (program[0] == 'y') return flags.empty() ? MapCharacters(text, pattern, with) : Unknown();
  return MapLines(text, [&](std::string_view line) {
    if (flags == "g") return ReplaceAll(std::string(line), pattern, with);
    const size_t at = line.find(pattern);
    if (at == line.npos) return std::string(line);
    return Cat({line.substr(0, at), with, line.substr(at + pattern.size())});
  });
}

std::string CutFields(std::string_view text, std::string_view list, char delimiter, bool only_delimited) {
  const auto ranges = RangesOf(list);
  if (!ranges || HasUnknown(text) || delimiter == '\n') return Unknown();
  std::string out;
  for (const std::string& line : LinesOf(text)) {
    const bool delimited = line.find(delimiter) != line.npos;
    if (!delimited && only_delimited) continue;
    bool first = true;
    size_t place = 0;
    for (auto field : Split(line, delimiter)) {
      if (delimited && !InRanges(*ranges, ++place)) continue;
      if (!first) out += delimiter;
      out += field;
      first = false;
    }
    out += '\n';
  }
  return out;
}

std::string CutCharacters(std::string_view text, std::string_view list) {
  const auto ranges = RangesOf(list);
  if (!ranges || HasUnknown(text) || !IsAscii(text)) return Unknown();
  std::string out;
  for (const std::string& line : LinesOf(text)) {
    for (size_t i = 0; i < line.size(); ++i) {
      if (InRanges(*ranges, i + 1)) out += line[i];
    }
    out += '\n';
  }
  return out;
}

std::string Head(const std::string& text, const Part& part) {
  const bool but_last = part.amount.starts_with("-");
  const auto count = Count(but_last ? part.amount.substr(1) : part.amount);
  if (!count) return Unknown();
  const auto ends = LineEnds(text);
  const size_t size = part.bytes ? text.size() : ends.size() - 1;
  const size_t kept = but_last ? size - std::min(size, *count) : std::min(size, *count);
  return text.substr(0, part.bytes ? kept : ends[kept]);
}

std::string Tail(const std::string& text, const Part& part) {
  const bool from = part.amount.starts_with("+");
  const auto count = Count(from || part.amount.starts_with("-") ? part.amount.substr(1) : part.amount);
  if (!count) return Unknown();
  const auto ends = LineEnds(text);
  const size_t size = part.bytes ? text.size() : ends.size() - 1;
  const size_t begin = from ? std::min(size, *count > 0 ? *count - 1 : 0) : size - std::min(size, *count);
  return text.substr(part.bytes ? begin : ends[begin]);
}

std::string DecodeHex(std::string_view text) {
  std::string out;
  int high = -1;
  for (char c : text) {
    const int digit = HexDigit(c);
    if (digit < 0 && c != ' ' && c != '\n' && c != '\t') return std::string(1, kDecoded);
    if (digit < 0) continue;
    if (high < 0) {
      high = digit;
    } else {
      out += static_cast<char>(high * 16 + digit);
      high = -1;
    }
  }
  return high < 0 ? out : std::string(1, kDecoded);
}

}  // namespace heddle::shell
