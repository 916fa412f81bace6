// From a FilesQuery to a command: find for what is searched, ls / du / grep / tar ... for what is done with it.
#include <algorithm>
#include <cmath>

#include "ask/files_change.h"
#include "base/text.h"

namespace heddle::ask {
namespace {

using Action = FileAction;
using Kind = FileKindWanted;

class Planner : public FilesChange {
 public:
  using FilesChange::FilesChange;

  std::optional<std::string> Plan() {
    if (!q_.problem.empty() || SaysMore()) return std::nullopt;
    Settle();
    if (!q_.problem.empty()) return std::nullopt;
    std::optional<std::string> out = Dispatch();
    if (out && !q_.save_to.empty()) *out += " > " + Path(q_.save_to);
    return out;
  }

 private:
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

  std::string Root() const { return q_.roots.empty() ? (q_.files.empty() ? "." : q_.files[0]) : q_.roots[0]; }

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
};

}  // namespace

std::optional<std::string> PlanFiles(const FilesQuery& query, const PlanOptions& options) {
  return Planner(query, options).Plan();
}

}  // namespace heddle::ask
