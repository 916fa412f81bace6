// Places: what kind of place a path is. Pure; links that exist are resolved through World.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shell/risk.h"

namespace heddle::shell {

// What the analysis may know of the world. Nothing here is required.
struct World {
  std::string cwd;   // absolute; empty: unknown
  std::string home;  // absolute; empty: unknown
  std::map<std::string, std::string, std::less<>> environment;
  // Real path of an existing path, or empty. Called only for paths whose effect matters.
  std::function<std::string(const std::string&)> resolve;
  // Whether version control has the file at an absolute path. Called only for single files that would be lost.
  std::function<bool(const std::string&)> tracked;
  // The text of a regular file at an absolute path, when it is one and not large; nothing otherwise. Called only for
  // files that would be run, or whose text would be.
  std::function<std::optional<std::string>(const std::string&)> read;
  // The names in a directory (absolute, ends in '/') that a pattern without '/' means at this moment, in order; with '/'
  // at its end, those of directories. Nothing when that is not certain. Given only to find out which files a line
  // changes: its rating must not depend on what is there.
  std::function<std::optional<std::vector<std::string>>(const std::string& folder, const std::string& pattern)> names;
};

struct Location {
  Place place = Place::kOrdinary;
  std::string path;  // absolute where it could be made so
};

// `path` made absolute in `cwd` and without "." and ".."; links are not looked at. An unknown directory gets a made-up
// one.
std::string CleanPath(std::string_view path, std::string_view cwd);

// `cwd` is the directory the command runs in (it may have changed with cd), `glob` whether wildcards are active.
Location Locate(std::string_view target, bool glob, std::string_view cwd, const World& world);

// Whether the last part of a path is a pattern for every name, or every hidden name, of a directory.
bool MatchesAll(std::string_view name);

}  // namespace heddle::shell
