// From a FilesQuery to a command: find for what is searched, ls / du / grep / tar ... for what is done with it.
#include <algorithm>
#include <cmath>

#include "ask/files_query.h"
#include "base/text.h"

namespace heddle::ask {
namespace {

using Action = FileAction;
using Kind = FileKindWanted;

class Planner {
 public:
  Planner(const FilesQuery& query, const PlanOptions& options) : q_(query), options_(options) {}

  std::optional<std::string> Plan() {
    if (!q_.problem.empty() || SaysMore()) return std::nullopt;
    Settle();
    if (!q_.problem.empty()) return std::nullopt;
    std::optional<std::string> out = Dispatch();
    if (out && !q_.save_to.empty()) *out += " > " + Path(q_.save_to);
    return out;
  }

 private:
  bool bsd() const { return options_.system == "bsd"; }
  bool gnu() const { return options_.system.empty(); }
  std::string Quote(std::string_view text) const { return shell::Quote(text, options_.dialect); }
  std::string Path(std::string_view path) const {
    return PathWord(path.starts_with("-") ? Cat({"./", path}) : path, options_.dialect);
  }

  // Decides what the named files are: things to act on, names to look for, or places to look in.
  void Settle() {
    if (q_.roots.size() > 1) q_.roots.erase(std::remove(q_.roots.begin(), q_.roots.end(), "."), q_.roots.end());
    const bool reads = q_.action == Action::kSearch || q_.action == Action::kReplace ||
                       q_.action == Action::kLineCount || q_.action == Action::kWordCount ||
                       q_.action == Action::kCharCount || q_.action == Action::kHead || q_.action == Action::kTail ||
                       q_.action == Action::kChecksum;
    for (size_t i = 0; reads && i < q_.roots.size();) {
      if (!LooksLikeFile(q_.roots[i]))
        ++i;
      else
        q_.files.push_back(q_.roots[i]), q_.roots.erase(q_.roots.begin() + static_cast<std::ptrdiff_t>(i));
    }
    if (!reads && Narrowed() && std::any_of(q_.roots.begin(), q_.roots.end(), LooksLikeFile))
      q_.problem = "a file is no place to look in";
    const bool acts = q_.action != Action::kFind && q_.action != Action::kNone;
    std::vector<std::string> files;
    for (const std::string& file : q_.files) {
      const bool looks = q_.action == Action::kList || q_.action == Action::kShow || !acts;
      const bool written_so = file.ends_with('/') || file == "." || file == ".." || file == "~";
      const bool place = (looks && IsDirectory(file)) || (q_.roots.empty() && written_so);
      if (place)
        q_.roots.push_back(file);
      else if (!acts && file.find('/') == file.npos)
        q_.names.push_back(file);
      else
        files.push_back(file);
    }
    q_.files = std::move(files);
  }

  // Something was said that the action has no place for: better no command than one that leaves it out.
  bool SaysMore() const {
    const bool lists = q_.action == Action::kNone || q_.action == Action::kFind || q_.action == Action::kList ||
                       q_.action == Action::kShow;
    const bool targets = q_.action == Action::kCopy || q_.action == Action::kMove || q_.action == Action::kArchive ||
                         q_.action == Action::kZip;
    if (!q_.destination.empty() && !targets) return true;
    const bool ranks =
        lists || q_.action == Action::kTotalSize || q_.action == Action::kDisk || q_.action == Action::kDelete;
    if (q_.sort != SortKey::kNone && !ranks && q_.action != Action::kExtensionsCount) return true;
    const bool limits = ranks || q_.action == Action::kSearch || q_.action == Action::kHead ||
                        q_.action == Action::kTail || q_.action == Action::kExtensionsCount;
    if (q_.limit && !limits) return true;
    return q_.reverse && q_.sort == SortKey::kNone;
  }

  bool Narrowed() const {
    return !q_.names.empty() || !q_.name_tests.empty() || !q_.not_names.empty() || q_.size_min || q_.size_max ||
           q_.size_exact || q_.newer || q_.older || !q_.newer_file.empty() || !q_.owner.empty() ||
           !q_.not_owner.empty() || !q_.group.empty() || !q_.mode_is.empty() || q_.executable || q_.not_executable ||
           q_.world_writable || q_.setuid || q_.empty || q_.not_empty || q_.broken || q_.no_owner || q_.no_read ||
           q_.min_depth || !q_.not_dirs.empty() || !q_.path_parts.empty() || q_.max_depth.value_or(1) > 1;
  }

  std::string Roots(std::string_view fallback = ".") const {
    std::string out;
    const auto& places = !q_.roots.empty() ? q_.roots : q_.files;
    for (const auto& root : places) {
      if (fallback.empty() && root == "." && places.size() == 1) continue;
      out += (out.empty() ? "" : " ") + Path(root);
    }
    return out.empty() ? std::string(fallback) : out;
  }
  // Known to be one, or written as one.
  bool IsDirectory(const std::string& path) const {
    return path.ends_with("/") || std::find(q_.directories.begin(), q_.directories.end(), path) != q_.directories.end();
  }
  std::string Root() const { return q_.roots.empty() ? (q_.files.empty() ? "." : q_.files[0]) : q_.roots[0]; }

  std::string FileList() const {
    std::string out;
    for (const auto& file : q_.files) out += (out.empty() ? "" : " ") + Path(InRoot(file));
    return out;
  }

  // "config.ini" is a file, "conf.d" and "src" are not.
  static bool LooksLikeFile(const std::string& path) {
    const size_t slash = path.rfind('/');
    const std::string name = slash == path.npos ? path : path.substr(slash + 1);
    const size_t dot = name.rfind('.');
    return dot != name.npos && dot > 0 && dot + 1 < name.size() && !name.ends_with(".d") &&
           name.find_first_of("0123456789", dot) == name.npos;
  }

  // "notes.txt in docs" is docs/notes.txt
  std::string InRoot(const std::string& file) const {
    if (q_.roots.size() != 1 || q_.roots[0] == "." || file.find('/') != file.npos) return file;
    return q_.roots[0] + (q_.roots[0].ends_with("/") ? "" : "/") + file;
  }

  static std::string Count(double value) {
    return value == std::floor(value) ? std::to_string(static_cast<long long>(value))
                                      : std::to_string(value).substr(0, 4);
  }

  // find's rounding is by whole units: the exact number of bytes says what was meant, whole units read better.
  static std::string Size(double bytes) {
    for (auto [unit, factor] : {std::pair{'G', 1073741824.0}, std::pair{'M', 1048576.0}, std::pair{'k', 1024.0}}) {
      if (bytes >= factor && std::fmod(bytes, factor) == 0) return Count(bytes / factor) + unit;
    }
    return Count(bytes) + "c";
  }

  std::string Time(const TimeLimit& limit, bool newer) const {
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

  std::string Names(const std::vector<std::string>& names) const {
    const std::string test = q_.ignore_case ? "-iname " : "-name ";
    std::string out;
    for (const auto& name : names) {
      const bool path = name.find('/') != name.npos;
      out += Cat({out.empty() ? "" : " -o ", path ? "-path " : test,
                  Quote(path && name[0] != '*' && name[0] != '.' && name[0] != '/' ? "*/" + name : name)});
    }
    return names.size() > 1 ? "\\( " + out + " \\)" : out;
  }

  // The tests of a find command, without the root.
  std::string Tests(Kind fallback) const {
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
      add("-size -" + (*q_.size_max >= 1024 && std::fmod(*q_.size_max, 1024) == 0 ? Count(*q_.size_max) + "c"
                                                                                  : Size(*q_.size_max)));
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

  std::string Find(Kind fallback = Kind::kUnset) const { return "find " + Roots() + Tests(fallback) + ContentTest(); }
  std::string ContentTest() const {
    if (q_.content.empty() || q_.action == Action::kSearch || q_.action == Action::kReplace) return "";
    return Cat({q_.content_not ? " ! -exec grep -q " : " -exec grep -q ", Grep(), " {} \\;"});
  }
  std::string Grep() const { return (q_.content.starts_with("-") ? "-e " : "") + Quote(q_.content); }
  std::string ForEach(std::string_view command) const { return Cat({Find(Kind::kFile), " -exec ", command, " {} +"}); }
  std::string Head() const {
    if (!q_.limit) return "";
    return Cat({q_.last ? " | tail -n " : " | head -n ", std::to_string(*q_.limit)});
  }

  // Wildcards in one directory need no find: *.txt or dir/*.txt; empty when more than that is asked.
  std::string Glob() const {
    FilesQuery rest = q_;
    if (q_.names.empty() || q_.recursive || q_.ignore_case || q_.roots.size() > 1 || !q_.content.empty()) return "";
    rest.names.clear();
    rest.max_depth.reset();
    if (Planner(rest, options_).Narrowed() || q_.max_depth.value_or(1) != 1) return "";
    std::string out;
    for (const auto& name : q_.names) {
      const std::string path = q_.roots.empty() || q_.roots[0] == "." ? name : q_.roots[0] + "/" + name;
      out += (out.empty() ? "" : " ") + GlobWord(path, options_.dialect);
    }
    return out;
  }

  std::optional<std::string> Dispatch() {
    const bool lists = q_.action == Action::kNone || q_.action == Action::kFind || q_.action == Action::kList ||
                       q_.action == Action::kShow;
    if (lists && q_.sort != SortKey::kNone) return Sorted();
    switch (q_.action) {
      case Action::kNone:
      case Action::kFind:
      case Action::kList:
      case Action::kShow: return List();
      case Action::kCount: return CountThem();
      case Action::kDelete: return Delete();
      case Action::kCopy:
      case Action::kMove: return Transfer();
      case Action::kTotalSize:
      case Action::kDisk: return TotalSize();
      case Action::kLineCount: return Words("-l");
      case Action::kWordCount: return Words("-w");
      case Action::kCharCount: return Words("-m");
      case Action::kSearch: return Search();
      case Action::kReplace: return Replace();
      case Action::kMode: return Change("chmod", q_.mode);
      case Action::kOwner: return Change("chown", q_.new_owner);
      case Action::kGroup: return Change("chgrp", q_.new_owner);
      case Action::kArchive:
      case Action::kZip: return Archive();
      case Action::kCompress: return Each("gzip");
      case Action::kDecompress: return Each("gunzip");
      case Action::kChecksum:
        return Each(q_.command == "md5sum" ? (bsd() ? "md5" : "md5sum") : bsd() ? "shasum -a 256" : "sha256sum");
      case Action::kTouch: return Each("touch");
      case Action::kType: return Each("file");
      case Action::kDosToUnix: return Each(bsd() ? "sed -i '' 's/\\r$//'" : "sed -i 's/\\r$//'");
      case Action::kHead: return Each(Cat({"head -n ", std::to_string(q_.limit.value_or(10))}));
      case Action::kTail: return Each(Cat({"tail -n ", std::to_string(q_.limit.value_or(10))}));
      case Action::kExtension: return RenameExtension();
      case Action::kLowercase: return RenameLoop("\"$(printf %s \"$f\" | tr '[:upper:]' '[:lower:]')\"");
      case Action::kUppercase: return RenameLoop("\"$(printf %s \"$f\" | tr '[:lower:]' '[:upper:]')\"");
      case Action::kSpaces: return RenameLoop("\"$(printf %s \"$f\" | tr ' ' '_')\"", "*' '*");
      case Action::kPrefix: return RenameLoop(Cat({Quote(q_.to), "\"$f\""}));
      case Action::kSuffix: return RenameLoop(Cat({"\"$f\"", Quote(q_.to)}));
      case Action::kTree: return Tree();
      case Action::kDuplicates:
        return gnu() ? std::optional(Find(Kind::kFile) +
                                     " -exec sha256sum {} + | sort | uniq -w64 --all-repeated=separate")
                     : std::nullopt;
      case Action::kExtensionsCount:
        return Find(Kind::kFile) + " -name '*.*' | sed 's/.*\\.//' | sort | uniq -c | sort -rn" + Head();
      default: return std::nullopt;
    }
  }

  std::optional<std::string> Tree() {
    if (Narrowed() && !q_.max_depth) return std::nullopt;
    return Cat({"tree", q_.hidden ? " -a" : "", q_.kind == Kind::kDirectory ? " -d" : "",
                q_.max_depth ? " -L " + std::to_string(*q_.max_depth) : "", Roots("").empty() ? "" : " " + Roots("")});
  }

  std::optional<std::string> List() {
    const auto& places = q_.files.empty() ? q_.roots : q_.files;
    if (places.size() == 1 && !Narrowed() && !q_.details && !q_.with_size && q_.content.empty()) {
      if (places[0].ends_with(".zip")) return Cat({"unzip -l ", Path(places[0])});
      if (Contains(places[0], ".tar") || places[0].ends_with(".tgz")) return Cat({"tar -tf ", Path(places[0])});
    }
    if (q_.contents && (Narrowed() || q_.kind == Kind::kFile) && q_.files.empty() && q_.content.empty()) {
      const auto glob = Glob();
      return glob.empty() ? ForEach("cat") + Head() : Cat({"cat ", glob, Head()});
    }
    if (q_.kind == Kind::kDirectory && (q_.size_min || q_.size_max) &&
        q_.content.empty()) {  // a directory's size is that of what is in it
      if (!gnu() || q_.size_min.has_value() == q_.size_max.has_value() || !q_.names.empty()) return std::nullopt;
      return Cat({"du -h --threshold=", q_.size_max ? "-" : "",
                  ReplaceAll(Size(q_.size_min ? *q_.size_min : *q_.size_max), "c", ""), " ", Roots()});
    }
    const bool finds = Narrowed() || !q_.content.empty() || q_.recursive || q_.action == Action::kFind || q_.absolute;
    if (!q_.content.empty() && q_.kind != Kind::kDirectory) {
      FilesQuery plain = q_;
      plain.content.clear();
      if (!OnlyNames())
        return Cat({"find ", Roots(), Planner(plain, options_).Tests(Kind::kFile),
                    q_.content_not ? " -exec grep -L " : " -exec grep -l ", CaseFlag(), Grep(), " {} +", Head()});
      return Cat({"grep -r", q_.content_not ? "L" : "l", q_.ignore_case ? "i" : "", " ", Includes(), Grep(), " ",
                  Roots(), Head()});
    }
    if (!q_.files.empty() && !Narrowed() && q_.roots.empty()) {
      if (q_.action == Action::kShow && q_.kind != Kind::kDirectory && !q_.details && !q_.with_size)
        return "cat " + FileList();
      return Cat({q_.details || q_.kind == Kind::kFile ? "ls -l" : "ls", q_.hidden ? "a" : "", " ", FileList()});
    }
    if (!finds && q_.kind == Kind::kDirectory && !q_.details)
      return Cat({"find ", Roots(), " -mindepth 1 -maxdepth 1 -type d", q_.hidden ? " -name '.*'" : "", Head()});
    if (!finds && q_.kind == Kind::kLink) return Cat({"find ", Roots(), " -type l", Head()});
    if (!finds && q_.hidden && !q_.details && q_.roots.size() <= 1 && q_.kind != Kind::kBoth) {
      return Cat({"find ", Roots(), " -maxdepth 1", q_.kind == Kind::kFile ? " -type f" : " -mindepth 1", " -name '.*'",
                  Head()});
    }
    if (!finds) return Cat({"ls", LsFlags(), Roots("").empty() ? "" : " " + Roots(""), Head()});
    std::string out = Find(
        q_.kind == Kind::kUnset &&
                (q_.size_min || q_.size_max || q_.size_exact || q_.newer || q_.older || q_.action == Action::kList) &&
                !q_.empty
            ? Kind::kFile
            : Kind::kUnset);
    if (q_.absolute) out = ReplaceAll(out, "find . ", "find \"$PWD\" ");
    if (q_.details)
      out += " -exec ls -ld {} +";
    else if (q_.with_size)
      out += gnu() ? " -printf '%s\\t%p\\n'" : " -exec du -h {} +";
    else if (q_.names_only && gnu())
      out += " -printf '%f\\n'";
    return out + Head();
  }

  std::string LsFlags() const {
    std::string flags;
    if (q_.details || q_.with_size) flags += "l";
    if (q_.hidden || q_.kind == Kind::kBoth) flags += q_.details ? "a" : "A";
    if (q_.with_size) flags += "h";
    if (q_.sort == SortKey::kTime) flags += "t";
    if (q_.sort == SortKey::kSize) flags += "S";
    if (q_.sort == SortKey::kExtension) flags += "X";
    if (q_.reverse) flags += "r";
    return flags.empty() ? "" : " -" + flags;
  }

  std::string CaseFlag() const { return q_.ignore_case ? "-i " : ""; }

  // Whether grep's own --include says all there is to say about which files.
  bool OnlyNames() const {
    FilesQuery rest = q_;
    rest.names.clear();
    rest.not_names.clear();
    rest.not_dirs.clear();
    rest.content.clear();
    return !Planner(rest, options_).Narrowed() && !q_.max_depth;
  }

  std::string Includes() const {
    std::string out;
    for (const auto& name : q_.names) out += Cat({"--include=", Quote(name), " "});
    for (const auto& name : q_.not_names) out += Cat({"--exclude=", Quote(name), " "});
    for (const auto& dir : q_.not_dirs) out += Cat({"--exclude-dir=", Quote(dir), " "});
    return out;
  }

  std::optional<std::string> Sorted() {
    if (q_.kind == Kind::kDirectory && q_.sort == SortKey::kSize) {
      return Cat(
          {"du -h ", bsd() ? "-d 1 " : "--max-depth=1 ", Roots(), q_.reverse ? " | sort -h" : " | sort -rh", Head()});
    }
    const bool here =
        !Narrowed() && q_.content.empty() && !q_.recursive && q_.kind != Kind::kFile && q_.kind != Kind::kDirectory;
    const bool simple =
        here || (!Narrowed() && q_.content.empty() && !q_.recursive && (q_.action == Action::kList) && !q_.limit) ||
        q_.sort == SortKey::kExtension;
    if (simple && q_.kind != Kind::kDirectory)
      return Cat({"ls", LsFlags(), Roots("").empty() ? "" : " " + Roots(""),
                  q_.details && q_.limit ? " | tail -n +2" : "", Head()});
    const std::string found = Find(q_.kind == Kind::kUnset ? Kind::kFile : Kind::kUnset);
    if (q_.sort == SortKey::kName) return found + (q_.reverse ? " | sort -r" : " | sort") + Head();
    const bool by_size = q_.sort == SortKey::kSize;
    const std::string order = q_.reverse ? " | sort -n" : " | sort -rn";
    if (bsd())
      return found + (by_size ? " -exec stat -f '%z %N' {} +" : " -exec stat -f '%m %N' {} +") + order + Head();
    if (!gnu())
      return found + (by_size ? " -exec stat -c '%s %n' {} +" : " -exec stat -c '%Y %n' {} +") + order + Head();
    const bool plain = q_.names_only;
    std::string out = found + (by_size ? " -printf '%s\\t%p\\n'" : " -printf '%T@\\t%p\\n'") + order + Head();
    if (!by_size || plain) out += " | cut -f2-";
    return out;
  }

  std::optional<std::string> CountThem() {
    if (!q_.content.empty() && q_.kind == Kind::kUnset && !q_.files.empty())
      return Cat({"grep -c ", CaseFlag(), Grep(), " ", FileList()});
    if (!q_.content.empty()) {
      FilesQuery inner = q_;
      inner.action = Action::kFind;
      inner.limit.reset();
      auto list = Planner(inner, options_).List();
      return list ? std::optional(*list + " | wc -l") : std::nullopt;
    }
    if (q_.per_directory)
      return Find(q_.kind == Kind::kUnset ? Kind::kFile : Kind::kUnset) + " | sed 's|/[^/]*$||' | sort | uniq -c";
    if (!q_.files.empty() && q_.roots.empty() && q_.kind == Kind::kUnset) return std::nullopt;
    std::string find = Find(q_.kind == Kind::kUnset && q_.action == Action::kCount ? Kind::kUnset : q_.kind);
    if (q_.kind == Kind::kDirectory && !q_.min_depth) find = ReplaceAll(find, " -type d", " -mindepth 1 -type d");
    if (q_.kind == Kind::kDirectory && q_.max_depth)
      find = ReplaceAll(find, " -maxdepth 1 -mindepth 1", " -mindepth 1 -maxdepth 1");
    return find + " | wc -l";
  }

  std::optional<std::string> Delete() {
    if (q_.sort != SortKey::kNone && q_.limit) {
      FilesQuery inner = q_;
      inner.action = Action::kFind;
      if (!gnu()) return std::nullopt;
      const bool by_size = q_.sort == SortKey::kSize;
      return Cat({Planner(inner, options_).Find(Kind::kFile),
                  by_size ? " -printf '%s\\t%p\\n'" : " -printf '%T@\\t%p\\n'",
                  q_.reverse ? " | sort -n" : " | sort -rn", Head(), " | cut -f2- | xargs -d '\\n' rm --"});
    }
    if (q_.sort != SortKey::kNone || q_.limit) return std::nullopt;
    if (!q_.files.empty() && !Narrowed() && q_.content.empty()) {
      const bool directory =
          q_.kind == Kind::kDirectory || q_.recursive ||
          std::any_of(q_.files.begin(), q_.files.end(), [&](const auto& f) { return IsDirectory(f); });
      const bool empty_dir = q_.empty && q_.kind == Kind::kDirectory;
      return Cat({empty_dir ? "rmdir " : directory ? "rm -r " : "rm ", FileList()});
    }
    if (!Narrowed() && q_.content.empty() && !q_.hidden && q_.kind == Kind::kUnset && q_.files.empty())
      return std::nullopt;                                                                       // delete what?
    if (!Narrowed() && q_.content.empty() && q_.files.empty() && !q_.many) return std::nullopt;  // which one?
    if (!q_.content.empty()) return Cat({Find(Kind::kFile), " -delete"});
    if (q_.kind == Kind::kDirectory && !q_.empty) {
      if (!Narrowed()) return std::nullopt;
      return Cat({Find(), " -prune -exec rm -r {} +"});
    }
    if (const auto glob = Glob(); !glob.empty() && (q_.max_depth || q_.wildcard) && q_.kind != Kind::kDirectory)
      return "rm " + glob;
    return Cat({Find(q_.kind == Kind::kUnset ? Kind::kFile : Kind::kUnset), " -delete"});
  }

  std::optional<std::string> Transfer() {
    const bool copy = q_.action == Action::kCopy;
    if (q_.destination.empty()) return std::nullopt;
    const std::string to = Path(q_.destination);
    if (!q_.files.empty() && !Narrowed() && q_.content.empty()) {
      const bool directory =
          q_.kind == Kind::kDirectory || q_.recursive ||
          std::any_of(q_.files.begin(), q_.files.end(), [&](const auto& f) { return IsDirectory(f); });
      return Cat({copy ? (directory ? "cp -r " : "cp ") : "mv ", FileList(), " ", to});
    }
    if (!Narrowed() && q_.content.empty() && q_.roots.size() == 1 && (q_.kind == Kind::kDirectory || q_.recursive))
      return Cat({copy ? "cp -r " : "mv ", Path(q_.roots[0]), " ", to});
    if (const auto glob = Glob(); !glob.empty() && q_.kind != Kind::kDirectory)
      return Cat({copy ? "cp " : "mv ", glob, " ", to});
    if (!Narrowed() && q_.content.empty() && (q_.kind == Kind::kFile || q_.kind == Kind::kBoth) && !q_.recursive &&
        q_.roots.size() <= 1) {
      const std::string all = q_.roots.empty() || q_.roots[0] == "."
                                  ? "*"
                                  : GlobWord(q_.roots[0] + (q_.roots[0].ends_with("/") ? "*" : "/*"), options_.dialect);
      return Cat({copy ? (q_.kind == Kind::kBoth ? "cp -r " : "cp ") : "mv ", all, " ", to});
    }
    if (!Narrowed() && q_.content.empty()) return std::nullopt;
    const Kind kind = q_.kind == Kind::kUnset ? Kind::kFile : Kind::kUnset;
    if (!gnu()) return Cat({Find(kind), copy ? " -exec cp {} " : " -exec mv {} ", to, " \\;"});
    return Cat({Find(kind), copy ? " -exec cp -t " : " -exec mv -t ", to, " {} +"});
  }

  std::optional<std::string> TotalSize() {
    if (q_.sort == SortKey::kSize || q_.limit)
      return Cat({"du -ah ", Roots(), q_.reverse ? " | sort -h" : " | sort -rh", Head()});
    if (q_.kind == Kind::kDirectory && !Narrowed() && (q_.per_directory || q_.roots.empty()) && q_.files.empty())
      return Cat({"du -h ", bsd() ? "-d 1 " : "--max-depth=1 ", Roots()});
    if (!Narrowed() && q_.content.empty()) {
      const std::string what = q_.files.empty() ? (q_.per_directory ? "*" : Roots()) : FileList();
      return Cat({"du -sh ", what});
    }
    if (!gnu()) return Cat({Find(Kind::kFile), " -exec du -k {} + | awk '{s += $1} END {print s \" kB\"}'"});
    return Cat(
        {Find(q_.kind == Kind::kUnset ? Kind::kFile : Kind::kUnset), " -print0 | du -ch --files0-from=- | tail -n 1"});
  }

  std::optional<std::string> Words(std::string_view flag) {
    if (!q_.content.empty()) return std::nullopt;
    if (!q_.files.empty() && !Narrowed()) {
      if (q_.kind == Kind::kDirectory) return Cat({"find ", FileList(), " -type f -exec cat {} + | wc ", flag});
      return Cat({"wc ", flag, q_.total || q_.files.size() > 1 || q_.per_directory ? " " : " < ", FileList()});
    }
    if (!Narrowed() && q_.roots.empty() && q_.kind == Kind::kUnset) return std::nullopt;
    if (q_.per_directory) return ForEach(Cat({"wc ", flag}));
    return Cat({ForEach("cat"), " | wc ", flag});
  }

  std::optional<std::string> Search() {
    if (q_.content.empty()) return std::nullopt;
    if (!q_.files.empty() && !Narrowed()) {
      const bool directory =
          q_.kind == Kind::kDirectory || q_.recursive ||
          std::any_of(q_.files.begin(), q_.files.end(), [&](const auto& f) { return IsDirectory(f); });
      return Cat(
          {"grep ", q_.content_not ? "-v " : "", directory ? "-rn " : "", CaseFlag(), Grep(), " ", FileList(), Head()});
    }
    if (!OnlyNames()) return Cat({ForEach(Cat({"grep -n ", CaseFlag(), Grep()})), Head()});
    return Cat({"grep -rn", q_.ignore_case ? "i" : "", q_.content_not ? "v" : "", " ", Includes(), Grep(), " ", Roots(),
                Head()});
  }

  std::optional<std::string> Replace() {
    if (q_.from.empty()) return std::nullopt;
    const std::string sed = Cat(
        {"sed -i", bsd() ? " ''" : "", " ",
         Quote(Cat({"s/", EscapeSed(q_.from, false), "/", EscapeSed(q_.to, true), q_.ignore_case ? "/gI" : "/g"}))});
    if (!q_.files.empty() && !Narrowed() && q_.kind != Kind::kDirectory) return Cat({sed, " ", FileList()});
    if (!Narrowed() && q_.roots.empty() && q_.files.empty() && q_.kind == Kind::kUnset && !q_.recursive)
      return std::nullopt;
    if (const auto glob = Glob(); !glob.empty() && (q_.max_depth || q_.wildcard)) return Cat({sed, " ", glob});
    return ForEach(sed);
  }

  std::optional<std::string> Change(std::string_view command, const std::string& value) {
    if (value.empty()) return std::nullopt;
    if (!q_.files.empty() && !Narrowed())
      return Cat({command, q_.recursive ? " -R " : " ", Quote(value), " ", FileList()});
    if (!Narrowed() && q_.roots.size() == 1 && (q_.kind == Kind::kUnset || q_.kind == Kind::kBoth))
      return Cat({command, " -R ", Quote(value), " ", Path(q_.roots[0])});
    if (!Narrowed() && q_.kind == Kind::kDirectory && q_.roots.size() == 1 && !q_.recursive && !q_.many)
      return Cat({command, " ", Quote(value), " ", Path(q_.roots[0])});
    if (!Narrowed() && q_.kind == Kind::kUnset) return std::nullopt;
    if (const auto glob = Glob(); !glob.empty() && q_.kind != Kind::kDirectory)
      return Cat({command, " ", Quote(value), " ", glob});
    return Cat(
        {Find(q_.kind == Kind::kUnset ? Kind::kFile : Kind::kUnset), " -exec ", command, " ", Quote(value), " {} +"});
  }

  static std::string TarFlags(std::string_view archive) {
    if (archive.ends_with(".tar")) return "-cf";
    if (archive.ends_with(".bz2") || archive.ends_with(".tbz")) return "-cjf";
    if (archive.ends_with(".xz") || archive.ends_with(".txz")) return "-cJf";
    if (archive.ends_with(".zst")) return "--zstd -cf";
    return "-czf";
  }

  std::optional<std::string> Archive() {
    std::string archive = q_.to.empty() ? q_.destination : q_.to;
    const bool zip = q_.action == Action::kZip || archive.ends_with(".zip");
    std::string source = !q_.files.empty() ? FileList() : "";
    if (archive.empty()) {
      const std::string& base = !q_.files.empty()                        ? q_.files[0]
                                : q_.roots.empty() || q_.roots[0] == "." ? std::string("archive")
                                                                         : q_.roots[0];
      std::string name(Trim(base));
      while (name.size() > 1 && name.back() == '/') name.pop_back();
      name = name.substr(name.rfind('/') == name.npos ? 0 : name.rfind('/') + 1);
      if (name.empty() || name[0] == '~' || name[0] == '.') name = base.starts_with("~") ? "home" : "archive";
      archive = name + (zip ? ".zip" : ".tar.gz");
    } else if (archive.find('.') == archive.npos) {
      archive += zip ? ".zip" : ".tar.gz";
    }
    if (source.empty() && !Narrowed() && q_.content.empty())
      source = q_.roots.empty() ? (q_.kind == Kind::kUnset ? "" : zip ? "." : "*") : Roots();
    const std::string to = Path(archive);
    if (source.empty()) {
      if (const auto glob = Glob();
          !glob.empty() && (q_.max_depth || !q_.recursive) && q_.kind != Kind::kDirectory && q_.roots.empty())
        source = glob;
    }
    if (!source.empty())
      return zip ? Cat({"zip -r ", to, " ", source}) : Cat({"tar ", TarFlags(archive), " ", to, " ", source});
    if (!Narrowed() && q_.content.empty()) return std::nullopt;
    if (zip) return Cat({Find(Kind::kFile), " | zip ", to, " -@"});
    return Cat({Find(Kind::kFile), " -print0 | tar ", TarFlags(archive), " ", to, " --null -T -"});
  }

  std::optional<std::string> Each(std::string_view command) {
    if (!q_.files.empty() && !Narrowed() && q_.kind != Kind::kDirectory) return Cat({command, " ", FileList()});
    if (!Narrowed() && q_.roots.empty() && q_.files.empty() && q_.kind == Kind::kUnset) return std::nullopt;
    if (const auto glob = Glob(); !glob.empty()) return Cat({command, " ", glob});
    return ForEach(command);
  }

  std::optional<std::string> RenameExtension() {
    std::string from = q_.from, to = q_.to;
    for (std::string* text : {&from, &to}) {
      if (text->starts_with("*."))
        text->erase(0, 2);
      else if (text->starts_with("."))
        text->erase(0, 1);
    }
    if (from.empty() || to.empty()) return std::nullopt;
    if (options_.dialect == shell::Dialect::kFish) return std::nullopt;
    if (q_.recursive || (!q_.roots.empty() && q_.roots[0] != ".")) {
      return Cat({"find ", Roots(), " -type f -name ", Quote("*." + from),
                  " -exec sh -c 'for f; do mv -- \"$f\" \"${f%.", from, "}.", to, "\"; done' sh {} +"});
    }
    return Cat({"for f in *.", from, "; do mv -- \"$f\" \"${f%.", from, "}.", to, "\"; done"});
  }

  std::optional<std::string> RenameLoop(const std::string& target, std::string pattern = "*") {
    if (options_.dialect == shell::Dialect::kFish || (q_.names.empty() && q_.kind == Kind::kUnset && !q_.files.empty()))
      return std::nullopt;
    if (q_.names.size() == 1) pattern = GlobWord(q_.names[0], options_.dialect);
    if (q_.recursive || q_.names.size() > 1) return std::nullopt;
    const std::string in = q_.roots.empty() || q_.roots[0] == "." ? "" : Cat({"cd ", Path(q_.roots[0]), " && "});
    return Cat({in, "for f in ", pattern, "; do mv -n -- \"$f\" ", target, "; done"});
  }

  FilesQuery q_;
  const PlanOptions& options_;
};

}  // namespace

std::optional<std::string> PlanFiles(const FilesQuery& query, const PlanOptions& options) {
  return Planner(query, options).Plan();
}

}  // namespace heddle::ask
