#include "sys/fd.h"

#include <unistd.h>

namespace heddle::sys {

void Fd::Close() {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

}  // namespace heddle::sys
