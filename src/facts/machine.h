// Machine: what this machine has: commands on PATH, and the flags a command accepts, read from its man page and shell
// completion file and, in the sandbox only, from its --help. Kept in SQLite, keyed by the files' modification times;
// filled for the commands that are asked about, never ahead. World flags: PATH is closed (absent means absent); a flag
// list is open (absent means unknown, unless a source that lists flags exists and does not have it).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/database.h"
#include "sys/files.h"

namespace heddle::facts {

enum class FlagFact { kListed, kNotListed, kUnknown };

struct MachineOptions {
  std::string cache_path;  // SQLite file; empty: no cache
  bool run_help = false;   // may start `COMMAND --help` in the sandbox
};

class Machine {
 public:
  explicit Machine(MachineOptions options) : options_(std::move(options)) {}

  // Full path, or empty.
  std::string Find(const std::string& command);
  bool Has(const std::string& command) { return IsBuiltin(command) || !Find(command).empty(); }
  // Whether some documentation of `command` lists `flag` ("-x" or "--long").
  FlagFact Flag(const std::string& command, const std::string& flag);
  // The flags that some documentation of `command` lists.
  std::vector<std::string> Flags(const std::string& command);
  // The first words of what the man page says of a flag, or empty.
  std::string Describe(const std::string& command, const std::string& flag);
  // "find - search for files in a directory hierarchy" without the name, or empty.
  std::string Summary(const std::string& command);

  static bool IsBuiltin(std::string_view command);  // of the common shells

 private:
  struct Page {
    std::map<std::string, std::string, std::less<>> flags;  // flag -> description
    std::string summary;
    bool found = false;
  };
  const Page& Load(const std::string& command);
  Page Read(const std::string& command, const std::string& man_page, const std::string& completion) const;

  MachineOptions options_;
  std::map<std::string, std::string, std::less<>> paths_;
  std::map<std::string, Page, std::less<>> pages_;
  std::optional<store::Database> cache_;
  bool cache_tried_ = false;
};

// Flags and their descriptions out of roff source. Pure.
std::map<std::string, std::string, std::less<>> FlagsOfManPage(std::string_view roff, std::string* summary);
// Flags out of any plain text such as --help output or a completion file. Pure.
std::map<std::string, std::string, std::less<>> FlagsOfText(std::string_view text);

}  // namespace heddle::facts
