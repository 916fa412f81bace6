#include "shell/expand.h"

#include <algorithm>

#include "base/text.h"

namespace heddle::shell {
namespace {

constexpr size_t kMaxFields = 4096, kMaxBytes = 1 << 20;
constexpr int kMaxDepth = 40;

bool IsName(char c, bool first) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (!first && c >= '0' && c <= '9');
}

size_t NameEnd(std::string_view text, size_t at) {
  size_t end = at;
  while (end < text.size() && IsName(text[end], end == at)) ++end;
  return end;
}

std::string RemoveAffix(const std::string& value, std::string_view pattern, bool suffix, bool longest) {
  for (size_t n = 0; n <= value.size(); ++n) {
    const size_t length = longest ? value.size() - n : n;
    const std::string_view view = value;
    if (suffix && GlobMatch(pattern, view.substr(value.size() - length))) return value.substr(0, value.size() - length);
    if (!suffix && GlobMatch(pattern, view.substr(0, length))) return value.substr(length);
  }
  return value;
}

std::string Substring(const std::string& value, std::string_view offsets) {
  const size_t colon = offsets.find(':');
  const auto offset = ParseInt(Trim(offsets.substr(0, colon)));
  const auto length =
      colon == offsets.npos ? std::optional<int64_t>(value.size()) : ParseInt(Trim(offsets.substr(colon + 1)));
  if (!offset || !length) return std::string(1, kUnknown);
  const auto size = static_cast<int64_t>(value.size());
  const int64_t start = std::clamp<int64_t>(*offset < 0 ? size + *offset : *offset, 0, size);
  const int64_t end = std::clamp<int64_t>(*length < 0 ? size + *length : start + std::min(*length, size), start, size);
  return value.substr(static_cast<size_t>(start), static_cast<size_t>(end - start));
}

// ${v/a/b} and ${v//a/b}, with literal or glob patterns.
std::string ReplacePattern(const std::string& value, std::string_view pattern, std::string_view with, bool all) {
  std::string out;
  for (size_t at = 0; at < value.size();) {
    size_t length = 0;
    for (size_t n = value.size() - at; n > 0 && length == 0; --n) {
      if (GlobMatch(pattern, std::string_view(value).substr(at, n))) length = n;
    }
    if (length == 0) {
      out += value[at++];
      continue;
    }
    out += with;
    at += length;
    if (!all) return out + value.substr(at);
  }
  return out;
}

}  // namespace

bool HasUnknown(std::string_view text) {
  for (char c : text) {
    if (c >= kUnknown && c <= kDecoded) return true;
  }
  return false;
}

std::string WithoutUnknown(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c < kUnknown || c > kDecoded) out += c;
  }
  return out;
}

struct Expander::Build {
  std::vector<Field> fields;
  Field now;
  bool open = false;  // `now` exists, even if empty ("")
  bool split = true;  // unquoted expansions split at blanks

  void Put(char c, bool quoted) {
    now.text += c;
    open = true;
    if (!quoted && (c == '*' || c == '?' || c == '[')) now.glob = true;
  }
  void Literal(std::string_view text, bool quoted) {
    for (char c : text) Put(c, quoted);
    if (quoted) open = true;
  }
  void Value(std::string_view text, bool quoted) {
    for (char c : text) {
      if (!quoted && split && (c == ' ' || c == '\t' || c == '\n'))
        End();
      else
        Put(c, quoted);
    }
    if (quoted) open = true;
  }
  void End() {
    if (open && fields.size() < kMaxFields) fields.push_back(std::move(now));
    now = {};
    open = false;
  }
};

std::string Expander::Lookup(std::string_view name) const {
  if (name == "@" || name == "*") {
    return variables_.in_function ? Join(variables_.positional, " ") : std::string(1, kUnknown);
  }
  if (name.size() == 1 && name[0] >= '1' && name[0] <= '9' && variables_.in_function) {
    const size_t index = static_cast<size_t>(name[0] - '1');
    return index < variables_.positional.size() ? variables_.positional[index] : "";
  }
  if (name == "#" || name == "?" || name == "$" || name == "!") return "0";
  const auto found = variables_.values.find(name);
  return found != variables_.values.end() ? found->second : std::string(1, kUnknown);
}

std::string Expander::Parameter(std::string_view inside) {
  if (inside.size() > 1 && inside[0] == '#') {
    const std::string value = Lookup(inside.substr(1));
    return HasUnknown(value) ? std::string(1, kUnknown) : std::to_string(value.size());
  }
  const bool indirect = inside.size() > 1 && inside[0] == '!';
  if (indirect) inside.remove_prefix(1);
  size_t end = NameEnd(inside, 0);
  if (end == 0 && !inside.empty()) end = 1;  // a special parameter
  std::string value = Lookup(inside.substr(0, end));
  if (indirect) value = HasUnknown(value) ? value : Lookup(value);
  std::string_view rest = inside.substr(end);
  if (!rest.empty() && rest[0] == '[') {  // arrays: ${a[0]} ${a[@]}; a plain variable is its own element 0
    const size_t close = rest.find(']');
    rest = close == rest.npos ? "" : rest.substr(close + 1);
  }
  if (rest.empty()) return value;
  const bool unknown = HasUnknown(value);
  const bool colon =
      rest.size() > 1 && rest[0] == ':' && std::string_view("-=+?").find(rest[1]) != std::string_view::npos;
  if (colon || std::string_view("-=+?").find(rest[0]) != std::string_view::npos) {
    const char op = rest[colon ? 1 : 0];
    const std::string_view word = rest.substr(colon ? 2 : 1);
    if (op == '+') return unknown || value.empty() ? (unknown ? ExpandWhole(word) : "") : ExpandWhole(word);
    if (op == '?') return value;
    const std::string fallback = unknown || value.empty() ? ExpandWhole(word) : value;
    if (op == '=' && (unknown || value.empty())) variables_.values[std::string(inside.substr(0, end))] = fallback;
    return fallback;  // an unset variable is the worse reading
  }
  if (unknown) return value;
  if (rest[0] == ':') return Substring(value, ExpandWhole(rest.substr(1)));
  if (rest[0] == '#' || rest[0] == '%') {
    const bool twice = rest.size() > 1 && rest[1] == rest[0];
    return RemoveAffix(value, ExpandWhole(rest.substr(twice ? 2 : 1)), rest[0] == '%', twice);
  }
  if (rest[0] == '/') {
    const bool all = rest.size() > 1 && rest[1] == '/';
    const std::string_view body = rest.substr(all ? 2 : 1);
    size_t slash = 0;
    while (slash < body.size() && body[slash] != '/') slash += body[slash] == '\\' ? 2 : 1;
    slash = std::min(slash, body.size());
    const std::string with = slash < body.size() ? ExpandWhole(body.substr(slash + 1)) : "";
    return value.size() > 4096 ? std::string(1, kUnknown)
                               : ReplacePattern(value, ExpandWhole(body.substr(0, slash)), with, all);
  }
  if (rest[0] == ',') return Lower(value);
  if (rest[0] == '^') {
    for (size_t i = 0; i < (rest.size() > 1 ? value.size() : std::min<size_t>(1, value.size())); ++i) {
      if (value[i] >= 'a' && value[i] <= 'z') value[i] = static_cast<char>(value[i] - 32);
    }
    return value;
  }
  if (rest[0] == '@' && rest.size() > 1) return rest[1] == 'P' || rest[1] == 'E' ? DecodeEscapes(value) : value;
  return std::string(1, kUnknown);
}

std::string Expander::Arithmetic(std::string_view inside) {
  // Left-to-right over + and - of integers and known variables: enough for $((6*7))-free lines; the rest is unknown.
  int64_t total = 0;
  char op = '+';
  size_t at = 0;
  while (at < inside.size()) {
    while (at < inside.size() && inside[at] == ' ') ++at;
    size_t end = at;
    while (end < inside.size() && (IsName(inside[end], false) || inside[end] == '$')) ++end;
    std::string term(inside.substr(at, end - at));
    if (!term.empty() && term[0] == '$') term.erase(0, 1);
    auto value = ParseInt(term);
    if (!value && !term.empty() && IsName(term[0], true)) value = ParseInt(Lookup(term));
    if (!value || *value > (1LL << 40) || *value < -(1LL << 40)) return std::string(1, kUnknown);
    if (op == '*' && (total > (1 << 20) || total < -(1 << 20) || *value > (1 << 20))) return std::string(1, kUnknown);
    total = op == '+' ? total + *value : op == '-' ? total - *value : total * *value;
    at = end;
    while (at < inside.size() && inside[at] == ' ') ++at;
    if (at == inside.size()) break;
    op = inside[at++];
    if (op != '+' && op != '-' && op != '*') return std::string(1, kUnknown);
  }
  return std::to_string(total);
}

// Handles what starts with '$' at `at`; returns the index after it.
size_t Expander::Dollar(std::string_view raw, size_t at, Build& build, bool quoted) {
  if (at + 1 >= raw.size()) return build.Put('$', true), at + 1;
  const char next = raw[at + 1];
  if (next == '\'' && !quoted) {
    size_t end = at + 2;
    while (end < raw.size() && raw[end] != '\'') end += raw[end] == '\\' ? 2 : 1;
    end = std::min(end, raw.size());
    build.Literal(DecodeEscapes(raw.substr(at + 2, end - at - 2)), true);
    return std::min(end + 1, raw.size());
  }
  if (next == '"' && !quoted) return at + 1;
  if (next == '{') {
    const size_t end = MatchingClose(raw, at + 1, '{', '}');
    if (end == raw.npos) return build.Put(kUnknown, true), raw.size();
    build.Value(Parameter(raw.substr(at + 2, end - at - 3)), quoted);
    return end;
  }
  if (next == '(') {
    const size_t end = MatchingClose(raw, at + 1, '(', ')');
    if (end == raw.npos) return build.Put(kUnknown, true), raw.size();
    const std::string_view inside = raw.substr(at + 2, end - at - 3);
    if (inside.size() >= 2 && inside.front() == '(' && inside.back() == ')') {
      build.Value(Arithmetic(inside.substr(1, inside.size() - 2)), quoted);
    } else {
      build.Value(substitute_(inside, false), quoted);
    }
    return end;
  }
  size_t end = NameEnd(raw, at + 1);
  if (end == at + 1 &&
      (std::string_view("@*#?-$!").find(next) != std::string_view::npos || (next >= '0' && next <= '9')))
    ++end;
  if (end == at + 1) return build.Put('$', true), at + 1;
  const std::string_view name = raw.substr(at + 1, end - at - 1);
  if (name == "@" && variables_.in_function) {
    for (size_t i = 0; i < variables_.positional.size(); ++i) {
      if (i > 0) build.End();
      build.Value(variables_.positional[i], quoted);
    }
    return end;
  }
  build.Value(Lookup(name), quoted);
  return end;
}

void Expander::Walk(std::string_view raw, Build& build, bool quoted) {
  for (size_t i = 0; i < raw.size();) {
    const char c = raw[i];
    if (build.now.text.size() > kMaxBytes) return;
    if (c == '\\') {
      if (i + 1 == raw.size()) return build.Put('\\', true);
      const char next = raw[i + 1];
      const bool special = !quoted || std::string_view("$`\"\\\n").find(next) != std::string_view::npos;
      if (!special) build.Put('\\', true);
      if (next != '\n') build.Put(next, true);
      i += 2;
    } else if (c == '\'' && !quoted) {
      const size_t end = std::min(raw.find('\'', i + 1), raw.size());
      build.Literal(raw.substr(i + 1, end - i - 1), true);
      i = end + 1;
    } else if (c == '"' && !quoted) {
      const size_t end = SkipQuote(raw, i);
      const bool closed = end > i + 1 && raw[end - 1] == '"';
      build.open = true;
      Walk(raw.substr(i + 1, end - i - 1 - (closed ? 1 : 0)), build, true);
      i = end;
    } else if (c == '`') {
      const size_t end = SkipQuote(raw, i);
      const std::string inside =
          ReplaceAll(std::string(raw.substr(i + 1, end - i - 1 - (end > i + 1 ? 1 : 0))), "\\`", "`");
      build.Value(substitute_(inside, false), quoted);
      i = end;
    } else if (c == '$') {
      i = Dollar(raw, i, build, quoted);
    } else if ((c == '<' || c == '>') && !quoted && i + 1 < raw.size() && raw[i + 1] == '(') {
      const size_t end = MatchingClose(raw, i + 1, '(', ')');
      const size_t stop = end == raw.npos ? raw.size() : end;
      build.now.substituted = substitute_(raw.substr(i + 2, stop - i - 2 - (end == raw.npos ? 0 : 1)), true);
      build.Literal("/dev/fd/63", true);
      i = stop;
    } else {
      build.Put(c, quoted);
      ++i;
    }
  }
}

std::vector<Field> Expander::Expand(Word word) {
  if (depth_ >= kMaxDepth) return {{std::string(1, kUnknown)}};
  ++depth_;
  Build build;
  for (const std::string& raw : ExpandBraces(word.raw)) {
    std::string_view rest = raw;
    if (!rest.empty() && rest[0] == '~' && (rest.size() == 1 || rest[1] == '/')) {
      build.Literal(Lookup("HOME"), true);
      rest.remove_prefix(1);
    } else if (rest.size() > 1 && rest[0] == '~' && IsName(rest[1], true)) {
      const size_t end = NameEnd(rest, 1);
      build.Literal(rest.substr(1, end - 1) == "root" ? "/root" : Cat({"/home/", rest.substr(1, end - 1)}), true);
      rest.remove_prefix(end);
    }
    Walk(rest, build, false);
    build.End();
  }
  --depth_;
  return std::move(build.fields);
}

std::string Expander::ExpandWhole(std::string_view raw) {
  if (depth_ >= kMaxDepth) return std::string(1, kUnknown);
  ++depth_;
  Build build;
  build.split = false;
  if (raw == "~" || raw.starts_with("~/")) {
    build.Literal(Lookup("HOME"), true);
    raw.remove_prefix(1);
  }
  Walk(raw, build, false);
  --depth_;
  return build.now.text;
}

std::string Expander::ExpandHeredoc(std::string_view body) {
  Build build;
  build.split = false;
  Walk(body, build, true);
  return build.now.text;
}

}  // namespace heddle::shell
