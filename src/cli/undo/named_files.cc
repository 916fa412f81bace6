#include "cli/undo/named_files.h"

#include <unistd.h>

#include <algorithm>
#include <climits>

#include "ask/touch.h"
#include "base/text.h"
#include "shell/expand.h"
#include "sys/files.h"

namespace heddle::cli {
namespace {

constexpr ask::TouchOptions kPatient{.max_entries = 1'000'000, .max_us = 20'000'000};
constexpr int kMaxLinks = 40;

std::optional<std::vector<std::string>> Selected(const shell::NamedPaths& named) {
  const shell::Effect effect{.kind = shell::EffectKind::kDelete, .target = named.text, .tests = named.tests};
  return ask::PathsOf(effect, sys::SystemFiles(), "/", kPatient);
}

// The folder before the first wildcard through the kernel's eyes, then the rest.
std::optional<std::string> Anchored(const std::string& pattern) {
  const size_t slash = pattern.rfind('/', pattern.find_first_of("*?["));
  const std::string folder = sys::SystemFiles().Resolve(slash == 0 ? "/" : pattern.substr(0, slash));
  const std::string rest = pattern.substr(slash);
  if (Contains(rest, "/../") || rest.ends_with("/..")) return std::nullopt;
  return folder.empty() ? std::string() : Cat({folder == "/" ? "" : folder, rest});
}

std::optional<std::vector<std::string>> Matches(const std::string& pattern) {
  // Two brackets may be quoted or not, each for itself; "**" means more in some shells.
  if (std::count(pattern.begin(), pattern.end(), '[') > 1 || Contains(pattern, "**") || Contains(pattern, "\\"))
    return std::nullopt;
  const auto anchored = Anchored(pattern);
  if (!anchored) return std::nullopt;
  std::vector<std::string> out;
  for (const std::string& reading : {*anchored, ReplaceAll(*anchored, "[", "[[]")}) {
    if (reading.empty() || (reading == *anchored && !out.empty())) continue;
    const shell::Effect effect{.kind = shell::EffectKind::kDelete, .target = reading, .glob = true};
    const auto found = ask::PathsOf(effect, sys::SystemFiles(), "/", kPatient);
    if (!found) return std::nullopt;
    out.insert(out.end(), found->begin(), found->end());
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  if (out.empty()) out.push_back(pattern);
  return out;
}

std::string Join(const std::string& folder, const std::string& name) {
  return Cat({folder, folder.ends_with("/") ? "" : "/", name});
}

}  // namespace

std::optional<std::vector<std::string>> Expand(const shell::NamedPaths& named) {
  if (!named.tests.empty()) return Selected(named);
  if (shell::HasUnknown(named.text)) return std::nullopt;
  if (HasWildcards(named)) return Matches(named.text);
  return std::vector<std::string>{named.text};
}

// Only what means the same in every shell, and whichever of its wildcards are quoted: then there are fewer names.
std::optional<std::vector<std::string>> NamesIn(const std::string& folder, const std::string& pattern) {
  constexpr size_t kMaxNames = 1000;
  const bool folders = pattern.ends_with('/');
  const std::string_view name = std::string_view(pattern).substr(0, pattern.size() - (folders ? 1 : 0));
  const bool hidden = name.starts_with('.');
  const bool dots = hidden && name.find_first_not_of(".*?") == name.npos;  // some shells' ".*" is also ".."
  if (dots || name.find_first_of("[]\\(){}!^~<>|#") != name.npos || shell::HasUnknown(name)) return std::nullopt;
  const std::string wide = ReplaceAll(std::string(name), "?", "*");  // of which bytes make a character
  const auto entries = sys::SystemFiles().List(folder);
  if (!entries) return std::nullopt;
  std::vector<std::string> out;
  for (const auto& entry : *entries) {
    if (entry.name.starts_with('.') != hidden || !GlobMatch(wide, entry.name)) continue;
    if (folders && sys::SystemFiles().LookThrough(folder + entry.name).kind != sys::FileKind::kDirectory) continue;
    out.push_back(Cat({entry.name, folders ? "/" : ""}));
  }
  if (out.size() > kMaxNames) return std::nullopt;
  std::sort(out.begin(), out.end());
  return out;
}

bool HasWildcards(const shell::NamedPaths& named) { return named.text.find_first_of("*?[") != std::string::npos; }

Place Locate(const std::string& path) {
  const auto& files = sys::SystemFiles();
  std::string clean = path;
  while (clean.size() > 1 && clean.ends_with('/')) clean.pop_back();
  const std::string name = clean.substr(clean.rfind('/') + 1);
  const bool dots = name.empty() || name == "." || name == "..";
  if (const std::string whole = dots ? files.Resolve(clean) : ""; !whole.empty())
    return {.exists = true, .path = whole};
  const std::string parent = clean.substr(0, std::max<size_t>(1, clean.rfind('/')));
  if (parent == clean) return {.exists = true, .path = "/"};
  const std::string folder = files.Resolve(parent);
  if (folder.empty()) {
    if (files.Look(parent).kind != sys::FileKind::kNone) return {.possible = false};  // a link that leads nowhere
    Place above = Locate(parent);
    if (above.exists) above.possible = false;
    return above;
  }
  if (files.LookThrough(folder).kind != sys::FileKind::kDirectory) return {.possible = false};
  const std::string whole = dots ? folder : Join(folder, name);
  return {.exists = files.Look(whole).kind != sys::FileKind::kNone, .path = whole};
}

Place LocateThrough(const std::string& path) {
  Place place = Locate(path);
  for (int i = 0; i < kMaxLinks && place.possible && place.exists; ++i) {
    if (sys::SystemFiles().Look(place.path).kind != sys::FileKind::kLink) return place;
    if (const std::string whole = sys::SystemFiles().Resolve(place.path); !whole.empty())
      return {.exists = true, .path = whole};
    std::string target(PATH_MAX, '\0');
    const ssize_t size = ::readlink(place.path.c_str(), target.data(), target.size());
    if (size <= 0) return {.possible = false};
    target.resize(static_cast<size_t>(size));
    place = Locate(target.starts_with("/") ? target : Join(sys::DirName(place.path), target));
  }
  return place;
}

}  // namespace heddle::cli
