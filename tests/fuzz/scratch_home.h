// ScratchHome: a directory of its own for a fuzzer that reads and moves files, and the home of whatever it calls. Files
// are touched as nobody, so that a way out of the directory would find nothing that it may change.
#pragma once

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "sys/scratch.h"

namespace heddle {

// For as long as it lives; nothing changes where the fuzzer is not run by root.
class AsNobody {
 public:
  AsNobody() : before_(::geteuid()) {
    if (before_ == 0 && ::seteuid(65534) != 0) std::abort();
  }
  ~AsNobody() {
    if (before_ == 0 && ::seteuid(0) != 0) std::abort();
  }
  AsNobody(const AsNobody&) = delete;
  AsNobody& operator=(const AsNobody&) = delete;

 private:
  uid_t before_;
};

class ScratchHome {
 public:
  explicit ScratchHome(const char* folder) {
    const AsNobody nobody;
    std::string name = std::string(folder) + "/heddle-fuzz-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    path_ = name;
    for (const char* variable : {"HOME", "XDG_DATA_HOME"}) ::setenv(variable, path_.c_str(), 1);
  }
  ~ScratchHome() {
    const AsNobody nobody;
    (void)sys::RemoveScratch(path_);
  }
  ScratchHome(const ScratchHome&) = delete;
  ScratchHome& operator=(const ScratchHome&) = delete;

  std::string operator/(std::string_view name) const { return path_ + "/" + std::string(name); }

 private:
  std::string path_;
};

inline void WriteFile(const std::string& path, std::string_view text) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (file < 0 || ::write(file, text.data(), text.size()) != static_cast<ssize_t>(text.size())) std::abort();
  ::close(file);
}

}  // namespace heddle
