#include "ask/files_change.h"

#include <algorithm>

#include "base/text.h"

namespace heddle::ask {

std::optional<std::string> FilesChange::Delete() {
  if (q_.sort != SortKey::kNone && q_.limit) {
    FilesQuery inner = q_;
    inner.action = Action::kFind;
    if (!gnu()) return std::nullopt;
    const bool by_size = q_.sort == SortKey::kSize;
    return Cat({FilesFind(inner, options_).Find(Kind::kFile),
                by_size ? " -printf '%s\\t%p\\n'" : " -printf '%T@\\t%p\\n'", q_.reverse ? " | sort -n" : " | sort -rn",
                Head(), " | cut -f2- | xargs -d '\\n' rm --"});
  }
  if (q_.sort != SortKey::kNone || q_.limit) return std::nullopt;
  if (!q_.files.empty() && !Narrowed() && q_.content.empty()) {
    const bool directory = q_.kind == Kind::kDirectory || q_.recursive ||
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

std::optional<std::string> FilesChange::Transfer() {
  const bool copy = q_.action == Action::kCopy;
  if (q_.destination.empty()) return std::nullopt;
  const std::string to = Path(q_.destination);
  if (!q_.files.empty() && !Narrowed() && q_.content.empty()) {
    const bool directory = q_.kind == Kind::kDirectory || q_.recursive ||
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

std::optional<std::string> FilesChange::Replace() {
  if (q_.from.empty()) return std::nullopt;
  const std::string sed =
      Cat({"sed -i", bsd() ? " ''" : "", " ",
           Quote(Cat({"s/", EscapeSed(q_.from, false), "/", EscapeSed(q_.to, true), q_.ignore_case ? "/gI" : "/g"}))});
  if (!q_.files.empty() && !Narrowed() && q_.kind != Kind::kDirectory) return Cat({sed, " ", FileList()});
  if (!Narrowed() && q_.roots.empty() && q_.files.empty() && q_.kind == Kind::kUnset && !q_.recursive)
    return std::nullopt;
  if (const auto glob = Glob(); !glob.empty() && (q_.max_depth || q_.wildcard)) return Cat({sed, " ", glob});
  return ForEach(sed);
}

std::optional<std::string> FilesChange::Change(std::string_view command, const std::string& value) {
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

std::string FilesChange::TarFlags(std::string_view archive) {
  if (archive.ends_with(".tar")) return "-cf";
  if (archive.ends_with(".bz2") || archive.ends_with(".tbz")) return "-cjf";
  if (archive.ends_with(".xz") || archive.ends_with(".txz")) return "-cJf";
  if (archive.ends_with(".zst")) return "--zstd -cf";
  return "-czf";
}

std::optional<std::string> FilesChange::Archive() {
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

std::optional<std::string> FilesChange::Each(std::string_view command) {
  if (!q_.files.empty() && !Narrowed() && q_.kind != Kind::kDirectory) return Cat({command, " ", FileList()});
  if (!Narrowed() && q_.roots.empty() && q_.files.empty() && q_.kind == Kind::kUnset) return std::nullopt;
  if (const auto glob = Glob(); !glob.empty()) return Cat({command, " ", glob});
  return ForEach(command);
}

std::optional<std::string> FilesChange::RenameExtension() {
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
    return Cat({"find ", Roots(), " -type f -name ", Quote("*." + from), " -exec sh -c 'for f; do mv -- \"$f\" \"${f%.",
                from, "}.", to, "\"; done' sh {} +"});
  }
  return Cat({"for f in *.", from, "; do mv -- \"$f\" \"${f%.", from, "}.", to, "\"; done"});
}

std::optional<std::string> FilesChange::RenameLoop(const std::string& target, std::string pattern) {
  if (options_.dialect == shell::Dialect::kFish || (q_.names.empty() && q_.kind == Kind::kUnset && !q_.files.empty()))
    return std::nullopt;
  if (q_.names.size() == 1) pattern = GlobWord(q_.names[0], options_.dialect);
  if (q_.recursive || q_.names.size() > 1) return std::nullopt;
  const std::string in = q_.roots.empty() || q_.roots[0] == "." ? "" : Cat({"cd ", Path(q_.roots[0]), " && "});
  return Cat({in, "for f in ", pattern, "; do mv -n -- \"$f\" ", target, "; done"});
}

}  // namespace heddle::ask
