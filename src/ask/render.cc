#include "ask/render.h"

#include <algorithm>

#include "ask/kinds.h"
#include "base/text.h"

namespace heddle::ask {
namespace {

std::string EscapeAny(std::string_view text, std::string_view special) {
  std::string out;
  for (char c : text) {
    if (special.find(c) != special.npos) out += '\\';
    out += c;
  }
  return out;
}

std::string Upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return out;
}

std::string WithoutExtension(std::string_view path) {
  for (std::string_view ending : {".tar.gz", ".tar.bz2", ".tar.xz", ".tar.zst", ".tgz"}) {
    if (path.ends_with(ending)) return std::string(path.substr(0, path.size() - ending.size()));
  }
  const size_t dot = path.rfind('.');
  const size_t slash = path.rfind('/');
  return std::string(dot == path.npos || dot == 0 || (slash != path.npos && dot < slash) ? path : path.substr(0, dot));
}

// "5 minutes" -> 5 and 'm'; the unit is the first letter, 'M' for months.
struct Span {
  long long count = 0;
  char unit = 's';
};
Span ReadSpan(std::string_view text) {
  Span span;
  const auto words = SplitWords(text);
  if (!words.empty()) span.count = ParseInt(words[0]).value_or(1);
  if (words.size() > 1) span.unit = words[1].starts_with("month") ? 'M' : words[1][0];
  return span;
}

std::string InSeconds(std::string_view text) {
  const Span span = ReadSpan(text);
  const long long factor = span.unit == 'm'   ? 60
                           : span.unit == 'h' ? 3600
                           : span.unit == 'd' ? 86400
                           : span.unit == 'w' ? 604800
                                              : 1;
  return std::to_string(span.count * factor);
}

std::string InMinutes(std::string_view text) {
  return std::to_string((ParseInt(InSeconds(text)).value_or(60) + 59) / 60);
}

// The five fields of crontab(5) for "every <span>".
std::string CronFields(std::string_view text) {
  const Span span = ReadSpan(text);
  const std::string step = span.count == 1 ? "*" : "*/" + std::to_string(span.count);
  switch (span.unit) {
    case 'm': return step + " * * * *";
    case 'h': return "0 " + step + " * * *";
    case 'd': return "0 0 " + step + " * *";
    case 'w': return "0 0 * * 0";
    case 'M': return "0 0 1 " + step + " *";
    default: return "* * * * *";
  }
}

struct Filter {
  std::string_view name;
  std::string (*apply)(std::string_view);
};
constexpr Filter kFilters[] = {
    {"sed", [](std::string_view v) { return EscapeSed(v, false); }},
    {"sedrep", [](std::string_view v) { return EscapeSed(v, true); }},
    {"re", [](std::string_view v) { return EscapeAny(v, ".[]*+?(){}^$|\\/"); }},
    {"remote", [](std::string_view v) { return Cat({v, v.find(':') == v.npos ? ":" : ""}); }},
    {"seconds", InSeconds},
    {"minutes", InMinutes},
    {"cron", CronFields},
    {"crondays",
     [](std::string_view v) {
       const Span span = ReadSpan(v);
       const int days = span.unit == 'w' ? span.count * 7 : span.count;
       return days == 1 ? std::string("*") : Cat({"*/", std::to_string(days)});
     }},
    {"short",
     [](std::string_view v) {
       const Span span = ReadSpan(v);
       return Cat({std::to_string(span.count), std::string(1, span.unit)});
     }},
    {"upper", Upper},
    {"lower", [](std::string_view v) { return Lower(v); }},
    {"stem", WithoutExtension},
    {"base", [](std::string_view v) { return std::string(v.substr(v.rfind('/') == v.npos ? 0 : v.rfind('/') + 1)); }},
    {"suffix",
     [](std::string_view v) {
       const size_t dot = v.rfind('.');
       return dot == v.npos || dot < v.rfind('/') + 1 ? std::string() : std::string(v.substr(dot));
     }},
    {"unhex", [](std::string_view v) { return std::string(v.starts_with("0x") ? v.substr(2) : v); }},
    {"numstem", [](std::string_view v) { return std::string(v.substr(0, v.find_last_not_of("0123456789") + 1)); }},
    {"zone", [](std::string_view v) { return ZoneOf(v); }},
    {"dot",
     [](std::string_view v) {
       return v.starts_with("*.") ? std::string(v.substr(1)) : v.starts_with(".") ? std::string(v) : Cat({".", v});
     }},
    {"host",
     [](std::string_view v) {
       const size_t scheme = v.find("://");
       if (scheme != v.npos) v = v.substr(scheme + 3);
       return std::string(v.substr(0, v.find('/')));
     }},
    {"url",
     [](std::string_view v) {
       return v.find("://") != v.npos || v.starts_with("git@") ? std::string(v) : Cat({"https://", v});
     }},
    {"digits",
     [](std::string_view v) {
       std::string out;
       for (char c : v)
         if (c >= '0' && c <= '9') out += c;
       return out;
     }},
};

std::string ApplyFilter(std::string_view name, const std::string& value) {
  for (const Filter& filter : kFilters) {
    if (filter.name == name) return filter.apply(value);
  }
  return value;
}

class Renderer {
 public:
  Renderer(const Values& values, const std::vector<std::string>& slots, shell::Dialect dialect)
      : values_(values), slots_(slots), dialect_(dialect) {}

  void Run(std::string_view text) {
    for (size_t i = 0; i < text.size();) {
      const char c = text[i];
      if (c == '\'' && !double_) single_ = !single_;
      if (c == '"' && !single_) double_ = !double_;
      const size_t end = c == '{' ? HoleEnd(text, i) : text.npos;
      if (end == text.npos) {
        out.text += c;
        ++i;
        continue;
      }
      Hole(text.substr(i + 1, end - i - 1));
      i = end + 1;
    }
  }

  Rendered out;

 private:
  // The index of the brace that closes a hole at `at`, or npos when it is shell text.
  size_t HoleEnd(std::string_view text, size_t at) const {
    size_t name_at = at + 1;
    const bool conditional = name_at < text.size() && (text[name_at] == '?' || text[name_at] == '!');
    if (conditional) ++name_at;
    size_t name_end = name_at;
    while (name_end < text.size() && ((text[name_end] >= 'a' && text[name_end] <= 'z') || text[name_end] == '_' ||
                                      (text[name_end] >= '0' && text[name_end] <= '9')))
      ++name_end;
    const std::string name(text.substr(name_at, name_end - name_at));
    if (std::find(slots_.begin(), slots_.end(), name) == slots_.end() || name_end >= text.size()) return text.npos;
    if (!conditional && std::string_view("}=|").find(text[name_end]) == std::string_view::npos) return text.npos;
    int level = 0;
    for (size_t i = at; i < text.size(); ++i) {
      if (text[i] == '{') ++level;
      if (text[i] == '}' && --level == 0) return i;
    }
    return text.npos;
  }

  void Hole(std::string_view hole) {
    if (hole[0] == '?' || hole[0] == '!') {
      const size_t colon = hole.find(':');
      const bool filled = values_.contains(hole.substr(1, colon - 1));
      if (filled == (hole[0] == '?') && colon != hole.npos)
        Run(Trim(hole.substr(colon + 1)).empty() ? "" : hole.substr(colon + 1));
      return;
    }
    const size_t bar = hole.find('|');
    const size_t equals = hole.find('=');
    const std::string_view name = hole.substr(0, std::min(bar, equals));
    const auto found = values_.find(name);
    if (found == values_.end()) {
      if (equals != hole.npos) {
        out.text += hole.substr(equals + 1);
      } else {
        out.missing.emplace_back(name);
        out.text += Cat({"<", name, ">"});
      }
      return;
    }
    if (bar != hole.npos && hole.substr(bar + 1) == "raw") {  // a command of the user's: shell text, not a word
      out.text += found->second;
      return;
    }
    const std::string value =
        bar == hole.npos
            ? found->second
            : ApplyFilter(hole.substr(bar + 1, equals == hole.npos || equals < bar ? hole.npos : equals - bar - 1),
                          found->second);
    Put(value);
  }

  void Put(const std::string& value) {
    const bool begins_word = !single_ && !double_ && (out.text.empty() || out.text.back() == ' ');
    out.option_like |= begins_word && LooksLikeOption(value);
    if (single_)
      out.text += ReplaceAll(value, "'", "'\\''");
    else if (double_)
      out.text += EscapeAny(value, "\"\\$`");
    else if (value.find('\n') != value.npos)
      out.text += Words(value);
    else if (value.find_first_of("*?") != value.npos)
      out.text += GlobWord(value, dialect_);
    else
      out.text +=
          out.text.empty() || out.text.back() == ' ' ? PathWord(value, dialect_) : shell::Quote(value, dialect_);
  }

  // Several values in one slot, one per line.
  std::string Words(const std::string& value) {
    std::string text;
    for (auto line : Split(value, '\n'))
      text += Cat({text.empty() ? "" : " ",
                   line.find_first_of("*?") != line.npos ? GlobWord(line, dialect_) : PathWord(line, dialect_)});
    return text;
  }

  const Values& values_;
  const std::vector<std::string>& slots_;
  shell::Dialect dialect_;
  bool single_ = false, double_ = false;
};

}  // namespace

Rendered Render(std::string_view text, const Values& values, const std::vector<std::string>& slots,
                shell::Dialect dialect) {
  Renderer renderer(values, slots, dialect);
  renderer.Run(text);
  return std::move(renderer.out);
}

bool LooksLikeOption(std::string_view word) {
  if (word.size() < 2 || word[0] != '-') return false;
  return word.find_first_not_of("0123456789.", 1) != word.npos;
}

std::string PathWord(std::string_view path, shell::Dialect dialect) {
  if (path == "~" || path == "~/") return std::string(path);
  if (path.starts_with("~/")) return Cat({"~/", shell::Quote(path.substr(2), dialect)});
  if (path.starts_with("$HOME/")) return Cat({"\"$HOME\"/", shell::Quote(path.substr(6), dialect)});
  if (path == "$HOME") return "\"$HOME\"";
  return Cat({LooksLikeOption(path) ? "./" : "", shell::Quote(path, dialect)});
}

std::string GlobWord(std::string_view path, shell::Dialect dialect) {
  std::string out, literal;
  if (LooksLikeOption(path)) out = "./";
  if (path.starts_with("~/")) out = "~/", path.remove_prefix(2);
  const auto flush = [&] {
    if (!literal.empty()) out += shell::Quote(literal, dialect);
    literal.clear();
  };
  for (char c : path) {
    if (c == '*' || c == '?' || c == '[' || c == ']')
      flush(), out += c;
    else
      literal += c;
  }
  flush();
  return out;
}

std::string EscapeSed(std::string_view text, bool replacement) {
  if (replacement) return ReplaceAll(EscapeAny(text, "/&\\"), "\n", "\\n");
  return EscapeAny(text, "/.[]*^$\\");
}

std::string EscapeBasicRegex(std::string_view text) { return EscapeAny(text, ".[]*^$\\"); }
std::string EscapeGlob(std::string_view text) { return EscapeAny(text, "*?[]\\"); }

}  // namespace heddle::ask
