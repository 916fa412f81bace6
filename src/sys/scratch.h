// Scratch: a folder for the changes of one try, outside the directory that is tried on. It goes with its owner, also
// when that is killed: a small process of its own waits for that. What even that leaves (a crash of the machine) goes
// when the next one is made.
#pragma once

#include <string>

#include "base/result.h"
#include "sys/fd.h"

namespace heddle::sys {

class Scratch {
 public:
  // In the cache folder, or in /var/tmp or /tmp where that lies below `tree` (a real path).
  static Result<Scratch> Make(const std::string& tree);
  Scratch(Scratch&&) = default;
  Scratch& operator=(Scratch&&) = delete;
  ~Scratch();

  const std::string& path() const { return path_; }

 private:
  Scratch(std::string path, Fd lock, Fd owner)
      : path_(std::move(path)), lock_(std::move(lock)), owner_(std::move(owner)) {}
  std::string path_;
  Fd lock_;   // held while the owner lives
  Fd owner_;  // the writing end of a pipe, which closes with the owner
};

// Removes a folder and all in it, whatever its permissions and however deep; follows no links.
bool RemoveScratch(const std::string& path);

}  // namespace heddle::sys
