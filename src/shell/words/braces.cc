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

}  // namespace

std::vector<std::string> ExpandBraces(std::string_view raw, bool* cut) {
  constexpr int kMaxUnclosed = 64;  // each is looked for to the end of the word
  int unclosed = 0;
  for (size_t i = 0; i < raw.size();) {
    if (IsQuote(raw[i])) {
      const size_t end = SkipQuote(raw, i);
      if (raw[i] == '"' && BreaksQuotes(raw.substr(i, end - i))) return {Unknown()};
      i = end;
      continue;
    }
    if (raw.substr(i).starts_with("$'")) {
      i = std::min(SkipDollarText(raw, i, 0), raw.size());
      continue;
    }
    if (raw[i] == '$' && i + 1 < raw.size() && (raw[i + 1] == '{' || raw[i + 1] == '(')) {
      const size_t end = MatchingClose(raw, i + 1, raw[i + 1], raw[i + 1] == '{' ? '}' : ')');
      i = end == raw.npos ? raw.size() : end;
      continue;
    }
    const bool brace = raw[i] == '{' && unclosed < kMaxUnclosed;
    const size_t end = brace ? MatchingClose(raw, i, '{', '}') : raw.npos;
    if (end == raw.npos) {
      unclosed += brace ? 1 : 0;
      if (cut != nullptr && unclosed == kMaxUnclosed) *cut = true;
      ++i;
      continue;
    }
    const std::string_view inside = raw.substr(i + 1, end - i - 2);
    std::vector<std::string> choices = BraceRange(inside);
    const bool range = !choices.empty();
    if (!range) {
      size_t from = 0;
      int level = 0;
      for (size_t k = 0; k <= inside.size();) {
        if (k < inside.size() && IsQuote(inside[k])) {
          k = SkipQuote(inside, k);
          continue;
        }
        if (inside.substr(k).starts_with("$'")) {
          k = std::min(SkipDollarText(inside, k, 0), inside.size());
          continue;
        }
        if (k + 1 < inside.size() && inside[k] == '$' && (inside[k + 1] == '{' || inside[k + 1] == '(')) {
          const size_t close = MatchingClose(inside, k + 1, inside[k + 1], inside[k + 1] == '{' ? '}' : ')');
          k = std::min(close, inside.size());
          continue;
        }
        if (k < inside.size() && inside[k] == '{') ++level;
        if (k < inside.size() && inside[k] == '}') --level;
        if (k == inside.size() || (inside[k] == ',' && level == 0)) {
          choices.emplace_back(inside.substr(from, k - from));
          from = k + 1;
        }
        ++k;
      }
    }
    // bash looks further for the end of a brace that has no comma.
    const size_t comma = raw.find(',', end);
    if (choices.size() < 2 && !range && comma != raw.npos && raw.find('}', comma) != raw.npos &&
        raw.find('{', end) > comma)
      return {Unknown()};
    if (choices.size() < 2 && !range) {
      ++i;
      continue;
    }
    std::vector<std::string> out;
    const auto tails = ExpandBraces(raw.substr(end), cut);
    for (const auto& choice : choices) {
      for (const auto& middle : ExpandBraces(choice, cut)) {
        for (const auto& tail : tails) {
          if (out.size() >= kMaxFields) {
            if (cut != nullptr) *cut = true;
            return out;
          }
          out.push_back(Cat({raw.substr(0, i), middle, tail}));
        }
      }
    }
    return out;
  }
  return {std::string(raw)};
}

}  // namespace heddle::shell
