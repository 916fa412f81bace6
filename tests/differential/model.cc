// What the interpreter of src/shell makes of scripts: one JSON object per line in, one out. The driver (run) holds the
// answers against real shells.
//
// In:  {"script": text, "shell": name, "cwd": path, "home": path, "environment": {name: value}, "files": {path: text}}
// Out: {"complete": bool, "probes": [[{"text": hex, "glob": bool}, ...], ...]}: the words of every command `probe`,
// once
//      for each reading of it. Texts are hexadecimal, since they need not be UTF-8, and hold the marks of value.h.
#include <boost/json.hpp>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "base/text.h"
#include "shell/analyze.h"
#include "shell/expand.h"
#include "shell/quote.h"

namespace {

namespace json = boost::json;
using heddle::Cat;
using heddle::shell::Field;

using Files = std::map<std::string, std::string, std::less<>>;

std::string Hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

std::string Text(const json::object& object, std::string_view key) {
  const json::value* found = object.if_contains(key);
  return found != nullptr && found->is_string() ? std::string(found->as_string()) : std::string();
}

Files Texts(const json::object& object, std::string_view key) {
  Files out;
  const json::value* found = object.if_contains(key);
  if (found == nullptr || !found->is_object()) return out;
  for (const auto& [name, value] : found->as_object()) out.emplace(name, value.as_string());
  return out;
}

// Whether `path` is a file of the fixture or a folder of one.
bool IsThere(const Files& files, const std::string& path) {
  const auto at = files.lower_bound(path);
  return at != files.end() && (at->first == path || at->first.starts_with(path + "/"));
}

heddle::shell::World WorldOf(const json::object& request, const Files& files) {
  heddle::shell::World world;
  world.cwd = Text(request, "cwd");
  world.home = Text(request, "home");
  world.environment = Texts(request, "environment");
  world.resolve = [&files](const std::string& path) { return IsThere(files, path) ? path : std::string(); };
  world.read = [&files](const std::string& path) -> std::optional<std::string> {
    const auto found = files.find(path);
    return found != files.end() ? std::optional(found->second) : std::nullopt;
  };
  return world;
}

// What is rated: bash's scripts as they are, those of other shells as that shell's -c.
std::string CommandOf(const json::object& request) {
  // As in the shells, it is a function, which reads no input.
  const std::string script = "probe() { :; }\n" + Text(request, "script");
  const std::string shell = Text(request, "shell");
  if (shell == "bash") return script;
  return Cat({shell == "busybox" ? "busybox sh" : shell, " -c ",
              heddle::shell::Quote(script, heddle::shell::Dialect::kPosix)});
}

json::object Answer(const json::object& request) {
  const Files files = Texts(request, "files");
  json::array probes;
  heddle::shell::AnalyzeOptions options;
  options.on_command = [&probes](const std::vector<Field>& argv) {
    if (argv.empty() || argv[0].text != "probe") return;
    json::array words;
    for (size_t i = 1; i < argv.size(); ++i)
      words.push_back(json::object{{"text", Hex(argv[i].text)}, {"glob", argv[i].glob}});
    probes.push_back(std::move(words));
  };
  const auto analysis = heddle::shell::Analyze(CommandOf(request), WorldOf(request, files), options);
  json::object out;
  out["complete"] = analysis && analysis->complete;
  out["probes"] = std::move(probes);
  return out;
}

}  // namespace

int main() {
  std::ios::sync_with_stdio(false);
  for (std::string line; std::getline(std::cin, line);) {
    boost::system::error_code error;
    const json::value request = json::parse(line, error);
    if (error || !request.is_object()) {
      std::cerr << "differential_model: not a JSON object: " << line.substr(0, 80) << "\n";
      return 2;
    }
    std::cout << json::serialize(Answer(request.as_object())) << "\n";
    std::cout.flush();
  }
  return 0;
}
