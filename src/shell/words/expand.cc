#include "shell/expand.h"

#include <algorithm>

#include "base/text.h"
#include "shell/parsing/scan.h"

namespace heddle::shell {
namespace {

constexpr size_t kMaxFields = 4096, kMaxBytes = 1 << 20;
constexpr int kMaxDepth = 40;

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n'; }

}  // namespace

bool IsNameByte(char c, bool first) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (!first && c >= '0' && c <= '9');
}

size_t NameEnd(std::string_view text, size_t at) {
  size_t end = at;
  while (end < text.size() && IsNameByte(text[end], end == at)) ++end;
  return end;
}

bool HasUnknown(std::string_view text) { return std::any_of(text.begin(), text.end(), IsMark); }

std::string WithoutUnknown(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (!IsMark(c)) out += c;
  }
  return out;
}

std::string Unknown() { return std::string(1, kUnknown); }

// Collects the fields of one word.
struct Expander::Build {
  std::vector<Field> fields;
  Field now;
  bool open = false;       // `now` exists, even if empty ("")
  bool split = true;       // unquoted expansions split at the characters of `separators`
  bool delimited = false;  // the last separator was no blank: "a,,b" has an empty field between
  bool full = false;       // more fields than may be kept
  std::string separators = " \t\n";

  void Put(char c, bool quoted) {
    now.text += c;
    open = true;
    delimited = false;
    if (!quoted && (c == '*' || c == '?' || c == '[')) now.glob = true;
  }
  void Literal(std::string_view text, bool quoted) {
    for (char c : text) Put(c, quoted);
    if (quoted) open = true;
  }
  // An expansion's text. POSIX 2.6.5: blanks of IFS run together, other characters of it end a field each.
  void Value(std::string_view text, bool quoted) {
    for (char c : text) {
      if (quoted || !split || separators.find(c) == separators.npos) {
        Put(c, quoted);
        continue;
      }
      if (!IsBlank(c) && !open) open = delimited || fields.empty();
      End();
      delimited = !IsBlank(c);
    }
    if (quoted) open = true;
  }
  void End() {
    if (open) {
      if (fields.size() < kMaxFields)
        fields.push_back(std::move(now));
      else
        full = true;
    }
    now = {};
    open = false;
  }
};

std::string Expander::Separator() const {
  const std::string ifs = frame_.Value("IFS");
  return HasUnknown(ifs) ? Unknown() : ifs.substr(0, 1);
}

std::string Expander::Cut(std::string_view what) {
  if (hooks_.limit) hooks_.limit(what);
  return Unknown();
}

// Handles what starts with '$' at `at`; returns the index after it.
size_t Expander::Dollar(std::string_view raw, size_t at, Build& build, bool quoted) {
  if (at + 1 >= raw.size()) {
    build.Put('$', true);
    return at + 1;
  }
  const char next = raw[at + 1];
  if (next == '\'' && !quoted) {
    size_t end = at + 2;
    while (end < raw.size() && raw[end] != '\'') end += raw[end] == '\\' ? 2 : 1;
    end = std::min(end, raw.size());
    build.Literal(DecodeEscapes(raw.substr(at + 2, end - at - 2)), true);
    return std::min(end + 1, raw.size());
  }
  if (next == '"' && !quoted) return at + 1;
  if (next == '(' || next == '[') {
    const size_t end = SkipDollarText(raw, at, 0);
    if (end == raw.npos) {
      build.Put(kUnknown, true);
      return raw.size();
    }
    const std::string_view inside = raw.substr(at + 2, end - at - 3);
    if (next == '[') {
      build.Value(Arithmetic(inside), quoted);
    } else if (inside.size() >= 2 && inside.front() == '(' && inside.back() == ')') {
      build.Value(Arithmetic(inside.substr(1, inside.size() - 2)), quoted);
    } else {
      build.Value(hooks_.substitute(inside, false), quoted);
    }
    return end;
  }
  Parameter value;
  size_t end = at + 1;
  if (next == '{') {
    end = SkipBraces(raw, at + 1, quoted, 0);
    if (end == raw.npos) end = MatchingClose(raw, at + 1, '{', '}');
    if (end == raw.npos) {
      build.Put(kUnknown, true);
      return raw.size();
    }
    value = Braced(raw.substr(at + 2, end - at - 3));
  } else {
    end = NameEnd(raw, at + 1);
    const bool special = std::string_view("@*#?-$!").find(next) != std::string_view::npos;
    if (end == at + 1 && (special || (next >= '0' && next <= '9'))) ++end;
    if (end == at + 1) {
      build.Put('$', true);
      return at + 1;
    }
    value = Named(raw.substr(at + 1, end - at - 1), "", false);
  }
  if (!value.list || !build.split) {
    build.Value(Join(value.items, value.list ? " " : Separator()), quoted);
    if (value.list && value.items.empty()) build.open |= quoted && !build.split;
    return end;
  }
  for (size_t i = 0; i < value.items.size(); ++i) {
    if (i > 0) build.End();
    build.Value(value.items[i], quoted);
  }
  return end;
}

void Expander::Walk(std::string_view raw, Build& build, bool quoted) {
  for (size_t i = 0; i < raw.size();) {
    const char c = raw[i];
    if (build.now.text.size() > kMaxBytes) {
      build.now.text = Cut("a word longer than 1 MB");
      return;
    }
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
      const size_t end = std::min(SkipQuotedText(raw, i, 0), raw.size());
      const bool closed = end > i + 1 && raw[end - 1] == '"';
      const std::string_view inside = raw.substr(i + 1, end - i - 1 - (closed ? 1 : 0));
      // "$@" with no parameters is no field at all.
      const bool may_vanish = inside == "$@" || (inside.starts_with("${") && Contains(inside, "@"));
      build.open |= !may_vanish;
      Walk(inside, build, true);
      i = end;
    } else if (c == '`') {
      const size_t end = SkipQuote(raw, i);
      const std::string inside =
          ReplaceAll(std::string(raw.substr(i + 1, end - i - 1 - (end > i + 1 ? 1 : 0))), "\\`", "`");
      build.Value(hooks_.substitute(inside, false), quoted);
      i = end;
    } else if (c == '$') {
      i = Dollar(raw, i, build, quoted);
    } else if ((c == '<' || c == '>') && !quoted && i + 1 < raw.size() && raw[i + 1] == '(') {
      const size_t end = SkipParentheses(raw, i + 1, 0);
      const size_t stop = end == raw.npos ? raw.size() : end;
      build.now.substitution = true;
      build.now.substituted = hooks_.substitute(raw.substr(i + 2, stop - i - 2 - (end == raw.npos ? 0 : 1)), true);
      int fd = 63;  // as bash numbers them
      while (frame_.descriptors.contains(fd) && fd > 10) --fd;
      frame_.descriptors[fd] = {build.now.substituted};
      build.Literal(Cat({"/dev/fd/", std::to_string(fd)}), true);
      i = stop;
    } else {
      build.Put(c, quoted);
      ++i;
    }
  }
}

// ~ ~/ ~+ ~- ~name at the start of a word.
void Expander::Tilde(std::string_view& raw, Build& build) {
  if (raw.empty() || raw[0] != '~') return;
  const size_t end = std::min(raw.find('/'), raw.size());
  const std::string_view name = raw.substr(1, end - 1);
  if (name.empty()) {
    build.Literal(frame_.Value("HOME"), true);
  } else if (name == "+") {
    build.Literal(frame_.cwd.empty() ? "." : frame_.cwd, true);
  } else if (name == "-") {
    build.Literal(frame_.Value("OLDPWD"), true);
  } else if (std::all_of(name.begin(), name.end(),
                         [](char c) { return IsNameByte(c, false) || c == '-' || c == '.'; })) {
    build.Literal(name == "root" ? "/root" : Cat({"/home/", name}), true);
  } else {
    return;
  }
  raw.remove_prefix(end);
}

std::vector<Field> Expander::Expand(Word word) {
  if (depth_ >= kMaxDepth) return {{Cut("a word nested too deep")}};
  ++depth_;
  Build build;
  build.separators = frame_.Value("IFS");
  bool cut = false;
  for (const std::string& raw : ExpandBraces(word.raw, &cut)) {
    std::string_view rest = raw;
    Tilde(rest, build);
    Walk(rest, build, false);
    build.End();
  }
  --depth_;
  if (cut || build.full) build.fields.push_back({Cut("a word that expands to more than 4,096 fields")});
  return std::move(build.fields);
}

std::string Expander::ExpandWhole(std::string_view raw) {
  if (depth_ >= kMaxDepth) return Cut("a word nested too deep");
  ++depth_;
  Build build;
  build.split = false;
  Tilde(raw, build);
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
