#include "shell/parsing/scan.h"

namespace heddle::shell {
namespace {

constexpr size_t kNone = std::string_view::npos;

bool At(std::string_view text, size_t at, std::string_view what) { return text.substr(at, what.size()) == what; }

// "..": at the opening quote.
size_t SkipDouble(std::string_view text, size_t at, int depth) {
  for (size_t i = at + 1; i < text.size();) {
    const char c = text[i];
    if (c == '"') return i + 1;
    if (c == '\\')
      i += 2;
    else if (c == '`')
      i = SkipQuotedText(text, i, depth);
    else if (c == '$' && i + 1 < text.size() && text[i + 1] == '{')
      i = SkipBraces(text, i + 1, true, depth);
    else if (c == '$' && i + 1 < text.size() && (text[i + 1] == '(' || text[i + 1] == '['))
      i = SkipDollarText(text, i, depth);
    else
      ++i;
    if (i == kNone) return kNone;
  }
  return kNone;
}

// To the closing byte; quotes count, and brackets of the same kind nest.
size_t SkipBalanced(std::string_view text, size_t at, char open, char close, int depth) {
  int level = 0;
  for (size_t i = at; i < text.size();) {
    const char c = text[i];
    if (c == open) ++level;
    if (c == close && --level == 0) return i + 1;
    if (c == '\'' || c == '"' || c == '\\' || c == '`')
      i = SkipQuotedText(text, i, depth);
    else if (c == '$')
      i = SkipDollarText(text, i, depth);
    else
      ++i;
    if (i == kNone) return kNone;
  }
  return kNone;
}

bool IsLetterOrDigit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

}  // namespace

bool EndsWord(char c) {
  switch (c) {
    case ' ':
    case '\t':
    case '\n':
    case ';':
    case '&':
    case '|':
    case '<':
    case '>':
    case '(':
    case ')': return true;
    default: return false;
  }
}

size_t SkipQuotedText(std::string_view text, size_t at, int depth) {
  const char quote = text[at];
  if (quote == '"') return SkipDouble(text, at, depth);
  if (quote == '\\') return at + 1 < text.size() ? at + 2 : text.size();
  if (quote == '\'') {
    const size_t end = text.find('\'', at + 1);
    return end == kNone ? kNone : end + 1;
  }
  for (size_t i = at + 1; i < text.size(); ++i) {
    if (text[i] == '\\')
      ++i;
    else if (text[i] == '`')
      return i + 1;
  }
  return kNone;
}

size_t SkipDollarText(std::string_view text, size_t at, int depth) {
  const char next = at + 1 < text.size() ? text[at + 1] : '\0';
  if (next == '{') return SkipBraces(text, at + 1, false, depth);
  if (next == '[') return SkipBalanced(text, at + 1, '[', ']', depth);
  if (next == '(') {
    if (At(text, at + 1, "((")) {
      const size_t end = SkipArithmetic(text, at + 1, depth);
      if (end != kNone) return end;
    }
    return SkipParentheses(text, at + 1, depth);
  }
  if (next == '"') return SkipDouble(text, at + 1, depth);
  if (next != '\'') return at + 1;
  for (size_t i = at + 2; i < text.size(); ++i) {
    if (text[i] == '\\')
      ++i;
    else if (text[i] == '\'')
      return i + 1;
  }
  return kNone;
}

size_t SkipParentheses(std::string_view text, size_t at, int depth) {
  if (depth >= kMaxNesting) return kNone;
  const size_t close = SkipCommands(text, at + 1, depth + 1);
  return close == kNone ? kNone : close + 1;
}

// In double quotes a ' inside ${..} is a quote only where a pattern stands.
size_t SkipBraces(std::string_view text, size_t at, bool quoted, int depth) {
  if (depth >= kMaxNesting) return kNone;
  const size_t name = text.find_first_of("-=+?#%/^,:}'\"", at + 2);
  const bool pattern = name != kNone && std::string_view("#%/^,").find(text[name]) != kNone;
  int level = 0;
  for (size_t i = at; i < text.size();) {
    const char c = text[i];
    if (c == '{' && i == at) ++level;
    if (c == '}' && --level == 0) return i + 1;
    if (c == '$' && i + 1 < text.size() && text[i + 1] == '{')
      i = SkipBraces(text, i + 1, quoted, depth + 1);
    else if (c == '$' && !(quoted && i + 1 < text.size() && text[i + 1] == '\''))
      i = SkipDollarText(text, i, depth + 1);
    else if (c == '"' || c == '\\' || c == '`' || (c == '\'' && (!quoted || pattern)))
      i = SkipQuotedText(text, i, depth + 1);
    else
      ++i;
    if (i == kNone) return kNone;
  }
  return kNone;
}

// Without looking into substitutions, so that $(( ( ( ( is not read anew at every level.
std::vector<std::string_view> SplitCounting(std::string_view inside) {
  std::vector<std::string_view> out;
  size_t begin = 0;
  for (size_t at = 0; at < inside.size();) {
    const char c = inside[at];
    if (c == ';') {
      out.push_back(inside.substr(begin, at - begin));
      begin = ++at;
    } else if (std::string_view("'\"`\\").find(c) != std::string_view::npos) {
      at = SkipQuotedText(inside, at, 0);
    } else if (c == '$') {
      at = SkipDollarText(inside, at, 0);
    } else {
      ++at;
    }
  }
  out.push_back(inside.substr(begin));
  return out;
}

size_t SkipArithmetic(std::string_view text, size_t at, int depth) {
  int level = 0;
  for (size_t i = at; i < text.size();) {
    const char c = text[i];
    if (c == '(') ++level;
    if (c == ')' && --level == 1) return i + 1 < text.size() && text[i + 1] == ')' ? i + 2 : kNone;
    if (c == ')' && level < 1) return kNone;
    i = c == '\'' || c == '"' || c == '\\' || c == '`' ? SkipQuotedText(text, i, depth + kMaxNesting) : i + 1;
    if (i == kNone) return kNone;
  }
  return kNone;
}

size_t SkipSubscript(std::string_view text, size_t at, int depth) { return SkipBalanced(text, at, '[', ']', depth); }

size_t SkipWord(std::string_view text, size_t at, int depth) {
  size_t i = at;
  while (i < text.size()) {
    const char c = text[i];
    if (c == '\\' || c == '\'' || c == '"' || c == '`') {
      i = SkipQuotedText(text, i, depth);
    } else if (c == '$') {
      i = SkipDollarText(text, i, depth);
    } else if ((c == '<' || c == '>') && i + 1 < text.size() && text[i + 1] == '(') {
      i = SkipParentheses(text, i + 1, depth);
    } else if (c == '(' && i > at && std::string_view("?*+@!").find(text[i - 1]) != kNone) {
      i = SkipBalanced(text, i, '(', ')', depth);  // a pattern of extglob
    } else if (EndsWord(c)) {
      break;
    } else {
      ++i;
    }
    if (i == kNone) return kNone;
  }
  return i == at ? kNone : i;
}

// Whether the parameter at [at, end) stands inside a name: r${x}m. There it is most often empty.
bool IsGlued(std::string_view raw, size_t at, size_t end, std::string_view before) {
  const bool left = !before.empty() && IsLetterOrDigit(before.back());
  return left || (at == 0 && end < raw.size() && IsLetterOrDigit(raw[end]));
}

}  // namespace heddle::shell
