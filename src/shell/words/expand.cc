#include "shell/expand.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "shell/parsing/scan.h"

namespace heddle::shell {
namespace {

constexpr size_t kMaxFields = 4096, kMaxBytes = 1 << 20;
constexpr int kMaxDepth = 40;

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n'; }

// What stands between backquotes, as the shell in them reads it: a backslash goes before $ ` \, and in double quotes
// before those too.
std::string Backquoted(std::string_view text, bool quoted) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool escapes = text[i] == '\\' && i + 1 < text.size();
    if (escapes && (std::string_view("$`\\").find(text[i + 1]) != text.npos || (quoted && text[i + 1] == '"'))) ++i;
    out += text[i];
  }
  return out;
}

}  // namespace

bool IsNameByte(char c, bool first) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (!first && c >= '0' && c <= '9');
}

size_t NameEnd(std::string_view text, size_t at) {
  size_t end = at;
  while (end < text.size() && IsNameByte(text[end], end == at)) ++end;
  return end;
}

// Collects the fields of one word.
struct Expander::Build {
  std::vector<Field> fields;
  Field now;
  bool open = false;       // `now` exists, even if empty ("")
  bool split = true;       // unquoted expansions split at the characters of `separators`
  bool escape = false;     // quoted characters get a backslash, as in a pattern
  bool value = false;      // of an assignment: "~" may also stand behind ":"
  bool heredoc = false;    // a body, in which double quotes mean nothing
  bool inner = false;      // in the word of ${x:-word}: what it holds is split like any value
  bool delimited = false;  // the last separator was no blank: "a,,b" has an empty field between
  bool full = false;       // more fields than may be kept
  size_t bytes = 0;        // of all fields
  size_t first = 0;        // where the fields of this word begin
  std::string separators = " \t\n";

  void Put(char c, bool quoted) {
    if (quoted && escape && !IsNameByte(c, false)) now.text += '\\';
    const bool list = c == '(' && !now.text.empty() && std::string_view("?*+@!").find(now.text.back()) != now.text.npos;
    now.text += c;
    open = true;
    delimited = false;
    if (!quoted && (c == '*' || c == '?' || c == '[' || list)) now.glob = true;
  }
  void Literal(std::string_view text, bool quoted) {
    for (char c : text) Put(c, quoted);
    if (quoted) open = true;
  }
  // An expansion's text. POSIX 2.6.5: blanks of IFS run together, other characters of it end a field each.
  void Value(std::string_view text, bool quoted) {
    const bool splits = split && !quoted;
    if (splits && HasUnknown(separators)) {
      if (!text.empty()) Put(kUnknown, true);
      now.many = true;
      return;
    }
    if (splits) now.many |= text.find_first_of("\x01\x02\x03\x04") != text.npos;
    for (char c : text) {
      if (!splits || separators.find(c) == separators.npos) {
        Put(c, quoted);
        continue;
      }
      if (!IsBlank(c) && !open) open = delimited || fields.size() == first;
      if (!IsBlank(c) || open) delimited = !IsBlank(c);
      End();
    }
    if (quoted) open = true;
  }
  void End() {
    bytes += now.text.size();
    full |= open && (fields.size() == kMaxFields || bytes > kMaxBytes);
    if (open && !full) fields.push_back(std::move(now));
    now = {};
    open = false;
  }
};

// IFS as it splits: that of a shell when it is known not to be set.
std::string Expander::Separators() const { return frame_.IsGone("IFS") ? " \t\n" : frame_.Value("IFS"); }

std::string Expander::Separator() const {
  const std::string ifs = Separators();
  return HasUnknown(ifs) ? Unknown() : ifs.substr(0, 1);
}

std::string Expander::Cut(std::string_view what) {
  if (hooks_.limit) hooks_.limit(what);
  return Unknown();
}

// $(..) $((..)) $[..]; returns the index after it.
size_t Expander::Substitution(std::string_view raw, size_t at, Build& build, bool quoted) {
  const char opener = raw[at + 1];
  const size_t end = SkipDollarText(raw, at, 0);
  if (end == raw.npos) {
    Cut("a substitution whose end is not found");
    build.Put(kUnknown, true);
    return raw.size();
  }
  const std::string_view inside = raw.substr(at + 2, end - at - 3);
  const bool doubled = inside.size() >= 2 && inside[0] == '(' && MatchingClose(inside, 0, '(', ')') == inside.size();
  if (opener == '[' || (opener == '(' && doubled))
    build.Value(Arithmetic(doubled ? inside.substr(1, inside.size() - 2) : inside), quoted);
  else
    build.Value(hooks_.substitute(inside, false), quoted);
  return end;
}

// The word of ${x:-word}. In double quotes its own double quotes go, and single ones are plain characters.
void Expander::PutWord(std::string_view word, Build& build, bool quoted) {
  if (depth_ >= kMaxDepth) return build.Value(Cut("a word nested too deep"), quoted);
  ++depth_;
  const bool outer = build.inner;
  build.inner = true;
  if (!quoted) word.remove_prefix(Tilde(word, build));
  Walk(word, build, quoted);
  build.inner = outer;
  --depth_;
}

// A parameter in its place. The items of a list are fields of their own, except where nothing is split.
void Expander::Put(const Parameter& value, Build& build, bool quoted) {
  if (value.word) {
    build.open |= quoted && !Contains(*value.word, "@");
    return PutWord(*value.word, build, quoted);
  }
  const std::string separators = build.separators;
  const bool joined = !build.split || (value.star && quoted);
  if (!value.list && !value.star) return build.Value(value.items.empty() ? "" : value.items[0], quoted);
  if (joined) {
    // Where there may be other items, what stands between those that are known is not known either.
    const std::string between = value.star ? Separator() : " ";
    build.Value(Join(value.items, value.known ? between : Unknown()), quoted);
    if (value.list && value.items.empty()) build.open |= quoted && !build.split;
    return;
  }
  // No standard says which of the empty items stay, nor whether an item ends at the separator at its end.
  const bool open_ended = std::any_of(value.items.begin(), value.items.end(), [&](const auto& item) {
    return item.empty() || (!IsBlank(item.back()) && separators.find(item.back()) != separators.npos);
  });
  if (!quoted && open_ended && separators != " \t\n") {
    build.Put(kUnknown, true);
    build.now.many = true;
    return;
  }
  for (size_t i = 0; i < value.items.size(); ++i) {
    if (i > 0) {
      build.End();
      build.first = build.fields.size();
      build.delimited = false;
    }
    build.Value(value.items[i], quoted);
    build.now.many |= !value.known;
  }
}

// zsh does not split parameters.
void Expander::PutSplit(const Parameter& value, Build& build, bool quoted) {
  if (!frame_.zsh || value.list || value.star) return Put(value, build, quoted);
  const std::string separators = std::exchange(build.separators, std::string());
  Put(value, build, quoted);
  build.separators = separators;
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
    const std::string decoded = DecodeEscapes(raw.substr(at + 2, end - at - 2));
    build.Literal(decoded.substr(0, decoded.find('\0')), true);
    return std::min(end + 1, raw.size());
  }
  if (next == '"' && !quoted) return at + 1;
  if (next == '(' || next == '[') return Substitution(raw, at, build, quoted);
  if (next == '{') {
    size_t end = SkipBraces(raw, at + 1, quoted, 0);
    if (end == raw.npos) end = MatchingClose(raw, at + 1, '{', '}');
    if (end == raw.npos) {
      Cut("a parameter whose end is not found");
      build.Put(kUnknown, true);
      return raw.size();
    }
    return PutGlued(raw, at, end, Braced(raw.substr(at + 2, end - at - 3), quoted), build, quoted);
  }
  size_t end = NameEnd(raw, at + 1);
  const bool special = std::string_view("@*#?-$!").find(next) != std::string_view::npos;
  if (end == at + 1 && (special || (next >= '0' && next <= '9'))) ++end;
  if (end == at + 1) {
    build.Put('$', true);
    return at + 1;
  }
  return PutGlued(raw, at, end, Named(raw.substr(at + 1, end - at - 1), "", false), build, quoted);
}

// The parameter that is spelled at [at, end). Inside a name one that is not set is read as empty, too.
size_t Expander::PutGlued(std::string_view raw, size_t at, size_t end, const Parameter& value, Build& build,
                          bool quoted) {
  const bool glued = IsGlued(raw, at, end, build.now.text);
  const bool empty = glued && !value.gone && frame_.ReadsAsEmpty(raw.substr(at, end - at), value.unset);
  if (!empty) PutSplit(value, build, quoted);
  return end;
}

void Expander::DoubleQuoted(std::string_view inside, Build& build) {
  // A list without items is no field at all, and so is a word that takes its place and is one.
  const bool list = inside.starts_with("${") && Contains(inside, "@");
  const bool may_vanish = list || (!inside.empty() && inside.find_first_not_of("$@") == inside.npos && inside != "$");
  build.open |= !may_vanish;
  const bool inner = std::exchange(build.inner, false);
  const bool heredoc = std::exchange(build.heredoc, false);
  Walk(inside, build, true);
  build.inner = inner;
  build.heredoc = heredoc;
}

// <(..) and >(..); returns the index after it.
size_t Expander::Process(std::string_view raw, size_t at, Build& build) {
  const size_t end = SkipParentheses(raw, at + 1, 0);
  const size_t stop = end == raw.npos ? raw.size() : end;
  build.now.substitution = true;
  build.now.substituted = hooks_.substitute(raw.substr(at + 2, stop - at - 2 - (end == raw.npos ? 0 : 1)), true);
  int fd = 63;  // as bash numbers them
  while (frame_.descriptors.contains(fd) && fd > 10) --fd;
  frame_.descriptors[fd] = {build.now.substituted};
  build.Literal(Cat({"/dev/fd/", std::to_string(fd)}), true);
  return stop;
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
      const bool brace = build.inner && next == '}';
      const bool special = !quoted || brace || std::string_view("$`\\\n").find(next) != std::string_view::npos ||
                           (next == '"' && (!build.heredoc || build.inner));
      if (!special) build.Put('\\', true);
      if (next != '\n') build.Put(next, true);
      i += 2;
    } else if (c == '\'' && !quoted) {
      const size_t end = std::min(raw.find('\'', i + 1), raw.size());
      build.Literal(raw.substr(i + 1, end - i - 1), true);
      i = end + 1;
    } else if (c == '"' && (!quoted || build.inner)) {
      const size_t end = std::min(SkipQuotedText(raw, i, 0), raw.size());
      const bool closed = end > i + 1 && raw[end - 1] == '"';
      DoubleQuoted(raw.substr(i + 1, end - i - 1 - (closed ? 1 : 0)), build);
      i = end;
    } else if (c == '`') {
      const size_t end = SkipQuote(raw, i);
      const std::string_view inside = raw.substr(i + 1, end - i - 1 - (end > i + 1 ? 1 : 0));
      // In a here-document bash leaves \" in it as it is, others do not.
      const bool told = !build.heredoc || frame_.bash || !Contains(inside, "\\\"");
      const std::string text = hooks_.substitute(Backquoted(inside, quoted && !build.heredoc), false);
      build.Value(told ? text : Unsure(text), quoted);
      i = end;
    } else if (c == '$') {
      i = Dollar(raw, i, build, quoted);
    } else if ((c == '<' || c == '>') && !quoted && i + 1 < raw.size() && raw[i + 1] == '(') {
      i = Process(raw, i, build);
    } else if (build.value && !quoted && c == ':') {
      build.Put(c, false);
      i += 1 + Tilde(raw.substr(i + 1), build);
    } else {
      if (build.inner && !quoted)
        build.Value(raw.substr(i, 1), false);
      else
        build.Put(c, quoted);
      ++i;
    }
  }
}

// ~ ~/ ~+ ~- ~name at the beginning of `raw`; returns how much of it that was.
size_t Expander::Tilde(std::string_view raw, Build& build) {
  if (raw.empty() || raw[0] != '~') return 0;
  const size_t end = std::min(raw.find_first_of(build.value ? "/:" : "/"), raw.size());
  const std::string_view name = raw.substr(1, end - 1);
  if (name.empty()) {
    build.Literal(frame_.Value("HOME"), true);
  } else if (name == "+") {
    build.Literal(frame_.cwd.empty() ? Unknown() : frame_.cwd, true);
  } else if (name == "-") {
    build.Literal(frame_.Value("OLDPWD"), true);
  } else if (name == "root") {
    build.Literal("/root", true);
  } else if (std::all_of(name.begin(), name.end(),
                         [](char c) { return IsNameByte(c, false) || c == '-' || c == '.'; })) {
    // Where an account lives is not known, nor whether there is one.
    const bool usual = frame_.Choose(Cat({"~", name}), 2) == size_t{0};
    build.Literal(usual ? Cat({"/home/", name}) : Unknown(), true);
  } else if (name.find_first_of("'\"\\$`") == name.npos) {
    build.Put(kUnknown, true);
  } else {
    return 0;
  }
  return end;
}

std::vector<Field> Expander::Expand(Word word) {
  if (depth_ >= kMaxDepth) return {{Cut("a word nested too deep")}};
  ++depth_;
  Build build;
  build.separators = Separators();
  BraceFaults faults;
  for (const std::string& raw : ExpandBraces(word.raw, faults)) {
    if (build.full) break;
    build.first = build.fields.size();
    build.delimited = false;
    Walk(std::string_view(raw).substr(Tilde(raw, build)), build, false);
    build.End();
    // bash expands a tilde behind the = of a word that looks like an assignment, other shells do not.
    const size_t equals = NameEnd(raw, 0);
    if (equals > 0 && std::string_view(raw).substr(equals).starts_with("=~") && build.fields.size() > build.first)
      build.fields[build.first].text = raw.substr(0, equals + 1) + Unknown();
  }
  --depth_;
  if (faults.unsure) build.fields = {{.text = Unknown(), .many = true}};  // what it runs has been run
  if (faults.cut || build.full)
    build.fields.push_back({.text = Cut("a word that expands to too much"), .many = true});
  return std::move(build.fields);
}

std::string Expander::Whole(std::string_view raw, Build& build) {
  if (depth_ >= kMaxDepth) return Cut("a word nested too deep");
  ++depth_;
  build.split = false;
  Walk(raw.substr(Tilde(raw, build)), build, false);
  --depth_;
  return build.now.text;
}

std::string Expander::ExpandWhole(std::string_view raw) {
  Build build;
  return Whole(raw, build);
}

std::string Expander::ExpandValue(std::string_view raw) {
  Build build;
  build.value = true;
  return Whole(raw, build);
}

std::string Expander::ExpandPattern(std::string_view raw) {
  Build build;
  build.escape = true;
  return Whole(raw, build);
}

std::string Expander::ExpandQuoted(std::string_view raw) {
  Build build;
  build.split = false;
  Walk(raw, build, true);
  return build.now.text;
}

std::string Expander::ExpandHeredoc(std::string_view body) {
  Build build;
  build.split = false;
  build.heredoc = true;
  Walk(body, build, true);
  return build.now.text;
}

}  // namespace heddle::shell
