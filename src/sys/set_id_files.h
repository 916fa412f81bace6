// SetIdFiles: the files to which a command gives a set-user-ID or set-group-ID bit. A sandbox's root has no capability
// to keep it, so the next write takes it away without a word; in a real run it would stay.
#pragma once

#include <sys/stat.h>

#include <cstdint>

#include "sys/fd.h"

namespace heddle::sys {

// For the witness, in a child's copy of a process that may have many threads: nothing here allocates.
class SetIdFiles {
 public:
  // Before a call sets the mode or owner of the file at `path`: whether it has lost a bit since it was noted. It is not
  // noted any more then.
  bool Forget(const char* path);
  // After a call has set them, or made the file. False: there are more of them than can be watched.
  bool Note(const char* path);
  // Whether any of those noted has lost its bit.
  bool AnyLost() const;

 private:
  struct File {
    Fd file;  // keeps the inode from being used again
    uint64_t device = 0, inode = 0;
    mode_t bits = 0;
  };
  static bool HasLost(const File& it);
  File* Find(const struct stat& st);

  File files_[256];
};

}  // namespace heddle::sys
