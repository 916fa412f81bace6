#include "ask/files_find.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace heddle::ask {

bool FilesFind::bsd() const { return options_.system == "bsd"; }

bool FilesFind::gnu() const { return options_.system.empty(); }

std::string FilesFind::Quote(std::string_view text) const { return shell::Quote(text, options_.dialect); }

std::string FilesFind::Path(std::string_view path) const {
  return PathWord(path.starts_with("-") ? Cat({"./", path}) : path, options_.dialect);
}

bool FilesFind::Narrowed() const {
  return !q_.names.empty() || !q_.name_tests.empty() || !q_.not_names.empty() || q_.size_min || q_.size_max ||
         q_.size_exact || q_.newer || q_.older || !q_.newer_file.empty() || !q_.owner.empty() ||
         !q_.not_owner.empty() || !q_.group.empty() || !q_.mode_is.empty() || q_.executable || q_.not_executable ||
         q_.world_writable || q_.setuid || q_.empty || q_.not_empty || q_.broken || q_.no_owner || q_.no_read ||
         q_.min_depth || !q_.not_dirs.empty() || !q_.path_parts.empty() || q_.max_depth.value_or(1) > 1;
}

std::string FilesFind::Roots(std::string_view fallback) const {
  std::string out;
  const auto& places = !q_.roots.empty() ? q_.roots : q_.files;
  for (const auto& root : places) {
    if (fallback.empty() && root == "." && places.size() == 1) continue;
    out += (out.empty() ? "" : " ") + Path(root);
  }
  return out.empty() ? std::string(fallback) : out;
}

bool FilesFind::IsDirectory(const std::string& path) const {
  return path.ends_with("/") || std::find(q_.directories.begin(), q_.directories.end(), path) != q_.directories.end();
}

std::string FilesFind::FileList() const {
  std::string out;
  for (const auto& file : q_.files) out += (out.empty() ? "" : " ") + Path(InRoot(file));
  return out;
}

bool FilesFind::LooksLikeFile(const std::string& path) {
  const size_t slash = path.rfind('/');
  const std::string name = slash == path.npos ? path : path.substr(slash + 1);
  const size_t dot = name.rfind('.');
  return dot != name.npos && dot > 0 && dot + 1 < name.size() && !name.ends_with(".d") &&
         name.find_first_of("0123456789", dot) == name.npos;
}

std::string FilesFind::InRoot(const std::string& file) const {
  if (q_.roots.size() != 1 || q_.roots[0] == "." || file.find('/') != file.npos) return file;
  return q_.roots[0] + (q_.roots[0].ends_with("/") ? "" : "/") + file;
}

std::string FilesFind::Count(double value) {
  return value == std::floor(value) ? std::to_string(static_cast<long long>(value))
                                    : std::to_string(value).substr(0, 4);
}

std::string FilesFind::Size(double bytes) {
  for (auto [unit, factor] : {std::pair{'G', 1073741824.0}, std::pair{'M', 1048576.0}, std::pair{'k', 1024.0}}) {
    if (bytes >= factor && std::fmod(bytes, factor) == 0) return Count(bytes / factor) + unit;
  }
  return Count(bytes) + "c";
}

std::string FilesFind::Time(const TimeLimit& limit, bool newer) const {
  const std::string field(1, q_.time_field);
  if (!limit.date.empty()) {
    const std::string not_before = Cat({"-newer", field, "t "});
    if (limit.date == "today" && newer)
      return options_.system == "busybox" ? "-mtime -1" : not_before + "'today 00:00'";
    if (limit.date == "today") return "! " + not_before + "'today 00:00'";
    if (limit.date == "yesterday") return not_before + "'yesterday 00:00'";
    return (newer ? "" : "! ") + not_before + Quote(limit.date);
  }
  const std::string sign = newer ? "-" : "+";
  if (limit.unit == 's' || limit.unit == 'm' || limit.unit == 'h' || limit.seconds < 86400 ||
      std::fmod(limit.seconds, 86400) != 0) {
    return Cat({"-", field, "min ", sign, Count(std::ceil(limit.seconds / 60))});
  }
  return Cat({"-", field, "time ", sign, Count(limit.seconds / 86400)});
}

std::string FilesFind::Names(const std::vector<std::string>& names) const {
  const std::string test = q_.ignore_case ? "-iname " : "-name ";
  std::string out;
  for (const auto& name : names) {
    const bool path = name.find('/') != name.npos;
    out += Cat({out.empty() ? "" : " -o ", path ? "-path " : test,
                Quote(path && name[0] != '*' && name[0] != '.' && name[0] != '/' ? "*/" + name : name)});
  }
  return names.size() > 1 ? "\\( " + out + " \\)" : out;
}

std::string FilesFind::Tests(Kind fallback) const {
  std::string out;
  const auto add = [&](const std::string& text) { out += " " + text; };
  if (q_.min_depth) add("-mindepth " + std::to_string(*q_.min_depth));
  if (q_.max_depth) add("-maxdepth " + std::to_string(*q_.max_depth));
  const Kind kind = q_.kind == Kind::kUnset ? fallback : q_.kind;
  if (q_.not_dirs.size() > 0) {
    for (const auto& dir : q_.not_dirs)
      add("-not -path " +
          Quote("*/" + (dir.starts_with("./") ? dir.substr(2) : dir) + (dir.ends_with("/") ? "*" : "/*")));
  }
  if (q_.broken)
    add(gnu() ? "-xtype l" : "-type l ! -exec test -e {} \\; -print");
  else if (kind == Kind::kFile)
    add("-type f");
  else if (kind == Kind::kDirectory)
    add("-type d");
  else if (kind == Kind::kLink)
    add("-type l");
  if (!q_.names.empty()) add(Names(q_.names));
  for (const auto& name : q_.name_tests) add(Names({name}));
  for (const auto& name : q_.not_names) add("! -name " + Quote(name));
  for (const auto& part : q_.path_parts) add("-path " + Quote("*" + part + "*"));
  if (q_.hidden) add("-name '.*'");
  if (q_.not_hidden) add("-not -path '*/.*'");
  if (q_.empty) add("-empty");
  if (q_.not_empty) add("! -empty");
  if (q_.size_min) add("-size +" + Size(*q_.size_min));
  if (q_.size_max)
    add("-size -" +
        (*q_.size_max >= 1024 && std::fmod(*q_.size_max, 1024) == 0 ? Count(*q_.size_max) + "c" : Size(*q_.size_max)));
  if (q_.size_exact) add("-size " + Count(*q_.size_exact) + "c");
  if (q_.newer) add(Time(*q_.newer, true));
  if (q_.older) add(Time(*q_.older, false));
  if (!q_.newer_file.empty()) add("-newer " + Path(q_.newer_file));
  if (q_.owner == "$USER")
    add("-user \"$USER\"");
  else if (!q_.owner.empty())
    add("-user " + Quote(q_.owner));
  if (!q_.not_owner.empty()) add("! -user " + Quote(q_.not_owner));
  if (!q_.group.empty()) add("-group " + Quote(q_.group));
  if (q_.no_owner) add("-nouser");
  if (!q_.mode_is.empty()) add("-perm " + Quote(q_.mode_is));
  if (q_.executable) add(gnu() ? "-executable" : "-perm -u+x");
  if (q_.not_executable) add(gnu() ? "! -executable" : "! -perm -u+x");
  if (q_.world_writable) add("-perm -0002");
  if (q_.no_read) add("! -perm -u+r");
  if (q_.setuid) add("-perm -4000");
  return out;
}

std::string FilesFind::Find(Kind fallback) const { return "find " + Roots() + Tests(fallback) + ContentTest(); }

std::string FilesFind::ContentTest() const {
  if (q_.content.empty() || q_.action == Action::kSearch || q_.action == Action::kReplace) return "";
  return Cat({q_.content_not ? " ! -exec grep -q " : " -exec grep -q ", Grep(), " {} \\;"});
}

std::string FilesFind::Grep() const { return (q_.content.starts_with("-") ? "-e " : "") + Quote(q_.content); }

std::string FilesFind::ForEach(std::string_view command) const {
  return Cat({Find(Kind::kFile), " -exec ", command, " {} +"});
}

std::string FilesFind::Head() const {
  if (!q_.limit) return "";
  return Cat({q_.last ? " | tail -n " : " | head -n ", std::to_string(*q_.limit)});
}

std::string FilesFind::Glob() const {
  FilesQuery rest = q_;
  if (q_.names.empty() || q_.recursive || q_.ignore_case || q_.roots.size() > 1 || !q_.content.empty()) return "";
  rest.names.clear();
  rest.max_depth.reset();
  if (FilesFind(rest, options_).Narrowed() || q_.max_depth.value_or(1) != 1) return "";
  std::string out;
  for (const auto& name : q_.names) {
    const std::string path = q_.roots.empty() || q_.roots[0] == "." ? name : q_.roots[0] + "/" + name;
    out += (out.empty() ? "" : " ") + GlobWord(path, options_.dialect);
  }
  return out;
}

}  // namespace heddle::ask
