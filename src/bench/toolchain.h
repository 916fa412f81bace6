// Toolchain: how programs of a language are built and run on this machine (data/bench/languages), if they can be.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace heddle::bench {

struct Toolchain {
  std::string language, source;           // source: the file's name
  std::vector<std::string> compile, run;  // with the programs' real paths; compile may be empty
  std::vector<std::string> readable;      // folders that it needs besides the system's
  std::string version;
  bool address_space = false;                  // its memory can be limited as address space
  std::string runner;                          // text of /work/run.js, which loads the program; empty: it runs itself
  std::string driver;                          // text; empty: tests as data are not known for it
  std::string wrap;                            // text of a program with tests as code
  std::pair<std::string, std::string> rename;  // how the tests' main becomes a function; empty: not needed
};

// kUnavailable: says what is missing. Runs the programs once to ask for their versions.
Result<Toolchain> FindToolchain(const std::string& language);
bool KnownLanguage(std::string_view language);  // python among them

}  // namespace heddle::bench
