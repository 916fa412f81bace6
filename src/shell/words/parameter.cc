// ${...}: what parameters stand for and what their operators make of it (the bash manual, 3.5.3).
#include <algorithm>

#include "base/text.h"
#include "shell/expand.h"

namespace heddle::shell {
namespace {

// Matching a pattern against every part of a long value takes quadratic time or worse.
constexpr size_t kMaxMatched = 512;

std::string RemoveAffix(const std::string& value, std::string_view pattern, bool suffix, bool longest) {
  for (size_t n = 0; n <= value.size(); ++n) {
    const size_t length = longest ? value.size() - n : n;
    const std::string_view view = value;
    if (suffix && GlobMatch(pattern, view.substr(value.size() - length))) return value.substr(0, value.size() - length);
    if (!suffix && GlobMatch(pattern, view.substr(0, length))) return value.substr(length);
  }
  return value;
}

bool IsPattern(std::string_view text) { return text.find_first_of("*?[\\(") != text.npos; }

// The longest match of a glob at `at`, or npos.
size_t LongestMatch(std::string_view value, size_t at, std::string_view pattern) {
  for (size_t n = value.size() - at + 1; n-- > 0;) {
    if (GlobMatch(pattern, value.substr(at, n))) return n;
  }
  return value.npos;
}

std::string ReplaceGlob(const std::string& value, std::string_view pattern, std::string_view with, bool all) {
  std::string out;
  for (size_t at = 0; at < value.size();) {
    const size_t length = LongestMatch(value, at, pattern);
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

// Changes the case of letters; `toggle` swaps it.
std::string Cased(std::string value, char op, bool all) {
  for (size_t i = 0; i < (all ? value.size() : std::min<size_t>(1, value.size())); ++i) {
    const char c = value[i];
    const bool low = c >= 'a' && c <= 'z', high = c >= 'A' && c <= 'Z';
    if (low && (op == '^' || op == '~')) value[i] = static_cast<char>(c - 32);
    if (high && (op == ',' || op == '~')) value[i] = static_cast<char>(c + 32);
  }
  return value;
}

bool AnyUnknown(const std::vector<std::string>& items) {
  return std::any_of(items.begin(), items.end(), [](const std::string& item) { return HasUnknown(item); });
}

}  // namespace

Expander::Parameter Expander::Positional(bool star) {
  Parameter out;
  out.list = !star;
  out.known = frame_.positional_known;
  out.items = frame_.positional_known ? frame_.positional : std::vector<std::string>{Unknown()};
  return out;
}

// A parameter by name: special, positional, scalar or array.
Expander::Parameter Expander::Named(std::string_view name, std::string_view subscript, bool has_subscript) {
  if (name == "@" || name == "*") return Positional(name == "*");
  if (!name.empty() && name[0] >= '1' && name[0] <= '9') {
    const auto index = ParseInt(name);
    if (!frame_.positional_known || !index) return {{Unknown()}, false, true, true};
    const auto at = static_cast<size_t>(*index) - 1;
    if (at >= frame_.positional.size()) return {{""}, false, true, true};
    return {{frame_.positional[at]}};
  }
  if (name == "#") return {{frame_.positional_known ? std::to_string(frame_.positional.size()) : Unknown()}};
  if (name == "?" || name == "$" || name == "!") return {{"0"}};
  if (name == "-") return {{"himBHs"}};
  const Variable* found = frame_.Find(name);
  if (!has_subscript) return {{frame_.Value(name)}, false, true, found == nullptr};
  if (found == nullptr) {
    if (subscript != "@" && subscript != "*") (void)Subscript(std::string(name), subscript);  // what it holds runs
    return {{Unknown()}, subscript == "@", false, true};
  }
  if (subscript == "@" || subscript == "*") {
    Parameter out{{}, subscript == "@"};
    for (const auto& [key, value] : found->elements) out.items.push_back(value);
    if (!found->array) out.items = {frame_.Value(name)};
    out.known = !AnyUnknown(out.items);
    return out;
  }
  const std::string key = Subscript(std::string(name), subscript);
  if (!found->array && key == "0") return {{frame_.Value(name)}};
  if (HasUnknown(key)) return {{Unknown()}};
  if (key.starts_with("-") && !found->associative) {  // a[-1] counts from the end
    const int64_t last = found->elements.empty() ? 0 : ParseInt(found->elements.back().first).value_or(0) + 1;
    const std::string* counted = found->At(std::to_string(last + ParseInt(key).value_or(0)));
    return {{counted != nullptr ? *counted : Unknown()}};
  }
  const std::string* value = found->At(key);
  if (value != nullptr) return {{*value}};
  const bool certain = !AnyUnknown({found->At("0") != nullptr ? *found->At("0") : std::string()});
  return {{certain ? std::string() : Unknown()}, false, true, true};
}

std::string Expander::Subscript(const std::string& name, std::string_view raw) {
  const Variable* found = frame_.Find(name);
  if (found != nullptr && found->associative) return ExpandWhole(raw);
  return Arithmetic(raw);
}

// ${!name}, ${!prefix*}, ${!a[@]}.
Expander::Parameter Expander::Indirect(std::string_view name, std::string_view& rest) {
  if (rest == "*" || rest == "@") {
    Parameter out{frame_.NamesWith(name), rest == "@"};
    rest = "";
    return out;
  }
  if (rest == "[@]" || rest == "[*]") {
    Parameter out{{}, rest == "[@]"};
    if (const Variable* found = frame_.Find(name)) {
      for (const auto& [key, value] : found->elements) out.items.push_back(key);
    }
    rest = "";
    return out;
  }
  const Parameter pointer = Named(name, "", false);
  const std::string target = pointer.items.empty() ? "" : pointer.items[0];
  if (HasUnknown(target)) return {{Unknown()}};
  const size_t open = target.find('[');
  if (open != target.npos && target.ends_with("]"))
    return Named(target.substr(0, open), std::string_view(target).substr(open + 1, target.size() - open - 2), true);
  return Named(target, "", false);
}

Expander::Parameter Expander::Braced(std::string_view inside) {
  if (inside == "#" || inside == "!") return Named(inside, "", false);
  const bool counts = inside.size() > 1 && inside[0] == '#' && inside[1] != '-' && inside[1] != ':' && inside[1] != '}';
  const bool indirect = inside.size() > 1 && inside[0] == '!';
  if (counts || indirect) inside.remove_prefix(1);
  size_t end = NameEnd(inside, 0);
  if (end == 0) {  // a special or positional parameter
    while (end < inside.size() && inside[end] >= '0' && inside[end] <= '9') ++end;
    if (end == 0 && !inside.empty()) end = 1;
  }
  const std::string_view name = inside.substr(0, end);
  std::string_view rest = inside.substr(end);
  Parameter value;
  if (indirect) {
    value = Indirect(name, rest);
  } else if (!rest.empty() && rest[0] == '[') {
    const size_t close = MatchingClose(rest, 0, '[', ']');
    if (close == rest.npos) return {{Unknown()}};
    value = Named(name, rest.substr(1, close - 2), true);
    rest.remove_prefix(close);
  } else {
    value = Named(name, "", false);
  }
  if (counts) {
    const bool list = value.list || inside.ends_with("[*]") || name == "*";
    if (!value.known || AnyUnknown(value.items)) return {{Unknown()}};
    return {{std::to_string(list ? value.items.size() : value.items.empty() ? 0 : value.items[0].size())}};
  }
  return rest.empty() ? value : Operate(std::move(value), name, rest);
}

// ${x:-w} ${x:=w} ${x:+w} ${x:?w} and the forms without a colon. A variable that may be unset takes both ways: its word
// is visited, since a substitution in it may run.
Expander::Parameter Expander::Default(Parameter value, std::string_view name, char op, bool colon,
                                      std::string_view word) {
  const bool unknown = !value.known || AnyUnknown(value.items);
  const bool empty = value.items.empty() || (value.items.size() == 1 && value.items[0].empty());
  const bool missing = value.unset || (colon && empty) || value.items.empty();
  const bool maybe_missing = missing || unknown;
  if (op == '+') {
    if (missing && !unknown) return {{""}};
    return {{ExpandWhole(word)}};
  }
  if (!maybe_missing) return value;
  const std::string fallback = ExpandWhole(word);
  if (op == '?') return value;
  if (op == '=') frame_.Assign(name, fallback);
  return {{fallback}};  // an unset variable is the worse reading
}

// ${x:offset:length} of a text or a list.
Expander::Parameter Expander::Slice(Parameter value, std::string_view name, std::string_view range) {
  size_t colon = 0;
  int level = 0;
  while (colon < range.size() && (range[colon] != ':' || level > 0)) {
    level += range[colon] == '(' || range[colon] == '{' ? 1 : 0;
    level -= range[colon] == ')' || range[colon] == '}' ? 1 : 0;
    ++colon;
  }
  const auto offset = ParseInt(Arithmetic(range.substr(0, colon)));
  const bool has_length = colon < range.size();
  const auto length = has_length ? ParseInt(Arithmetic(range.substr(colon + 1))) : std::optional<int64_t>(0);
  const bool whole = value.list || name == "@" || name == "*" || value.items.size() != 1;
  if (!offset || !length || !value.known || (!whole && AnyUnknown(value.items))) {
    value.items = {Unknown()};
    value.known = false;
    return value;
  }
  if (name == "@" || name == "*") value.items.insert(value.items.begin(), frame_.Value("0"));
  const auto size = static_cast<int64_t>(whole ? value.items.size() : value.items[0].size());
  const int64_t start = std::clamp<int64_t>(*offset < 0 ? size + *offset : *offset, 0, size);
  int64_t end = size;
  if (has_length)
    end = std::clamp<int64_t>(*length < 0 ? size + *length : start + std::min(*length, size), start, size);
  if (whole) {
    value.items = {value.items.begin() + start, value.items.begin() + end};
  } else {
    value.items[0] = value.items[0].substr(static_cast<size_t>(start), static_cast<size_t>(end - start));
  }
  return value;
}

// ${x/pattern/text}, ${x//..}, ${x/#..}, ${x/%..}.
std::string Expander::Replace(const std::string& value, std::string_view rest) {
  rest.remove_prefix(1);
  const char anchor = rest.empty() ? '\0' : rest[0];
  const bool all = anchor == '/', front = anchor == '#', back = anchor == '%';
  if (all || front || back) rest.remove_prefix(1);
  size_t slash = 0;
  while (slash < rest.size() && rest[slash] != '/') {
    if (rest[slash] == '\\' || rest[slash] == '\'' || rest[slash] == '"')
      slash = SkipQuote(rest, slash);
    else if (rest[slash] == '$' && slash + 1 < rest.size() && (rest[slash + 1] == '{' || rest[slash + 1] == '('))
      slash =
          std::min(rest.size(), MatchingClose(rest, slash + 1, rest[slash + 1], rest[slash + 1] == '{' ? '}' : ')'));
    else
      ++slash;
  }
  slash = std::min(slash, rest.size());
  const std::string with = slash < rest.size() ? ExpandWhole(rest.substr(slash + 1)) : "";
  const std::string pattern = ExpandWhole(rest.substr(0, slash));
  if (HasUnknown(value) || HasUnknown(pattern)) return Unknown();
  if (pattern.empty()) return front ? with + value : back ? value + with : value;
  if (!IsPattern(pattern)) {
    if (all) return ReplaceAll(value, pattern, with);
    const size_t at = front  ? (value.starts_with(pattern) ? 0 : value.npos)
                      : back ? (value.ends_with(pattern) ? value.size() - pattern.size() : value.npos)
                             : value.find(pattern);
    return at == value.npos ? value : value.substr(0, at) + with + value.substr(at + pattern.size());
  }
  if (value.size() > kMaxMatched) return Unknown();
  if (front || back) {
    const std::string left = RemoveAffix(value, pattern, back, true);
    if (left.size() == value.size()) return value;
    return front ? with + left : left + with;
  }
  return ReplaceGlob(value, pattern, with, all);
}

// The operators that make one text of another.
std::string Expander::Transform(const std::string& value, std::string_view rest) {
  const char op = rest[0];
  const bool twice = rest.size() > 1 && rest[1] == op;
  if (op == '/') return Replace(value, rest);
  if (op == '#' || op == '%') {
    const std::string pattern = ExpandWhole(rest.substr(twice ? 2 : 1));
    if (HasUnknown(value) || HasUnknown(pattern) || value.size() > kMaxMatched) return Unknown();
    return RemoveAffix(value, pattern, op == '%', twice);
  }
  if (HasUnknown(value)) return value;
  if (op == ',' || op == '^' || op == '~') {
    if (rest.size() > (twice ? 2U : 1U)) return Unknown();  // only letters that match a pattern
    return Cased(value, op, twice);
  }
  if (op != '@' || rest.size() != 2) return Unknown();
  switch (rest[1]) {
    case 'Q':
    case 'K':
    case 'k': return value;  // quoted again, which a shell that reads it undoes
    case 'E': return DecodeEscapes(value);
    case 'P': return ExpandHeredoc(DecodeEscapes(value));
    case 'U': return Cased(value, '^', true);
    case 'u': return Cased(value, '^', false);
    case 'L': return Cased(value, ',', true);
    default: return Unknown();
  }
}

Expander::Parameter Expander::Operate(Parameter value, std::string_view name, std::string_view rest) {
  constexpr std::string_view kDefaults = "-=+?";
  const bool colon = rest.size() > 1 && rest[0] == ':' && kDefaults.find(rest[1]) != kDefaults.npos;
  if (colon || kDefaults.find(rest[0]) != kDefaults.npos)
    return Default(std::move(value), name, rest[colon ? 1 : 0], colon, rest.substr(colon ? 2 : 1));
  if (rest[0] == ':') return Slice(std::move(value), name, rest.substr(1));
  for (std::string& item : value.items) item = Transform(item, rest);
  return value;
}

}  // namespace heddle::shell
