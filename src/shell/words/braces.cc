// Brace expansion (the bash manual, 3.5.1): text in, texts out.
#include <algorithm>

#include "base/text.h"
#include "shell/expand.h"
#include "shell/parsing/scan.h"

namespace heddle::shell {
namespace {

constexpr size_t kMaxFields = 4096;

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }

bool IsQuote(char c) { return c == '\'' || c == '"' || c == '\\' || c == '`'; }

// A number as a range has it: "+3" too.
std::optional<int64_t> NumberOf(std::string_view text) {
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  return ParseInt(text);
}

std::vector<std::string> BraceRange(std::string_view inside) {
  const size_t dots = inside.find("..");
  if (dots == inside.npos) return {};
  const auto from = inside.substr(0, dots);
  auto to = inside.substr(dots + 2);
  int64_t step = 1;
  if (const size_t more = to.find(".."); more != to.npos) {
    const auto given = NumberOf(to.substr(more + 2));
    if (!given) return {};
    step = *given == INT64_MIN ? 1 : std::max<int64_t>(1, std::abs(*given));
    to = to.substr(0, more);
  }
  std::vector<std::string> out;
  const bool letters = from.size() == 1 && to.size() == 1 && IsLetter(from[0]) && IsLetter(to[0]);
  const auto low = letters ? std::optional<int64_t>(from[0]) : NumberOf(from);
  const auto high = letters ? std::optional<int64_t>(to[0]) : NumberOf(to);
  const auto far = [](int64_t value) { return value > (1LL << 40) || value < -(1LL << 40); };
  if (!low || !high || far(*low) || far(*high) || far(step)) return {};
  // Between the cases lie signs that a shell would read again.
  if (letters && IsUpper(from[0]) != IsUpper(to[0])) return {Unknown()};
  // Leading zeros widen every number: {01..10}.
  const auto padded = [&](std::string_view text) { return text.size() > 1 && text[text[0] == '-' ? 1 : 0] == '0'; };
  const size_t width = !letters && (padded(from) || padded(to)) ? std::max(from.size(), to.size()) : 0;
  for (int64_t v = *low; *low <= *high ? v <= *high : v >= *high; v += *low <= *high ? step : -step) {
    if (out.size() > kMaxFields) break;
    std::string text = letters ? std::string(1, static_cast<char>(v)) : std::to_string(v);
    if (text.size() < width) text.insert(text[0] == '-' ? 1 : 0, width - text.size(), '0');
    out.push_back(std::move(text));
  }
  return out;
}

// Whether the double quotes of `text` hold a ${..} with quotes of its own and a brace between them. bash looks for
// braces before parameters, so to it those quotes end the outer ones.
bool BreaksQuotes(std::string_view text) {
  bool inside = true;
  for (size_t i = 1; i + 1 < text.size(); ++i) {
    if (text[i] == '\\')
      ++i;
    else if (text[i] == '$' && text[i + 1] == '(')
      i = std::min(MatchingClose(text, i + 1, '(', ')'), text.size()) - 1;
    else if (text[i] == '"')
      inside = !inside;
    else if (!inside && text[i] == '{' && text[i - 1] != '$')
      return true;
  }
  return false;
}

// One word's expansion. What it may read is bounded in all: braces in each other are read anew at every level, and one
// that is never closed to the end of the word.
class Braces {
 public:
  explicit Braces(size_t size) : left_(kMaxRead + 4 * size) {}

  BraceFaults faults() const { return {cut_, unsure_}; }

  std::vector<std::string> Expand(std::string_view raw, int depth) {
    for (size_t i = 0; i < raw.size();) {
      if (const size_t after = SkipProtected(raw, i); after > i) {
        unsure_ |= raw[i] == '"' && BreaksQuotes(raw.substr(i, after - i));
        i = after;
        continue;
      }
      const size_t end = raw[i] == '{' ? Close(raw, i) : raw.npos;
      if (cut_) return {Unknown()};
      if (end == raw.npos) {
        ++i;
        continue;
      }
      const std::string_view inside = raw.substr(i + 1, end - i - 2);
      std::vector<std::string> choices = BraceRange(inside);
      const bool range = !choices.empty();
      if (!range) choices = Choices(inside);
      if (choices.size() > 1 || range) return Combine(raw.substr(0, i), choices, raw.substr(end), depth);
      unsure_ |= EndsElsewhere(raw, end);
      ++i;
    }
    return {std::string(raw)};
  }

 private:
  static constexpr size_t kMaxRead = 1 << 16;
  static constexpr int kMaxDepth = 40;

  // The index after what begins at `at` and holds no brace of its own: a quote, a ${..} or a $(..). Else `at`.
  static size_t SkipProtected(std::string_view raw, size_t at) {
    if (IsQuote(raw[at])) return SkipQuote(raw, at);
    const char next = at + 1 < raw.size() ? raw[at + 1] : '\0';
    if (raw[at] == '$' && next == '\'') return std::min(SkipDollarText(raw, at, 0), raw.size());
    if (raw[at] != '$' || (next != '{' && next != '(')) return at;
    return std::min(MatchingClose(raw, at + 1, next, next == '{' ? '}' : ')'), raw.size());
  }

  // Notes that the bytes from `from` to `to` were read; npos: to the end.
  size_t Read(std::string_view raw, size_t from, size_t to) {
    const size_t bytes = std::min(to, raw.size()) - from;
    cut_ |= bytes > left_;
    left_ -= std::min(bytes, left_);
    return to;
  }

  size_t Close(std::string_view raw, size_t at) { return Read(raw, at, MatchingClose(raw, at, '{', '}')); }

  // What stands between the commas that are not in further braces.
  static std::vector<std::string> Choices(std::string_view inside) {
    std::vector<std::string> out;
    size_t from = 0;
    int level = 0;
    for (size_t i = 0; i < inside.size();) {
      if (const size_t after = SkipProtected(inside, i); after > i) {
        i = after;
        continue;
      }
      if (inside[i] == '{') ++level;
      if (inside[i] == '}') --level;
      if (inside[i] == ',' && level == 0) {
        out.emplace_back(inside.substr(from, i - from));
        from = i + 1;
      }
      ++i;
    }
    out.emplace_back(inside.substr(from));
    return out;
  }

  // bash looks further for the end of a brace that has no comma.
  bool EndsElsewhere(std::string_view raw, size_t end) {
    const size_t comma = Read(raw, end, raw.find(',', end));
    return comma != raw.npos && raw.find('}', comma) != raw.npos && raw.find('{', end) > comma;
  }

  std::vector<std::string> Combine(std::string_view before, const std::vector<std::string>& choices,
                                   std::string_view after, int depth) {
    cut_ |= depth >= kMaxDepth;
    if (cut_) return {Unknown()};
    std::vector<std::string> out;
    const auto tails = Expand(after, depth + 1);
    for (const auto& choice : choices) {
      for (const auto& middle : Expand(choice, depth + 1)) {
        for (const auto& tail : tails) {
          cut_ |= out.size() >= kMaxFields;
          if (cut_) return out;
          out.push_back(Cat({before, middle, tail}));
        }
      }
    }
    return out;
  }

  size_t left_;
  bool cut_ = false, unsure_ = false;
};

}  // namespace

std::vector<std::string> ExpandBraces(std::string_view raw, BraceFaults& faults) {
  if (raw.find('{') == raw.npos) return {std::string(raw)};
  Braces braces(raw.size());
  auto out = braces.Expand(raw, 0);
  faults = braces.faults();
  return out;
}

}  // namespace heddle::shell
