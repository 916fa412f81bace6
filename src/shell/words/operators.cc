// The operators of ${...}: defaults, parts, patterns and other forms of a value (the bash manual, 3.5.3).
#include <algorithm>

#include "base/text.h"
#include "shell/expand.h"
#include "shell/quote.h"
#include "shell/words/pattern.h"

namespace heddle::shell {
namespace {

// Matching a pattern against every part of a long value takes quadratic time.
constexpr size_t kMaxMatched = 512;

constexpr std::string_view kDefaults = "-=+?";

// Whether a match can be told from the bytes of a value.
bool CanMatch(const Pattern& pattern, std::string_view value) {
  if (!pattern.known() || HasUnknown(value)) return false;
  if (pattern.plain()) return true;
  return value.size() <= kMaxMatched && (!pattern.counts_characters() || IsAscii(value));
}

std::string RemoveAffix(const std::string& value, const Pattern& pattern, bool suffix, bool longest) {
  if (!suffix) {
    const size_t length = longest ? pattern.Longest(value) : pattern.Shortest(value);
    return length == value.npos ? value : value.substr(length);
  }
  for (size_t n = 0; n <= value.size(); ++n) {
    const size_t from = longest ? n : value.size() - n;
    if (pattern.Matches(std::string_view(value).substr(from))) return value.substr(0, from);
  }
  return value;
}

std::string ReplaceMatches(const std::string& value, const Pattern& pattern, std::string_view with, bool all) {
  std::string out;
  for (size_t at = 0; at < value.size();) {
    const size_t length = pattern.Longest(std::string_view(value).substr(at));
    if (length == value.npos || length == 0) {
      out += value[at++];
      continue;
    }
    out += with;
    at += length;
    if (!all) return out + value.substr(at);
  }
  return out;
}

// Changes the case of letters that `pattern` matches; '~' swaps it.
std::string Cased(std::string value, char op, bool all, const Pattern* pattern) {
  for (size_t i = 0; i < (all ? value.size() : std::min<size_t>(1, value.size())); ++i) {
    const char c = value[i];
    if (pattern != nullptr && !pattern->Matches(std::string_view(&c, 1))) continue;
    const bool low = c >= 'a' && c <= 'z', high = c >= 'A' && c <= 'Z';
    if (low && (op == '^' || op == '~')) value[i] = static_cast<char>(c - 32);
    if (high && (op == ',' || op == '~')) value[i] = static_cast<char>(c + 32);
  }
  return value;
}

// As ${x@Q} writes it; nothing for what that depends on the locale or the version.
std::string Quoted(const std::string& value) {
  if (value == "'") return "\\'";
  const bool plain = std::all_of(value.begin(), value.end(), [](char c) { return c >= ' ' && c < 0x7f; });
  return plain ? Cat({"'", ReplaceAll(value, "'", "'\\''"), "'"}) : Unknown();
}

// The end of the part of `text` before the first `mark` outside quotes and expansions.
size_t EndOfPart(std::string_view text, char mark) {
  size_t at = 0;
  while (at < text.size() && text[at] != mark) {
    const bool opens = text[at] == '$' && at + 1 < text.size() && (text[at + 1] == '{' || text[at + 1] == '(');
    if (text[at] == '\\' || text[at] == '\'' || text[at] == '"' || text[at] == '`')
      at = SkipQuote(text, at);
    else if (opens)
      at = MatchingClose(text, at + 1, text[at + 1], text[at + 1] == '{' ? '}' : ')');
    else
      ++at;
    at = std::min(at, text.size());
  }
  return at;
}

// The items of a list that are elements 0, 1, 2 ..., as a slice of it counts them.
bool IsDense(const Variable* list) {
  if (list == nullptr || list->associative) return false;
  for (size_t i = 0; i < list->elements.size(); ++i) {
    if (list->elements[i].first != std::to_string(i)) return false;
  }
  return true;
}

}  // namespace

// ${x:-w} ${x:=w} ${x:+w} ${x:?w} and the forms without a colon. Where it is not known which way is taken, both are,
// one after the other. A variable that was never set counts as not set.
Expander::Parameter Expander::Default(Parameter value, std::string_view name, std::string_view rest, bool quoted) {
  const bool colon = rest[0] == ':';
  const char op = rest[colon ? 1 : 0];
  const std::string_view word = rest.substr(colon ? 2 : 1);
  const bool list = value.list || value.star;
  const bool unknown =
      !value.known || std::any_of(value.items.begin(), value.items.end(), [](const auto& i) { return HasUnknown(i); });
  const bool empty = list ? value.items.size() <= 1 && Join(value.items, "").empty() : value.items[0].empty();
  const bool none = list && value.items.empty();
  bool missing = value.gone || none || (colon && empty);
  bool certain = value.gone || (!unknown && value.known && !value.unset);
  if (value.unset && !value.gone && op != '+') {
    missing = true;
    certain = true;
  }
  if (colon && list && !value.items.empty() && empty) certain = false;  // told otherwise by versions of bash
  if (!certain) {
    const auto way = frame_.Choose(Cat({"${", name, rest}), 2);
    if (!way) {  // what the word does counts all the same
      (void)ExpandWhole(word);
      if (op == '=') frame_.Assign(name, Unknown());
      return {{Unknown()}};
    }
    missing = (*way == 0) != (op == '+');
  }
  Parameter instead;
  instead.word = word;
  if (op == '+' && missing) return list ? Parameter{{}, true} : Parameter{{""}};
  if (op == '+') return instead;
  if (!missing) return value;
  if (op == '-') return instead;
  const std::string fallback = quoted ? ExpandQuoted(word) : ExpandWhole(word);
  if (op == '?') return {{Unknown()}};  // the command is not run
  const bool plain = !list && IsNameByte(name[0], true) && word.find_first_of("\"'\\") == word.npos;
  if (IsNameByte(name[0], true)) frame_.Assign(name, plain ? fallback : Unknown());
  return {{plain ? fallback : Unknown()}};
}

// ${x:offset:length} of a text or a list.
Expander::Parameter Expander::Slice(Parameter value, std::string_view name, std::string_view range) {
  size_t colon = 0;
  int level = 0;
  while (colon < range.size() && (range[colon] != ':' || level > 0)) {
    level += range[colon] == '(' || range[colon] == '{' || range[colon] == '?' ? 1 : 0;
    level -= range[colon] == ')' || range[colon] == '}' || (range[colon] == ':' && level > 0) ? 1 : 0;
    ++colon;
  }
  const auto offset = ParseInt(Arithmetic(range.substr(0, colon)));
  const bool has_length = colon < range.size();
  const auto length = has_length ? ParseInt(Arithmetic(range.substr(colon + 1))) : std::optional<int64_t>(0);
  const bool list = value.list || value.star;
  const bool positional = name == "@" || name == "*";
  const bool readable =
      list ? positional || IsDense(frame_.Find(name)) : !HasUnknown(value.items[0]) && IsAscii(value.items[0]);
  const bool sound = offset && length && value.known && readable && (!list || *length >= 0);
  if (positional && sound) value.items.insert(value.items.begin(), frame_.Value("0"));
  const auto size = static_cast<int64_t>(list ? value.items.size() : value.items[0].size());
  const int64_t start = !sound ? 0 : *offset < 0 ? size + std::max(*offset, -size - 1) : std::min(*offset, size);
  int64_t end = size;
  if (sound && has_length)
    end = *length < 0 ? size + std::max(*length, -size - 1) : start + std::min(*length, size - start);
  if (!sound || (end < start && start >= 0)) {  // the latter is an error
    value.items = {Unknown()};
    value.known = false;
  } else if (list) {
    if (start < 0)
      value.items.clear();
    else
      value.items = {value.items.begin() + start, value.items.begin() + end};
  } else {
    value.items[0] =
        start < 0 ? "" : value.items[0].substr(static_cast<size_t>(start), static_cast<size_t>(end - start));
  }
  return value;
}

// ${x/pattern/text}, ${x//..}, ${x/#..}, ${x/%..}.
std::string Expander::Replace(const std::string& value, std::string_view rest) {
  rest.remove_prefix(1);
  const char anchor = rest.empty() ? '\0' : rest[0];
  const bool all = anchor == '/', front = anchor == '#', back = anchor == '%';
  if (all || front || back) rest.remove_prefix(1);
  const size_t slash = EndOfPart(rest, '/');
  const std::string with = slash < rest.size() ? ExpandWhole(rest.substr(slash + 1)) : "";
  const std::string text = ExpandPattern(rest.substr(0, slash));
  const Pattern pattern(text);
  if (!CanMatch(pattern, value)) return Unsure(value);
  // An & may stand for what was matched, which depends on the version and on quotes.
  if (with.find_first_of("&\\") != with.npos) return Unsure(value);
  if (text.empty()) return front ? with + value : back ? value + with : value;
  if (value.empty()) return pattern.Matches("") ? Unsure(value) : value;
  if (front) {
    const size_t length = pattern.Longest(value);
    return length == value.npos ? value : with + value.substr(length);
  }
  if (back) {
    const std::string left = RemoveAffix(value, pattern, true, true);
    return left.size() == value.size() && !pattern.Matches("") ? value : left + with;
  }
  if (pattern.plain() && all) return ReplaceAll(value, pattern.literal(), with);
  return value.size() > kMaxMatched && !pattern.plain() ? Unsure(value) : ReplaceMatches(value, pattern, with, all);
}

// The operators that make one text of another.
std::string Expander::Transform(const std::string& value, std::string_view rest) {
  const char op = rest[0];
  const bool twice = rest.size() > 1 && rest[1] == op;
  if (op == '/') return Replace(value, rest);
  if (op == '#' || op == '%') {
    const Pattern pattern(ExpandPattern(rest.substr(twice ? 2 : 1)));
    return CanMatch(pattern, value) ? RemoveAffix(value, pattern, op == '%', twice) : Unsure(value);
  }
  if (op == ',' || op == '^' || op == '~') {
    const std::string_view word = rest.substr(twice ? 2 : 1);
    const Pattern pattern(ExpandPattern(word));
    const bool marked = HasUnknown(value) && (!twice || !word.empty());
    if (marked || !pattern.known() || !IsAscii(value)) return Unsure(value);
    return Cased(value, op, twice, word.empty() ? nullptr : &pattern);
  }
  if (op != '@' || rest.size() != 2) return Unsure(value);
  const bool plain = !HasUnknown(value) && IsAscii(value);
  switch (rest[1]) {
    case 'Q':
    case 'K': return plain ? Quoted(value) : Unsure(value);
    case 'E': return HasUnknown(value) ? Unsure(value) : DecodeEscapes(value);
    case 'P':
      (void)ExpandQuoted(DecodeEscapes(value));
      (void)ExpandQuoted(value);  // a prompt keeps the backslash of \' and the like
      return plain && value.find_first_of("\\$`!") == value.npos ? value : Unsure(value);
    case 'U': return plain ? Cased(value, '^', true, nullptr) : Unsure(value);
    case 'u': return plain ? Cased(value, '^', false, nullptr) : Unsure(value);
    case 'L': return plain ? Cased(value, ',', true, nullptr) : Unsure(value);
    default: return Unsure(value);
  }
}

Expander::Parameter Expander::Operate(Parameter value, std::string_view name, std::string_view rest, bool quoted) {
  const bool colon = rest.size() > 1 && rest[0] == ':' && kDefaults.find(rest[1]) != kDefaults.npos;
  if (colon || kDefaults.find(rest[0]) != kDefaults.npos) return Default(std::move(value), name, rest, quoted);
  if (rest[0] == ':') return Slice(std::move(value), name, rest.substr(1));
  if (value.gone && rest[0] == '@') return value.list ? value : Parameter{{""}};
  const bool keyed = rest[0] == '@' && (value.list || value.star) && rest != "@Q" && rest != "@U" && rest != "@L";
  if (keyed) {
    value.items = {Unknown()};
    value.known = false;
    return value;
  }
  for (std::string& item : value.items) item = Transform(item, rest);
  return value;
}

}  // namespace heddle::shell
