// FilesFind: the part of a file request that says which files: places, tests, patterns, as find, a glob or a list.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ask/files_query.h"

namespace heddle::ask {

class FilesFind {
 public:
  using Action = FileAction;
  using Kind = FileKindWanted;

  FilesFind(const FilesQuery& query, const PlanOptions& options) : q_(query), options_(options) {}

  bool bsd() const;
  bool gnu() const;
  std::string Quote(std::string_view text) const;
  std::string Path(std::string_view path) const;
  bool Narrowed() const;
  std::string Roots(std::string_view fallback = ".") const;
  // Known to be one, or written as one.
  bool IsDirectory(const std::string& path) const;
  std::string FileList() const;
  // "config.ini" is a file, "conf.d" and "src" are not.
  static bool LooksLikeFile(const std::string& path);
  // "notes.txt in docs" is docs/notes.txt
  std::string InRoot(const std::string& file) const;
  static std::string Count(double value);
  // find's rounding is by whole units: the exact number of bytes says what was meant, whole units read better.
  static std::string Size(double bytes);
  std::string Time(const TimeLimit& limit, bool newer) const;
  std::string Names(const std::vector<std::string>& names) const;
  // The tests of a find command, without the root.
  std::string Tests(Kind fallback) const;
  std::string Find(Kind fallback = Kind::kUnset) const;
  std::string ContentTest() const;
  std::string Grep() const;
  std::string ForEach(std::string_view command) const;
  std::string Head() const;
  // Wildcards in one directory need no find: *.txt or dir/*.txt; empty when more than that is asked.
  std::string Glob() const;

 protected:
  FilesQuery q_;
  const PlanOptions& options_;
};

}  // namespace heddle::ask
