// FilesQuery: a request about files, taken apart: what to do, with what, where, narrowed how, shown how. Phrases of the
// request (modifiers of data/ask/modifiers.ask) fill it one by one; nothing of the request is left unsaid in it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ask/book.h"
#include "ask/render.h"
#include "ask/token.h"

namespace heddle::ask {

enum class FileAction : uint8_t {
  kNone,
  kList,
  kFind,
  kCount,
  kDelete,
  kCopy,
  kMove,
  kTotalSize,
  kLineCount,
  kWordCount,
  kCharCount,
  kSearch,
  kReplace,
  kMode,
  kOwner,
  kGroup,
  kArchive,
  kZip,
  kCompress,
  kDecompress,
  kChecksum,
  kShow,
  kTouch,
  kExtension,
  kDisk,
  kHead,
  kTail,
  kType,
  kLowercase,
  kUppercase,
  kLink,
  kTree,
  kDuplicates,
  kDetails,
  kPrefix,
  kSuffix,
  kSpaces,
  kDosToUnix,
  kRun,
  kEachCount,
  kSortLines,
  kExtensionsCount,
};
enum class FileKindWanted : uint8_t { kUnset, kFile, kDirectory, kLink, kBoth };
enum class SortKey : uint8_t { kNone, kSize, kTime, kName, kExtension };

// A time limit: relative (seconds) or a date.
struct TimeLimit {
  double seconds = 0;
  char unit = 'd';
  double count = 0;
  std::string date;  // "2024-01-31", "yesterday"; empty: relative
};

struct FilesQuery {
  FileAction action = FileAction::kNone;
  FileKindWanted kind = FileKindWanted::kUnset;
  std::vector<std::string> roots;
  std::vector<std::string> files;             // named outright: a.txt b.txt
  std::vector<std::string> directories;       // of all names said, those that are directories here
  std::vector<std::string> names, not_names;  // find patterns, any of / none of
  std::vector<std::string> name_tests;        // find patterns, all of: "python files starting with test"
  std::vector<std::string> not_dirs;          // directories left out
  std::vector<std::string> path_parts;        // some directory of the path is named so
  bool ignore_case = false;
  std::optional<double> size_min, size_max, size_exact;
  char time_field = 'm';  // m modified, a accessed, c status changed
  std::optional<TimeLimit> newer, older;
  std::string newer_file;
  std::string owner, not_owner, group, mode_is;
  bool executable = false, not_executable = false, world_writable = false, setuid = false, readable_by_all = false,
       no_owner = false, no_read = false;
  bool empty = false, not_empty = false, broken = false, hidden = false, not_hidden = false;
  std::optional<int> max_depth, min_depth;
  bool recursive = false;  // said so
  bool wildcard = false;   // a wildcard was typed: it means this directory, as in a shell
  std::string content;     // files that contain this
  bool content_not = false;
  SortKey sort = SortKey::kNone;
  bool reverse = false;  // ascending instead of the usual largest / newest first
  std::optional<int> limit;
  bool last = false;  // the limit counts from the end
  bool details = false, with_size = false, names_only = false, absolute = false, per_directory = false, total = false;
  bool zero_count = false;
  std::string destination, save_to;
  std::string mode, new_owner, from, to;  // arguments of the action
  bool contents = false;                  // show what is in the files
  std::string command;                    // the program of kChecksum
  bool many = false;                      // "files", "all": more than one is meant
  bool making = false, readonly = false;  // "make ... executable"
  std::string problem;                    // two phrases contradict each other
};

struct FilesReading {
  FilesQuery query;
  std::vector<bool> used;   // per token
  int phrases = 0;          // modifiers that matched
  int content_phrases = 0;  // of them, those that say more than "files"
  int guessed = 0;
  int far = 0;
  double weakest = 1;  // lowest fit of any slot
};

// Reads tokens as a request about files.
FilesReading ReadFiles(const Book& book, const std::vector<Token>& tokens);

// The command for a reading; nothing when the parts do not make one.
struct PlanOptions {
  shell::Dialect dialect = shell::Dialect::kBash;
  std::string system;  // "" GNU, "bsd", "busybox"
};
std::optional<std::string> PlanFiles(const FilesQuery& query, const PlanOptions& options);

}  // namespace heddle::ask
