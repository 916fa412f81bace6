#include "cli/apply/replica.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/text.h"
#include "sys/fd.h"

namespace heddle::cli {
namespace {

Error Failed(std::string_view what) {
  const Code code = errno == EACCES || errno == EPERM ? Code::kDenied : Code::kUnavailable;
  return {code, Cat({ForTerminal(what), ": ", Lower(std::strerror(errno))})};
}

timespec Time(int64_t ns) {
  constexpr int64_t kSecond = 1'000'000'000;
  const int64_t rest = ((ns % kSecond) + kSecond) % kSecond;  // times before 1970 are negative
  return {.tv_sec = (ns - rest) / kSecond, .tv_nsec = rest};
}

Result<> CopyRange(int from, int to, off_t at, off_t end) {
  std::string chunk(size_t{1} << 20, '\0');
  while (at < end) {
    const ssize_t got = ::pread(from, chunk.data(), std::min(chunk.size(), static_cast<size_t>(end - at)), at);
    if (got <= 0) return Failed("a copy of a changed file");
    for (ssize_t done = 0; done < got;) {
      const ssize_t put = ::pwrite(to, chunk.data() + done, static_cast<size_t>(got - done), at + done);
      if (put <= 0) return Failed("a copy of a changed file");
      done += put;
    }
    at += got;
  }
  return {};
}

// Only what holds data: where the file has a hole, so has the copy. One without any has all its room, be it never
// written to.
Result<> CopyBytes(int from, int to, off_t size) {
  if (::ftruncate(to, size) != 0) return Failed("a copy of a changed file");
  struct stat st = {};
  const bool whole = size > 0 && ::fstat(from, &st) == 0 && st.st_blocks * 512 >= size;
  if (whole && ::fallocate(to, 0, 0, size) != 0 && errno == ENOSPC) return Failed("a copy of a changed file");
  for (off_t at = 0; at < size;) {
    off_t data = ::lseek(from, at, SEEK_DATA);
    if (data < 0 && errno == ENXIO) return {};  // only a hole is left
    if (data < 0) data = at;                    // a file system that does not know
    off_t end = ::lseek(from, data, SEEK_HOLE);
    if (end < 0) end = size;
    TRY(CopyRange(from, to, data, end));
    at = end;
  }
  return {};
}

Result<> MakeFile(const std::string& from, const Change& change, int folder, const std::string& name) {
  if ((change.after.mode & 0400) == 0) (void)::chmod(from.c_str(), 0400);  // the scratch's own copy
  const sys::Fd in(::open(from.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!in) return Failed(from);
  const sys::Fd out(::openat(folder, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!out) return Failed(name);
  TRY(CopyBytes(in.get(), out.get(), static_cast<off_t>(change.after.size)));
  return SetAttributes(out.get(), {.state = change.after, .extended = change.extended_after});
}

Result<> MakeLink(const std::string& from, const FileState& state, int folder, const std::string& name) {
  std::string to(4096, '\0');
  const ssize_t size = ::readlink(from.c_str(), to.data(), to.size());
  if (size < 0) return Failed(from);
  to.resize(static_cast<size_t>(size));
  if (::symlinkat(to.c_str(), folder, name.c_str()) != 0) return Failed(from);
  struct stat now = {};
  if (::fstatat(folder, name.c_str(), &now, AT_SYMLINK_NOFOLLOW) != 0) return Failed(from);
  const bool other = now.st_uid != state.owner || now.st_gid != state.group;
  if (other && ::fchownat(folder, name.c_str(), state.owner, state.group, AT_SYMLINK_NOFOLLOW) != 0)
    return Failed(from);
  const timespec times[2] = {Time(state.modified_ns), Time(state.modified_ns)};
  return ::utimensat(folder, name.c_str(), times, AT_SYMLINK_NOFOLLOW) == 0 ? Result<>() : Failed(from);
}

Result<> MakePipe(const Change& change, int folder, const std::string& name) {
  if (::mkfifoat(folder, name.c_str(), 0600) != 0) return Failed(name);
  const sys::Fd pipe(::openat(folder, name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  return pipe ? SetAttributes(pipe.get(), {.state = change.after, .extended = change.extended_after}) : Failed(name);
}

}  // namespace

Result<> MakeReplica(const std::string& from, const Change& change, int folder, const std::string& name) {
  if (change.after.regular()) return MakeFile(from, change, folder, name);
  if (S_ISLNK(change.after.mode)) return MakeLink(from, change.after, folder, name);
  if (S_ISFIFO(change.after.mode)) return MakePipe(change, folder, name);
  return Error{Code::kDenied, Cat({ForTerminal(from), " is a socket or a device, which cannot be applied"})};
}

Result<> SetTime(int entry, int64_t modified_ns) {
  if (StateAt(entry, "").modified_ns == modified_ns) return {};  // nor is it anything to be refused
  const std::string path = Cat({"/proc/self/fd/", std::to_string(entry)});
  const timespec times[2] = {{.tv_sec = 0, .tv_nsec = UTIME_OMIT}, Time(modified_ns)};
  return ::utimensat(AT_FDCWD, path.c_str(), times, 0) == 0 ? Result<>() : Failed("times");
}

// The owner first, as a change of it takes the set-user-ID bit away; the mode after the access control list, which
// holds a part of it.
Result<> SetAttributes(int entry, const Attributes& attributes) {
  const FileState& state = attributes.state;
  const std::string path = Cat({"/proc/self/fd/", std::to_string(entry)});
  struct stat now = {};
  if (::fstat(entry, &now) != 0) return Failed("attributes");
  const bool other = now.st_uid != state.owner || now.st_gid != state.group;
  if (other && ::chown(path.c_str(), state.owner, state.group) != 0) return Failed("owner");
  TRY(WriteExtended(entry, attributes.extended));
  if (::fstat(entry, &now) != 0) return Failed("attributes");
  const bool other_mode = (now.st_mode & 07777) != (state.mode & 07777);
  if (other_mode && ::chmod(path.c_str(), state.mode & 07777) != 0) return Failed("mode");
  return attributes.keep_time ? Result<>() : SetTime(entry, state.modified_ns);
}

}  // namespace heddle::cli
