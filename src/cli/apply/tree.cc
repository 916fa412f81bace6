#include "cli/apply/tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <vector>

#include "base/text.h"
#include "sys/files.h"

namespace heddle::cli {
namespace {

int64_t Nanoseconds(const timespec& time) { return int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec; }

int64_t CoarseNowNs() {
  timespec now = {};
  ::clock_gettime(CLOCK_REALTIME_COARSE, &now);
  return Nanoseconds(now);
}

}  // namespace

sys::Fd OpenBeneath(int root, const std::string& relative, uint64_t flags) {
  open_how how = {};
  how.flags = flags | O_CLOEXEC;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV;
  return sys::Fd(
      static_cast<int>(::syscall(SYS_openat2, root, relative.empty() ? "." : relative.c_str(), &how, sizeof how)));
}

bool FileState::directory() const { return S_ISDIR(mode); }
bool FileState::regular() const { return S_ISREG(mode); }

FileState StateAt(int folder, const std::string& name) {
  struct stat st = {};
  if (::fstatat(folder, name.c_str(), &st, AT_SYMLINK_NOFOLLOW | (name.empty() ? AT_EMPTY_PATH : 0)) != 0) return {};
  return {.exists = true,
          .device = st.st_dev,
          .inode = st.st_ino,
          .size = S_ISDIR(st.st_mode) ? 0 : static_cast<uint64_t>(st.st_size),
          .links = st.st_nlink,
          .mode = st.st_mode,
          .owner = st.st_uid,
          .group = st.st_gid,
          .modified_ns = Nanoseconds(st.st_mtim),
          .changed_ns = Nanoseconds(st.st_ctim)};
}

int64_t NextTickNs() {
  const int64_t before = CoarseNowNs();
  constexpr timespec kPause = {0, 500'000};
  while (CoarseNowNs() == before) (void)::nanosleep(&kPause, nullptr);
  return CoarseNowNs();
}

Result<Tree> Tree::Open(const std::string& path) {
  sys::Fd root(::open(path.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!root) return Error{Code::kUnavailable, Cat({path, ": ", Lower(std::strerror(errno))})};
  return Tree(path, std::move(root));
}

Result<sys::Fd> Tree::Parent(const std::string& relative) const {
  const size_t slash = relative.rfind('/');
  sys::Fd out = OpenBeneath(root_.get(), slash == relative.npos ? "" : relative.substr(0, slash), O_PATH | O_DIRECTORY);
  if (out) return out;
  return Error{Code::kDenied, Cat({path_, "/", relative, ": the way there has changed meanwhile"})};
}

Result<FileState> Tree::State(const std::string& relative) const {
  if (relative.empty()) return StateAt(root_.get(), "");
  TRY_ASSIGN(const sys::Fd parent, Parent(relative));
  return StateAt(parent.get(), sys::BaseName(relative));
}

Result<sys::Fd> Tree::Entry(const std::string& relative) const {
  // The directory itself may be one by now that nobody may look up names in.
  sys::Fd out = relative.empty() ? sys::Fd(::fcntl(root_.get(), F_DUPFD_CLOEXEC, 0))
                                 : OpenBeneath(root_.get(), relative, O_PATH | O_NOFOLLOW);
  if (out) return out;
  return Error{Code::kDenied, Cat({path_, "/", relative, ": cannot be opened: ", Lower(std::strerror(errno))})};
}

bool Tree::InPlace() const {
  const FileState mine = StateAt(root_.get(), ""), there = StateAt(AT_FDCWD, path_);
  return there.directory() && there.device == mine.device && there.inode == mine.inode;
}

Result<Tree::Contents> Tree::Look(const std::string& relative, int64_t mark_ns) const {
  Contents out;
  std::vector<std::string> waiting = {relative};
  while (!waiting.empty()) {
    const std::string at = waiting.back();
    waiting.pop_back();
    const sys::Fd folder = OpenBeneath(root_.get(), at, O_RDONLY | O_DIRECTORY);
    if (!folder)
      return Error{Code::kDenied, Cat({path_, "/", at, ": cannot be looked through: ", Lower(std::strerror(errno))})};
    const int copy = ::fcntl(folder.get(), F_DUPFD_CLOEXEC, 0);
    DIR* dir = copy < 0 ? nullptr : ::fdopendir(copy);
    if (dir == nullptr) return Error{Code::kUnavailable, Cat({path_, "/", at, ": cannot be listed"})};
    while (const dirent* entry = ::readdir(dir)) {
      const std::string name = entry->d_name;
      if (name == "." || name == "..") continue;
      const FileState state = StateAt(folder.get(), name);
      const std::string path = at.empty() ? name : Cat({at, "/", name});
      if (!state.exists || state.changed_ns >= mark_ns) out.changed = path;
      if (!state.directory() && state.links > 1) out.linked = path;
      if (state.directory()) waiting.push_back(path);
    }
    ::closedir(dir);
  }
  return out;
}

}  // namespace heddle::cli
