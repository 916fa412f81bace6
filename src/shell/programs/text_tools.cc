#include "shell/programs/text_tools.h"

#include <algorithm>
#include <cstdio>
#include <optional>

#include "base/text.h"
#include "shell/expand.h"

namespace heddle::shell {
namespace {

constexpr size_t kMaxPrinted = 1 << 16;

// printf's number: decimal, 0x.., 0.., or 'c for the code of a character.
std::optional<int64_t> NumberOf(const std::string& text) {
  if (text.empty()) return 0;
  if (text.size() >= 2 && (text[0] == '\'' || text[0] == '"')) return static_cast<unsigned char>(text[1]);
  char* end = nullptr;
  const long long value = std::strtoll(text.c_str(), &end, 0);
  return *end == '\0' ? std::optional<int64_t>(value) : std::nullopt;
}

// One conversion; nothing when it is not modelled.
std::optional<std::string> Convert(char type, const std::string& value) {
  if (type == 's') return value;
  if (type == 'b') return DecodeEscapes(value, true);
  if (type == 'c') return value.substr(0, 1);
  if (type == 'q') return value;  // quoted again, which a shell that reads it undoes
  const auto number = NumberOf(value);
  if (!number) return std::nullopt;
  char text[32];
  if (type == 'd' || type == 'i') {
    std::snprintf(text, sizeof text, "%lld", static_cast<long long>(*number));
  } else if (type == 'x' || type == 'X' || type == 'o' || type == 'u') {
    const char format[] = {'%', 'l', 'l', type, '\0'};
    std::snprintf(text, sizeof text, format, static_cast<unsigned long long>(*number));
  } else {
    return std::nullopt;
  }
  return text;
}

// The characters of a set of tr, ranges spelt out; nothing for classes and repeats.
std::optional<std::string> SetOf(std::string_view raw) {
  const std::string text =
      DecodeEscapes(ReplaceAll(ReplaceAll(std::string(raw), "[:lower:]", "a-z"), "[:upper:]", "A-Z"));
  if (Contains(text, "[:") || Contains(text, "[=") || (Contains(text, "[") && Contains(text, "*"))) return std::nullopt;
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (i + 2 < text.size() && text[i + 1] == '-' && text[i] <= text[i + 2]) {
      for (int c = static_cast<unsigned char>(text[i]); c <= static_cast<unsigned char>(text[i + 2]); ++c)
        out += static_cast<char>(c);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

// 1-based places of "2,4-6,8-" as [first, last] pairs.
std::vector<std::pair<size_t, size_t>> Ranges(std::string_view list) {
  std::vector<std::pair<size_t, size_t>> out;
  for (auto range : Split(list, ',')) {
    const size_t dash = range.find('-');
    const auto from = static_cast<size_t>(ParseInt(range.substr(0, dash)).value_or(1));
    const auto to =
        dash == range.npos ? from : static_cast<size_t>(ParseInt(range.substr(dash + 1)).value_or(INT32_MAX));
    out.emplace_back(from, to);
  }
  return out;
}

bool InRanges(const std::vector<std::pair<size_t, size_t>>& ranges, size_t place) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const auto& range) { return place >= range.first && place <= range.second; });
}

}  // namespace

std::vector<std::string> LinesOf(std::string_view text) {
  std::vector<std::string> out;
  for (auto line : Split(text, '\n')) out.emplace_back(line);
  if (!out.empty() && out.back().empty()) out.pop_back();
  return out;
}

std::string JoinLines(const std::vector<std::string>& lines) {
  std::string out;
  for (const auto& line : lines) out += line + "\n";
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

std::string FormatWords(const std::vector<std::string>& words) {
  if (words.empty()) return "";
  const std::string format = DecodeEscapes(words[0]);
  std::string out;
  size_t next = 1;
  do {
    const size_t before = next;
    for (size_t i = 0; i < format.size(); ++i) {
      if (format[i] != '%' || i + 1 == format.size()) {
        out += format[i];
        continue;
      }
      const char type = format[++i];
      if (type == '%') {
        out += '%';
        continue;
      }
      const std::string value = next < words.size() ? words[next] : "";
      ++next;
      // Widths and flags are not modelled.
      const auto text = Convert(type, value);
      if (!text) return Unknown();
      out += *text;
    }
    if (next == before) break;
  } while (next < words.size() && out.size() < kMaxPrinted);
  return out.size() < kMaxPrinted ? out : Unknown();
}

std::string Translate(const std::string& text, std::string_view from, std::string_view to, bool deletes) {
  const auto source = SetOf(from), target = SetOf(to);
  if (!source || !target || (!deletes && target->empty())) return Unknown();
  std::string out;
  for (char c : text) {
    const size_t at = source->rfind(c);
    if (at == source->npos)
      out += c;
    else if (!deletes)
      out += (*target)[std::min(source->find(c), target->size() - 1)];
  }
  return out;
}

std::string Substitute(const std::string& text, std::string_view program) {
  if (program.size() < 4 || (program[0] != 's' && program[0] != 'y')) return Unknown();
  const auto parts = Split(program.substr(2), program[1]);
  if (parts.size() != 3) return Unknown();
  const std::string_view pattern = parts[0], with = parts[1], flags = parts[2];
  if (pattern.empty() || with.find_first_of("&\\") != with.npos) return Unknown();
  if (program[0] == 'y') {
    if (pattern.size() != with.size() || !flags.empty()) return Unknown();
    return Translate(text, pattern, with, false);
  }
  if (pattern.find_first_of("\\.*[]^$") != pattern.npos || (!flags.empty() && flags != "g")) return Unknown();
  return MapLines(text, [&](std::string_view line) {
    if (flags == "g") return ReplaceAll(std::string(line), pattern, with);
    const size_t at = line.find(pattern);
    if (at == line.npos) return std::string(line);
    return Cat({line.substr(0, at), with, line.substr(at + pattern.size())});
  });
}

std::string CutFields(std::string_view line, std::string_view list, char delimiter) {
  if (line.find(delimiter) == line.npos) return std::string(line);
  const auto ranges = Ranges(list);
  std::string out;
  bool first = true;
  size_t place = 0;
  for (auto field : Split(line, delimiter)) {
    if (!InRanges(ranges, ++place)) continue;
    if (!first) out += delimiter;
    out += field;
    first = false;
  }
  return out;
}

std::string CutCharacters(std::string_view line, std::string_view list) {
  const auto ranges = Ranges(list);
  std::string out;
  for (size_t i = 0; i < line.size(); ++i) {
    if (InRanges(ranges, i + 1)) out += line[i];
  }
  return out;
}

std::string Head(const std::string& text, const std::string& count, const std::string& bytes) {
  const auto number = ParseInt(bytes.empty() ? (count.empty() ? "10" : count) : bytes);
  if (!number || *number < 0) return Unknown();
  if (!bytes.empty()) return text.substr(0, static_cast<size_t>(*number));
  auto lines = LinesOf(text);
  if (lines.size() > static_cast<size_t>(*number)) lines.resize(static_cast<size_t>(*number));
  return JoinLines(lines);
}

std::string Tail(const std::string& text, const std::string& count, const std::string& bytes) {
  std::string amount = bytes.empty() ? (count.empty() ? "10" : count) : bytes;
  const bool from = amount.starts_with("+");
  if (from) amount.erase(0, 1);
  const auto number = ParseInt(amount);
  if (!number || *number < 0) return Unknown();
  const auto wanted = static_cast<size_t>(*number);
  const auto lines = LinesOf(text);
  const size_t size = bytes.empty() ? lines.size() : text.size();
  const size_t start = from ? (wanted > 0 ? wanted - 1 : 0) : size - std::min(size, wanted);
  if (!bytes.empty()) return text.substr(std::min(start, size));
  return JoinLines({lines.begin() + static_cast<std::ptrdiff_t>(std::min(start, size)), lines.end()});
}

std::string DecodeHex(std::string_view text) {
  std::string out;
  int high = -1;
  for (char c : text) {
    const int digit = HexDigit(c);
    if (digit < 0) continue;
    if (high < 0) {
      high = digit;
    } else {
      out += static_cast<char>(high * 16 + digit);
      high = -1;
    }
  }
  return out;
}

}  // namespace heddle::shell
