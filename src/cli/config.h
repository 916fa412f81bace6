// Config: what the user set, from where. Only this file knows the format (TOML). Sources, later ones win: built-in
// defaults, the system's file, the user's file, HEDDLE_* variables. Never a file of the current directory.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace heddle::cli {

struct Setting {
  std::string value, origin;  // origin: "default", a file, or a variable
};

struct SettingSpec {
  std::string_view name, fallback, choices, help;  // choices: blank-separated; empty: any text
};

class Config {
 public:
  // Errors name file and line of unknown keys and bad values.
  static Result<Config> Load();
  const Setting& Get(std::string_view name) const { return settings_.find(name)->second; }
  bool On(std::string_view name) const { return Get(name).value == "on"; }
  const std::map<std::string, Setting, std::less<>>& all() const { return settings_; }
  // Writes one value to the user's file.
  static Result<> Set(std::string_view name, std::string_view value);
  static std::string UserFile();
  static std::vector<SettingSpec> Specs();

 private:
  Result<> Read(std::string_view text, const std::string& origin);
  std::map<std::string, Setting, std::less<>> settings_;
};

// Exposed for the fuzz target: flat `name = value` TOML. Pure.
Result<std::map<std::string, std::string>> ParseConfig(std::string_view text, std::string_view file);

}  // namespace heddle::cli
