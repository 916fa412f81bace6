#include "sys/fd.h"

#include <fcntl.h>
#include <unistd.h>

namespace heddle::sys {

void Fd::Close() {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

void CloseOnExec(int fd) { (void)::fcntl(fd, F_SETFD, FD_CLOEXEC); }

}  // namespace heddle::sys
