#include "shell/programs/recipes.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "shell/expand.h"

namespace heddle::shell {
namespace {

struct Target {
  std::vector<std::string> needs;
  std::string recipe;
};

// $(shell ..) anywhere in the text. One without an end, which make refuses, is all the rest.
void AddShellCalls(std::string_view text, std::vector<std::string>& out) {
  for (size_t at = text.find("$(shell "); at != text.npos; at = text.find("$(shell ", at + 1)) {
    const size_t end = MatchingClose(text, at + 1, '(', ')');
    out.emplace_back(text.substr(at + 8, end == text.npos ? end : end - at - 9));
    if (end == text.npos) return;
  }
}

// $$x is the shell's $x; $(x) is make's own and not known here.
std::string ToShell(std::string_view line) {
  while (!line.empty() && std::string_view("@-+ \t").find(line[0]) != line.npos) line.remove_prefix(1);
  std::string out;
  for (size_t i = 0; i < line.size(); ++i) {
    if (line[i] != '$' || i + 1 == line.size()) {
      out += line[i];
    } else if (line[i + 1] == '$') {
      out += line[++i];
    } else if (line[i + 1] == '(' || line[i + 1] == '{') {
      const size_t end = MatchingClose(line, i + 1, line[i + 1], line[i + 1] == '(' ? ')' : '}');
      out += "${MAKE_VARIABLE}";
      i = end == line.npos ? line.size() : end - 1;
    } else {
      out += "${MAKE_VARIABLE}";
      ++i;
    }
  }
  return out;
}

std::map<std::string, Target> ReadTargets(std::string_view makefile, std::string& first) {
  std::map<std::string, Target> out;
  std::vector<std::string> open;
  for (auto line : Split(makefile, '\n')) {
    if (line.starts_with("\t")) {
      for (const auto& name : open) out[name].recipe += ToShell(line.substr(1)) + "\n";
      continue;
    }
    const size_t colon = line.find(':');
    const bool rule =
        colon != line.npos && line[0] != '#' && line.find('=') > colon && !line.substr(colon).starts_with(":=");
    if (!rule) continue;
    open.clear();
    const size_t recipe = line.find(';', colon);
    for (auto name : SplitWords(line.substr(0, colon))) {
      open.emplace_back(name);
      if (first.empty() && name[0] != '.') first = std::string(name);
      for (auto need : SplitWords(line.substr(colon + 1, recipe == line.npos ? line.npos : recipe - colon - 1)))
        out[open.back()].needs.emplace_back(need);
      if (recipe != line.npos) out[open.back()].recipe += ToShell(line.substr(recipe + 1)) + "\n";
    }
  }
  return out;
}

}  // namespace

std::vector<std::string> MakeCommands(std::string_view makefile, const std::vector<std::string>& targets) {
  std::vector<std::string> out;
  AddShellCalls(makefile, out);
  std::string first;
  const auto known = ReadTargets(makefile, first);
  std::vector<std::string> queue = targets.empty() ? std::vector<std::string>{first} : targets;
  std::set<std::string> seen;
  while (!queue.empty() && seen.size() < 200) {
    const std::string name = queue.back();
    queue.pop_back();
    const auto target = known.find(name);
    if (!seen.insert(name).second || target == known.end()) continue;
    if (!target->second.recipe.empty()) out.push_back(target->second.recipe);
    queue.insert(queue.end(), target->second.needs.begin(), target->second.needs.end());
  }
  return out;
}

// Only strings are needed, so the text is searched for "name": "script" pairs after "scripts".
std::vector<std::string> PackageScripts(std::string_view json, const std::vector<std::string>& names) {
  std::vector<std::string> out;
  const size_t scripts = json.find("\"scripts\"");
  if (scripts == json.npos) return out;
  const size_t open = json.find('{', scripts);
  const size_t end = open == json.npos ? json.npos : std::min(MatchingClose(json, open, '{', '}'), json.size());
  if (end == json.npos) return out;
  const std::string_view body = json.substr(open, end - open);
  for (const auto& name : names) {
    for (std::string_view prefix : {"pre", "", "post"}) {
      const std::string key = Cat({"\"", prefix, name, "\""});
      const size_t at = body.find(key);
      const size_t from = at == body.npos ? at : body.find('"', at + key.size());
      if (from == body.npos) continue;
      const size_t close = SkipQuote(body, from);
      out.push_back(DecodeEscapes(body.substr(from + 1, close - from - 2)));
    }
  }
  return out;
}

}  // namespace heddle::shell
