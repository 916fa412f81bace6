#include "facts/machine.h"

#include <zlib.h>

#include <algorithm>

#include "base/text.h"
#include "sys/processes.h"

namespace heddle::facts {
namespace {

constexpr std::string_view kMigrations[] = {
    "CREATE TABLE page(command TEXT PRIMARY KEY, stamp TEXT, summary TEXT, flags TEXT)"};

bool IsFlagByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

// roff text without fonts, escapes and macros: "\fB\-a\fP" -> "-a".
std::string PlainRoff(std::string_view line) {
  std::string out;
  for (size_t i = 0; i < line.size(); ++i) {
    if (line[i] != '\\' || i + 1 >= line.size()) {
      if (line[i] != '"') out += line[i];
      continue;
    }
    const char c = line[++i];
    if (c == 'f' && i + 1 < line.size())
      i += line[i + 1] == '[' ? std::min(line.find(']', i), line.size() - 1) - i : line[i + 1] == '(' ? 3 : 1;
    else if (c == '-')
      out += '-';
    else if (c == 'e' || c == '\\')
      out += '\\';
    else if (c == '(' && i + 2 < line.size())
      out += line.substr(i + 1, 2) == "aq" ? "'" : "", i += 2;
    else if (c == '[')
      i = std::min(line.find(']', i), line.size() - 1);
    else if (c == ' ' || c == '~')
      out += ' ';
    else if (c == '&' || c == '|' || c == '^' || c == '/' || c == ',' || c == ':')
      continue;
    else if (c == 's')
      i += i + 1 < line.size() && (line[i + 1] == '+' || line[i + 1] == '-') ? 2 : 1;
  }
  return out;
}

// The flags named in one line, in order.
std::vector<std::string> FlagsIn(std::string_view line) {
  std::vector<std::string> out;
  for (size_t i = 0; i < line.size(); ++i) {
    if (line[i] != '-' || (i > 0 && (IsFlagByte(line[i - 1]) || line[i - 1] == '/' || line[i - 1] == '.'))) continue;
    size_t end = i;
    while (end < line.size() && line[end] == '-' && end < i + 2) ++end;
    const size_t name = end;
    while (end < line.size() && IsFlagByte(line[end])) ++end;
    while (end > name && line[end - 1] == '-') --end;
    if (end > name && end - i < 40) out.emplace_back(line.substr(i, end - i));
    i = end;
  }
  return out;
}

std::string FirstSentence(std::string_view text) {
  text = Trim(text);
  size_t dot = text.find(". ");
  while (dot != text.npos && dot > 0 && text[dot - 1] == ' ')
    dot = text.find(". ", dot + 1);  // "starting with ." goes on
  text = text.substr(0, std::min<size_t>(dot, 140));
  if (!text.empty() && text.back() == '.') text.remove_suffix(1);
  return std::string(text);
}

Result<std::string> ReadMaybeGzip(const std::string& path) {
  gzFile file = gzopen(path.c_str(), "rb");  // reads plain files as they are
  if (file == nullptr) return Error{Code::kNotFound, path + ": cannot be read"};
  std::string out;
  char chunk[32768];
  int got = 0;
  while (out.size() < (2 << 20) && (got = gzread(file, chunk, sizeof chunk)) > 0)
    out.append(chunk, static_cast<size_t>(got));
  gzclose(file);
  return out;
}

std::string FindManPage(const std::string& command) {
  for (std::string_view section : {"1", "8", "6"}) {
    for (std::string_view root : {"/usr/share/man/man", "/usr/local/share/man/man"}) {
      for (std::string_view ending : {".gz", ""}) {
        std::string path = Cat({root, section, "/", command, ".", section, ending});
        if (sys::SystemFiles().LookThrough(path).kind == sys::FileKind::kFile) return path;
      }
    }
  }
  return "";
}

std::string FindCompletion(const std::string& command) {
  std::string path = "/usr/share/bash-completion/completions/" + command;
  return sys::SystemFiles().LookThrough(path).kind == sys::FileKind::kFile ? path : "";
}

}  // namespace

bool Machine::IsBuiltin(std::string_view command) {
  static constexpr std::string_view kNames[] = {
      "cd",     "echo",    "export",   "unset",  "alias",   "unalias", "source",  ".",     "jobs",       "fg",
      "bg",     "history", "exit",     "set",    "ulimit",  "type",    "command", "test",  "[",          "[[",
      "printf", "pwd",     "read",     "wait",   "kill",    "time",    "for",     "while", "until",      "if",
      "do",     "then",    "umask",    "trap",   "eval",    "exec",    "true",    "false", "deactivate", "!!",
      "local",  "declare", "readonly", "shift",  "return",  "builtin", "pushd",   "popd",  "dirs",       "fc",
      "hash",   "let",     "getopts",  "logout", "suspend", "disown",  ":"};
  return std::find(std::begin(kNames), std::end(kNames), command) != std::end(kNames);
}

std::string Machine::Find(const std::string& command) {
  auto [it, fresh] = paths_.try_emplace(command);
  if (fresh) it->second = sys::FindExecutable(command);
  return it->second;
}

std::map<std::string, std::string, std::less<>> FlagsOfText(std::string_view text) {
  std::map<std::string, std::string, std::less<>> out;
  for (auto line : Split(text, '\n')) {
    for (auto& flag : FlagsIn(line)) out.try_emplace(flag);
  }
  return out;
}

std::map<std::string, std::string, std::less<>> FlagsOfManPage(std::string_view roff, std::string* summary) {
  std::map<std::string, std::string, std::less<>> out;
  std::vector<std::string> waiting;  // flags whose description follows
  std::string description;
  bool tag_next = false, in_name = false;
  const auto flush = [&] {
    for (auto& flag : waiting) {
      auto& text = out[flag];
      if (text.empty()) text = FirstSentence(description);
    }
    waiting.clear();
    description.clear();
  };
  for (auto raw : Split(roff, '\n')) {
    const bool macro = !raw.empty() && (raw[0] == '.' || raw[0] == '\'');
    const std::string_view name = macro ? raw.substr(1, 2) : std::string_view();
    if (macro && raw.size() > 1 && raw[1] == '\\') continue;
    if (name == "SH" || name == "Sh") in_name = Contains(raw, "NAME"), flush();
    const std::string line = PlainRoff(
        macro ? raw.substr(std::min<size_t>(raw.size(), raw.find(' ') == raw.npos ? raw.size() : raw.find(' ') + 1))
              : raw);
    if (in_name && !macro && summary != nullptr && summary->empty()) {
      const size_t dash = line.find(" - ");
      if (dash != line.npos) *summary = FirstSentence(std::string_view(line).substr(dash + 3));
    }
    if (name == "TP" || name == "IP" || name == "It" || name == "PP" || name == "HP" || name == "SS" || name == "TQ") {
      if (name != "TQ") flush();
      tag_next = name == "TP" || name == "PP" || name == "HP" || name == "TQ";
      if (name == "IP" || name == "It") {
        std::string text = line;
        if (name == "It" && text.starts_with("Fl ")) text = "-" + text.substr(3);
        waiting = FlagsIn(text);
      }
      continue;
    }
    if (macro &&
        (name == "RS" || name == "RE" || name == "nf" || name == "fi" || name == "if" || name == "ie" || name == "el"))
      continue;
    if (tag_next || (Trim(line).starts_with("-") && waiting.empty())) {
      auto flags = FlagsIn(line.substr(0, 120));
      if (Trim(line).starts_with("-"))
        waiting.insert(waiting.end(), flags.begin(), flags.end());
      else
        for (auto& flag : flags) out.try_emplace(flag);
      tag_next = false;
      continue;
    }
    for (auto& flag : FlagsIn(line)) out.try_emplace(flag);
    if (!waiting.empty() && description.size() < 300) description += line + " ";
  }
  flush();
  return out;
}

Machine::Page Machine::Read(const std::string& command, const std::string& man_page,
                            const std::string& completion) const {
  Page page;
  if (!man_page.empty()) {
    auto text = ReadMaybeGzip(man_page);
    if (text && text->starts_with(".so "))
      text =
          ReadMaybeGzip(Cat({"/usr/share/man/", Trim(std::string_view(*text).substr(4, text->find('\n') - 4)), ".gz"}));
    if (text) page.flags = FlagsOfManPage(*text, &page.summary), page.found = !page.flags.empty();
  }
  if (!completion.empty()) {
    if (auto text = ReadMaybeGzip(completion)) {
      for (auto& [flag, unused] : FlagsOfText(*text)) page.flags.try_emplace(flag);
    }
  }
  if (!page.found && options_.run_help && !sys::FindExecutable(command).empty()) {
    const auto help = sys::Run({command, "--help"},
                               {.timeout_ms = 1000, .output_limit = 256 << 10, .sandbox = sys::SandboxOptions{}});
    if (help && !help->timed_out && help->exit_code == 0) {
      page.flags = FlagsOfText(help->out + "\n" + help->err);
      page.found = page.flags.size() > 1;
    }
  }
  return page;
}

std::vector<std::string> Machine::Flags(const std::string& command) {
  std::vector<std::string> out;
  for (const auto& [flag, description] : Load(command).flags) out.push_back(flag);
  return out;
}

const Machine::Page& Machine::Load(const std::string& command) {
  auto [it, fresh] = pages_.try_emplace(command);
  if (!fresh || command.empty() || Contains(command, "/")) return it->second;
  const std::string man_page = FindManPage(command), completion = FindCompletion(command);
  const auto stamp_of = [](const std::string& path) {
    return path.empty() ? std::string("-") : std::to_string(sys::SystemFiles().LookThrough(path).mtime_ns);
  };
  const std::string stamp =
      Cat({stamp_of(man_page), " ", stamp_of(completion), " ", options_.run_help ? stamp_of(Find(command)) : "-"});
  if (!cache_tried_ && !options_.cache_path.empty()) {
    cache_tried_ = true;
    auto opened = store::Database::Open(options_.cache_path, {std::begin(kMigrations), std::end(kMigrations)});
    if (opened) cache_ = *std::move(opened);
  }
  if (cache_) {
    auto row = cache_->Prepare("SELECT summary, flags FROM page WHERE command = ? AND stamp = ?");
    if (row && row->Bind(1, command).Bind(2, stamp).Step().value_or(false)) {
      it->second.summary = row->Text(0);
      const std::string flags = row->Text(1);
      for (auto line : Split(flags, '\n')) {
        const size_t tab = line.find('\t');
        if (tab != line.npos) it->second.flags[std::string(line.substr(0, tab))] = std::string(line.substr(tab + 1));
      }
      it->second.found = !it->second.flags.empty();
      return it->second;
    }
  }
  it->second = Read(command, man_page, completion);
  if (cache_) {
    std::string flags;
    for (const auto& [flag, text] : it->second.flags) flags += Cat({flag, "\t", text, "\n"});
    auto insert = cache_->Prepare("INSERT OR REPLACE INTO page VALUES(?, ?, ?, ?)");
    if (insert)
      (void)insert->Bind(1, command)
          .Bind(2, stamp)
          .Bind(3, it->second.summary)
          .Bind(4, flags)
          .Run();  // a cache: losing it costs time only
  }
  return it->second;
}

FlagFact Machine::Flag(const std::string& command, const std::string& flag) {
  const Page& page = Load(command);
  if (!page.found || flag.size() < 2) return FlagFact::kUnknown;
  if (page.flags.contains(flag)) return FlagFact::kListed;
  if (flag.starts_with("--")) return FlagFact::kNotListed;
  for (size_t i = 1; i < flag.size(); ++i) {  // a cluster: every letter, or the whole word
    const char c = flag[i];
    if (c >= '0' && c <= '9') continue;
    if (!page.flags.contains(std::string{'-', c})) return FlagFact::kNotListed;
  }
  return FlagFact::kListed;
}

std::string Machine::Describe(const std::string& command, const std::string& flag) {
  const Page& page = Load(command);
  const auto found = page.flags.find(flag);
  return found != page.flags.end() ? found->second : "";
}

std::string Machine::Summary(const std::string& command) { return Load(command).summary; }

}  // namespace heddle::facts
