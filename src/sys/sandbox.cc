#include "sys/sandbox.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/text.h"
#include "sys/environment.h"
#include "sys/processes.h"
#include "sys/sandbox_cell.h"
#include "sys/witness.h"

namespace heddle::sys {
namespace {

constexpr CellLimits kLimits = {
    .file_bytes = int64_t{1} << 30, .tmp_bytes = 256 << 20, .processes = 512, .open_files = 1024};
constexpr int64_t kMinMemory = int64_t{1} << 30;
constexpr uint64_t kDiskBytes = uint64_t{2} << 30;
constexpr uint64_t kDiskFiles = 200'000;

struct Room {
  uint64_t bytes = 0, files = 0;
};

Room RoomAt(const std::string& path) {
  struct statvfs st = {};
  if (path.empty() || ::statvfs(path.c_str(), &st) != 0) return {};
  return {uint64_t{st.f_bavail} * st.f_frsize, st.f_favail};
}

// Users' own attributes and access control lists, which new files inherit. One that cannot be copied is met again when
// the changes are collected, as a change of this directory.
void CopyExtended(const std::string& from, const std::string& to) {
  std::string names(65536, '\0'), value(65536, '\0');
  const ssize_t size = ::listxattr(from.c_str(), names.data(), names.size());
  names.resize(size < 0 ? 0 : static_cast<size_t>(size));
  for (const auto name : Split(names, '\0')) {
    const bool copied = name.starts_with("user.") || name.starts_with("system.posix_acl_");
    if (!copied || name.starts_with("user.overlay.")) continue;
    const std::string key(name);
    const ssize_t length = ::getxattr(from.c_str(), key.c_str(), value.data(), value.size());
    if (length >= 0) (void)::setxattr(to.c_str(), key.c_str(), value.data(), static_cast<size_t>(length), 0);
  }
}

}  // namespace

CellOptions SandboxCell(const SandboxOptions& options, const std::vector<std::string>& argv,
                        const std::optional<std::vector<std::string>>& environment) {
  CellOptions out;
  out.view = options;
  out.limits = kLimits;
  out.argv = argv;
  if (const std::string found = FindExecutable(argv[0]); !found.empty()) out.argv[0] = found;
  if (environment) {
    out.environment = *environment;
    return out;
  }
  for (char** entry = environ; *entry != nullptr; ++entry) {
    if (!std::string_view(*entry).starts_with("TMPDIR="))
      out.environment.emplace_back(*entry);  // /tmp is what there is
  }
  return out;
}

SandboxWatch::SandboxWatch(std::string scratch) : scratch_(std::move(scratch)) {
  free_memory_ = static_cast<int64_t>(AvailableMemory());
  memory_limit_ = std::max(kMinMemory, free_memory_ / 2);
  const Room room = RoomAt(scratch_);
  free_bytes_ = room.bytes;
  free_files_ = room.files;
}

std::string SandboxWatch::Look(pid_t pid) const {
  const TreeUsage usage = MeasureTree(pid, false);
  if (usage.threads > kLimits.processes)  // which the kernel counts for all but root
    return Cat({"more than ", std::to_string(kLimits.processes), " processes and threads"});
  // Shared pages count once for each process that maps them, unless it is measured exactly, which takes longer.
  if (usage.memory_bytes > memory_limit_ && MeasureTree(pid, true).memory_bytes > memory_limit_)
    return Cat({"more than ", HumanBytes(static_cast<uint64_t>(memory_limit_)), " of memory"});
  // Memory that no process maps, of files that have no name for instance, is in nobody's measure.
  if (static_cast<int64_t>(AvailableMemory()) + memory_limit_ < free_memory_)
    return Cat({"more than ", HumanBytes(static_cast<uint64_t>(memory_limit_)), " of memory, or others did"});
  const Room room = RoomAt(scratch_);
  if (room.bytes + kDiskBytes < free_bytes_) return Cat({"more than ", HumanBytes(kDiskBytes), " of disk"});
  if (room.files + kDiskFiles < free_files_) return Cat({"more than ", std::to_string(kDiskFiles), " files"});
  return "";
}

Result<> PrepareScratch(const SandboxOptions& options) {
  const std::string upper = options.scratch + "/upper", work = options.scratch + "/work";
  struct stat lower = {};
  const auto failed = [](const std::string& path) {
    return Error{Code::kUnavailable, Cat({path, ": ", std::strerror(errno)})};
  };
  if (::stat(options.overlay.c_str(), &lower) != 0) return failed(options.overlay);
  if (::mkdir(work.c_str(), 0700) != 0) return failed(work);
  if (::mkdir(upper.c_str(), 0700) != 0) return failed(upper);
  // The scratch folder is the user's own; the directory it stands for may be another's, who lets nobody write.
  const bool writable = ::access(options.overlay.c_str(), W_OK) == 0;
  if (::geteuid() == 0 && ::chown(upper.c_str(), lower.st_uid, lower.st_gid) != 0) return failed(upper);
  if (::geteuid() != 0) (void)::chown(upper.c_str(), static_cast<uid_t>(-1), lower.st_gid);  // set-group-ID hands it on
  CopyExtended(options.overlay, upper);
  if (::chmod(upper.c_str(), lower.st_mode & (writable ? 07777 : 07555)) != 0) return failed(upper);
  const timespec times[2] = {lower.st_atim, lower.st_mtim};
  return ::utimensat(AT_FDCWD, upper.c_str(), times, 0) == 0 ? Result<>() : failed(upper);
}

Result<> SandboxAvailable() {
  TRY_ASSIGN(const SharedNotes notes, MakeSharedNotes());
  const auto run = Run({"/bin/sh", "-c", ":"}, {.sandbox = SandboxOptions{.notes = notes.get()}});
  if (!run) return run.error();
  if (run->exit_code != 0) return Error{Code::kUnavailable, "a program ended badly inside the sandbox"};
  return {};
}

}  // namespace heddle::sys
