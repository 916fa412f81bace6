#define TOML_EXCEPTIONS 0
#define TOML_ASSERT(condition) static_cast<void>(0)  // it asserts on malformed input; that is an error, not a bug
#define TOML_HEADER_ONLY 1
#include "cli/config.h"

#include <toml++/toml.h>

#include <algorithm>

#include "base/text.h"
#include "sys/environment.h"
#include "sys/files.h"

namespace heddle::cli {
namespace {

constexpr SettingSpec kSpecs[] = {
    {"policy", "moderate", "strict moderate permissive",
     "what runs unasked: strict: what only looks; moderate: also making what is new; permissive: also what is unknown"},
    {"shell", "auto", "auto bash zsh fish posix", "dialect to write"},
    {"target", "auto", "auto gnu bsd busybox", "flavour of the tools to write for"},
    {"history", "on", "on off", "remember requests and commands"},
    {"color", "auto", "auto always never", "colours in output"},
    {"trash", "on", "on off", "what a command that heddle runs deletes or overwrites is kept first, for heddle undo"},
    {"trash_copy_mb", "1024", "", "megabytes that may be copied for that before one command"},
    {"trash_size_mb", "10240", "", "megabytes that are kept; beyond, the oldest goes, but nothing younger than a day"},
    {"trash_days", "30", "", "how many days it is kept"},
    {"backend", "runner", "", "what answers chats: runner, or openai, responses, anthropic, ollama with :ADDRESS"},
    {"model", "", "", "the model that is asked: a name of heddle models list, or of the backend"},
    {"key", "", "", "where the backend's key is: env:NAME, file:PATH or command:WORDS"},
    {"timeouts", "10s,5m,1m", "", "to connect to a backend, for its first token, and between two tokens"},
    {"memory_mb", "0", "", "megabytes that a runner may take beside the model's file; 0: no limit"},
    {"keep_alive", "5m", "", "how long a model stays loaded without work: 30s, 5m, 1h, -1"},
    {"help_probe", "off", "on off", "may run COMMAND --help in the sandbox to learn flags"},
};

Result<> CheckValue(const SettingSpec& spec, std::string_view value) {
  if (ForTerminal(value) != value)
    return Error{Code::kInvalid, Cat({spec.name, " must not hold characters that cannot be seen"})};
  const auto choices = SplitWords(spec.choices);
  if (choices.empty() || std::find(choices.begin(), choices.end(), value) != choices.end()) return {};
  return Error{Code::kInvalid, Cat({spec.name, " must be one of: ", spec.choices})};
}

const SettingSpec* Find(std::string_view name) {
  for (const SettingSpec& spec : kSpecs) {
    if (spec.name == name) return &spec;
  }
  return nullptr;
}

}  // namespace

std::vector<SettingSpec> Config::Specs() { return {std::begin(kSpecs), std::end(kSpecs)}; }
std::string Config::UserFile() { return sys::ConfigDirectory() + "/config.toml"; }

Result<std::map<std::string, std::string>> ParseConfig(std::string_view text, std::string_view file) {
  if (text.size() > (256 << 10)) return Error{Code::kTooLarge, Cat({file, ": larger than 256 kB"})};
  if (!IsPlainText(text) || !IsAscii(text))
    return Error{
        Code::kInvalid,
        Cat({file,
             ": holds control characters or text that is not ASCII; write other characters in strings as \\u00e9"})};
  auto parsed = toml::parse(text);
  if (!parsed)
    return Error{Code::kInvalid, Cat({file, ":", std::to_string(parsed.error().source().begin.line), ": ",
                                      Lower(parsed.error().description())})};
  std::map<std::string, std::string> out;
  for (auto&& [key, node] : parsed.table()) {
    const std::string where = Cat({file, ":", std::to_string(node.source().begin.line), ": "});
    const SettingSpec* spec = Find(key.str());
    if (spec == nullptr)
      return Error{Code::kInvalid, Cat({where, "unknown key '", key.str(), "'; see heddle config list"})};
    const auto* value = node.as_string();
    if (value == nullptr) return Error{Code::kInvalid, Cat({where, key.str(), " must be a string"})};
    if (auto good = CheckValue(*spec, value->get()); !good)
      return std::move(good).error().Context(where.substr(0, where.size() - 2));
    out[std::string(key.str())] = value->get();
  }
  return out;
}

Result<> Config::Read(std::string_view text, const std::string& origin) {
  TRY_ASSIGN(const auto values, ParseConfig(text, origin));
  for (const auto& [name, value] : values) settings_[name] = {value, origin};
  return {};
}

Result<Config> Config::Load() {
  Config config;
  for (const SettingSpec& spec : kSpecs)
    config.settings_[std::string(spec.name)] = {std::string(spec.fallback), "default"};
  for (const std::string& file : {std::string("/etc/heddle/config.toml"), UserFile()}) {
    auto text = sys::SystemFiles().Read(file, 256 << 10);
    if (text) {
      TRY(config.Read(*text, file));
    } else if (text.error().code != Code::kNotFound) {
      return std::move(text).error();
    }
  }
  for (const SettingSpec& spec : kSpecs) {
    std::string variable = "HEDDLE_";
    for (char c : spec.name) variable += c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    const std::string value = sys::Env(variable.c_str());
    if (value.empty()) continue;
    if (auto good = CheckValue(spec, value); !good) return std::move(good).error().Context(variable);
    config.settings_[std::string(spec.name)] = {value, variable};
  }
  return config;
}

Result<> Config::Set(std::string_view name, std::string_view value) {
  const SettingSpec* spec = Find(name);
  if (spec == nullptr) return Error{Code::kInvalid, Cat({"unknown key '", name, "'; see heddle config list"})};
  TRY(CheckValue(*spec, value));
  std::map<std::string, std::string> values;
  if (auto text = sys::SystemFiles().Read(UserFile(), 256 << 10)) {
    TRY_ASSIGN(values, ParseConfig(*text, UserFile()));
  }
  values[std::string(name)] = std::string(value);
  std::string out;
  for (const auto& [key, each] : values) out += Cat({key, " = \"", each, "\"\n"});
  TRY(sys::SystemFiles().MakeDirectories(sys::ConfigDirectory(), 0700));
  return sys::SystemFiles().WriteAtomic(UserFile(), out, 0600);
}

}  // namespace heddle::cli
