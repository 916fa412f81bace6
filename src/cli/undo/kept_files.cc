#include "cli/undo/kept_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/openat2.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/text.h"
#include "sys/files.h"
#include "sys/scratch.h"

namespace heddle::cli {
namespace {

constexpr int kMaxDepth = 300;  // two descriptors a level
constexpr size_t kChunk = 4 << 20;

Error Failed(std::string_view what) {
  const Code code = errno == ENOENT                     ? Code::kNotFound
                    : errno == EACCES || errno == EPERM ? Code::kDenied
                                                        : Code::kUnavailable;
  return {code, Cat({what, ": ", Lower(std::strerror(errno))})};
}

timespec Time(int64_t ns) { return {.tv_sec = ns / 1'000'000'000, .tv_nsec = ns % 1'000'000'000}; }

Result<> SetTimes(int fd, const FileState& state) {
  const timespec times[2] = {Time(state.modified_ns), Time(state.modified_ns)};
  return ::futimens(fd, times) == 0 ? Result<>() : Failed("times");
}

// The owner first: a change of owner takes the set-user-ID bit away. False where the owner could not be kept.
Result<bool> SetAttributes(int fd, const FileState& state) {
  struct stat now = {};
  if (::fstat(fd, &now) != 0) return Failed("attributes");
  const bool other = now.st_uid != state.owner || now.st_gid != state.group;
  const bool owned = !other || ::fchown(fd, state.owner, state.group) == 0;
  const mode_t mode = owned ? state.mode & 07777 : state.mode & 0777;
  if (::fchmod(fd, mode) != 0) return Failed("mode");
  TRY(SetTimes(fd, state));
  return owned;
}

std::vector<std::string> AttributeNames(int fd) {
  std::string names(65536, '\0');
  const ssize_t size = ::flistxattr(fd, names.data(), names.size());
  std::vector<std::string> out;
  if (size <= 0) return out;
  names.resize(static_cast<size_t>(size));
  for (const auto name : Split(names, '\0')) {
    if (!name.empty() && !name.starts_with("trusted.") && !name.starts_with("security.")) out.emplace_back(name);
  }
  return out;
}

// Those that only `to` has go. False where one could not be kept.
bool CopyExtended(int from, int to) {
  bool all = true;
  const auto wanted = AttributeNames(from);
  for (const auto& name : AttributeNames(to)) {
    if (std::find(wanted.begin(), wanted.end(), name) == wanted.end()) (void)::fremovexattr(to, name.c_str());
  }
  std::string value(65536, '\0');
  for (const auto& name : wanted) {
    const ssize_t length = ::fgetxattr(from, name.c_str(), value.data(), value.size());
    all &= length >= 0 && ::fsetxattr(to, name.c_str(), value.data(), static_cast<size_t>(length), 0) == 0;
  }
  return all;
}

Result<> CopyBytes(int from, int to, const KeepOptions& options) {
  if (::ioctl(to, FICLONE, from) == 0) return {};
  std::string chunk(kChunk, '\0');
  for (;;) {
    const ssize_t got = ::read(from, chunk.data(), chunk.size());
    if (got == 0) return {};
    if (got < 0) return Failed("read");
    const auto size = static_cast<uint64_t>(got);
    if (options.room != nullptr && *options.room < size)
      return Error{Code::kTooLarge, "more to copy than the setting trash_copy_mb allows"};
    if (options.room != nullptr) *options.room -= size;
    for (size_t done = 0; done < size;) {
      const ssize_t put = ::write(to, chunk.data() + done, size - done);
      if (put < 0) return Failed("copy");
      done += static_cast<size_t>(put);
    }
    if (options.step && !options.step(0, size)) return Error{Code::kCancelled, "stopped"};
  }
}

Result<> CopyRegular(int from, const std::string& name, const FileState& state, int to, const std::string& kept,
                     const KeepOptions& options) {
  const sys::Fd in(::openat(from, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!in) return Failed(name);
  const sys::Fd out(::openat(to, kept.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!out) return Failed("a copy");
  TRY(CopyBytes(in.get(), out.get(), options));
  (void)CopyExtended(in.get(), out.get());
  TRY(SetAttributes(out.get(), state));
  return {};
}

Result<> CopyLink(int from, const std::string& name, const FileState& state, int to, const std::string& kept) {
  std::string target(PATH_MAX, '\0');
  const ssize_t size = ::readlinkat(from, name.c_str(), target.data(), target.size());
  if (size < 0) return Failed(name);
  target.resize(static_cast<size_t>(size));
  if (::symlinkat(target.c_str(), to, kept.c_str()) != 0) return Failed(name);
  (void)!::fchownat(to, kept.c_str(), state.owner, state.group, AT_SYMLINK_NOFOLLOW);
  const timespec times[2] = {Time(state.modified_ns), Time(state.modified_ns)};
  return ::utimensat(to, kept.c_str(), times, AT_SYMLINK_NOFOLLOW) == 0 ? Result<>() : Failed(name);
}

sys::Fd OpenListed(int folder, const std::string& name) {
  return sys::Fd(::openat(folder, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

Result<std::vector<std::string>> Names(int folder) {
  DIR* dir = ::fdopendir(::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (dir == nullptr) return Failed("a directory");
  std::vector<std::string> out;
  while (const dirent* entry = ::readdir(dir)) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") out.emplace_back(name);
  }
  ::closedir(dir);
  return out;
}

Result<> KeepEntry(int from, const std::string& name, int to, const std::string& kept, const KeepOptions& options,
                   int depth);

Result<> KeepFolder(int from, const std::string& name, const FileState& state, int to, const std::string& kept,
                    const KeepOptions& options, int depth) {
  if (depth > kMaxDepth) return Error{Code::kTooLarge, "directories are nested too deep to be kept"};
  if (::mkdirat(to, kept.c_str(), 0700) != 0) return Failed("the trash");
  const sys::Fd source = OpenListed(from, name), target = OpenListed(to, kept);
  if (!source || !target) return Failed(name);
  TRY_ASSIGN(const auto names, Names(source.get()));
  for (const auto& each : names) TRY(KeepEntry(source.get(), each, target.get(), each, options, depth + 1));
  (void)CopyExtended(source.get(), target.get());
  TRY(SetAttributes(target.get(), state));
  return {};
}

Result<> KeepEntry(int from, const std::string& name, int to, const std::string& kept, const KeepOptions& options,
                   int depth) {
  const FileState state = StateAt(from, name);
  if (!state.exists) return depth > 0 ? Result<>() : Error{Code::kNotFound, Cat({name, " is gone"})};
  if (options.step && !options.step(1, 0)) return Error{Code::kCancelled, "stopped"};
  if (state.directory()) return KeepFolder(from, name, state, to, kept, options, depth);
  if (!options.copy && ::linkat(from, name.c_str(), to, kept.c_str(), 0) == 0) return {};
  if (state.regular()) return CopyRegular(from, name, state, to, kept, options);
  if (S_ISLNK(state.mode)) return CopyLink(from, name, state, to, kept);
  if (S_ISFIFO(state.mode)) return ::mkfifoat(to, kept.c_str(), state.mode & 0777) == 0 ? Result<>() : Failed(name);
  return Error{Code::kDenied, Cat({name, " is a device or socket, which cannot be copied"})};
}

// A directory that its owner may not write to cannot be moved to another one.
int RenameEvenClosed(int from, const std::string& name, int to, const std::string& place, const FileState& state) {
  if (::renameat2(from, name.c_str(), to, place.c_str(), RENAME_NOREPLACE) == 0) return 0;
  if (errno != EACCES || !state.directory()) return -1;
  const sys::Fd folder = OpenListed(from, name);
  if (!folder || ::fchmod(folder.get(), (state.mode & 07777) | 0700) != 0) return -1;
  const int moved = ::renameat2(from, name.c_str(), to, place.c_str(), RENAME_NOREPLACE);
  const int why = errno;
  (void)::fchmod(folder.get(), state.mode & 07777);
  errno = why;
  return moved;
}

Result<> PutEntry(int from, const std::string& name, int to, const std::string& place, const std::string& shown,
                  PutBackReport& report);

Result<> JoinFolders(int from, const std::string& name, const FileState& state, int to, const std::string& place,
                     const std::string& shown, PutBackReport& report) {
  (void)::fchmodat(from, name.c_str(), 0700, 0);
  const sys::Fd source = OpenListed(from, name), target = OpenListed(to, place);
  if (!source || !target) return Failed(shown);
  TRY_ASSIGN(const auto names, Names(source.get()));
  for (const auto& each : names) TRY(PutEntry(source.get(), each, target.get(), each, Cat({shown, "/", each}), report));
  (void)SetAttributes(target.get(), state);
  (void)::unlinkat(from, name.c_str(), AT_REMOVEDIR);
  return {};
}

Result<> PutEntry(int from, const std::string& name, int to, const std::string& place, const std::string& shown,
                  PutBackReport& report) {
  const FileState kept = StateAt(from, name), there = StateAt(to, place);
  if (!kept.exists) return {};  // an earlier undo that was cut off has put it back
  if (!there.exists) {
    if (RenameEvenClosed(from, name, to, place, kept) == 0) return {};
    if (errno != EXDEV) return Failed(shown);
    TRY(KeepEntry(from, name, to, place, {.copy = true}, 0));
    const FileState copied = StateAt(to, place);
    if (copied.owner != kept.owner || copied.group != kept.group) report.not_kept.push_back(shown + ": owner");
    return {};
  }
  if (there.inode == kept.inode && there.device == kept.device) {
    (void)::unlinkat(from, name.c_str(), 0);
    return {};
  }
  if (there.directory() && kept.directory()) return JoinFolders(from, name, kept, to, place, shown, report);
  report.in_the_way.push_back(shown);
  return {};
}

bool EachThere(int kept, int there, int depth) {
  const auto names = Names(kept);
  if (!names || depth > kMaxDepth) return false;
  return std::all_of(names->begin(), names->end(), [&](const std::string& name) {
    const FileState then = StateAt(kept, name), now = StateAt(there, name);
    if (then.directory() && now.directory()) {
      const sys::Fd a = OpenListed(kept, name), b = OpenListed(there, name);
      return a && b && EachThere(a.get(), b.get(), depth + 1);
    }
    const bool itself = now.inode == then.inode && now.device == then.device;
    return now.exists && now.mode == then.mode &&
           (itself || (now.size == then.size && now.modified_ns == then.modified_ns));
  });
}

void Mix(uint64_t& digest, uint64_t value) {  // FNV-1a, over eight bytes at a time
  digest = (digest ^ value) * 1'099'511'628'211ULL;
  digest ^= digest >> 29;
}

bool DigestBelow(int folder, uint64_t& digest, int depth) {
  auto names = Names(folder);
  if (!names || depth > kMaxDepth) return false;
  std::sort(names->begin(), names->end());
  for (const auto& name : *names) {
    const FileState state = StateAt(folder, name);
    for (const char c : name) Mix(digest, static_cast<unsigned char>(c));
    for (const uint64_t value :
         {state.inode, state.size, uint64_t{state.mode}, static_cast<uint64_t>(state.modified_ns)})
      Mix(digest, value);
    if (!state.directory()) continue;
    const sys::Fd below = OpenListed(folder, name);
    if (!below || !DigestBelow(below.get(), digest, depth + 1)) return false;
  }
  return true;
}

}  // namespace

Result<sys::Fd> OpenFolder(const std::string& path) {
  open_how how = {};
  how.flags = O_PATH | O_DIRECTORY | O_CLOEXEC;
  how.resolve = RESOLVE_NO_SYMLINKS;
  sys::Fd out(static_cast<int>(::syscall(SYS_openat2, AT_FDCWD, path.c_str(), &how, sizeof how)));
  if (!out) return Failed(ForTerminal(path));
  return out;
}

Result<sys::Fd> OpenParent(const std::string& path) { return OpenFolder(sys::DirName(path)); }

Result<> Keep(const std::string& path, const std::string& kept, const KeepOptions& options) {
  TRY_ASSIGN(const sys::Fd from, OpenParent(path));
  TRY_ASSIGN(const sys::Fd to, OpenParent(kept));
  auto done = KeepEntry(from.get(), sys::BaseName(path), to.get(), sys::BaseName(kept), options, 0);
  return done ? Result<>() : Result<>(std::move(done).error().Context(ForTerminal(path)));
}

Result<> KeepFolderOnly(const std::string& path, const std::string& kept) {
  TRY_ASSIGN(const sys::Fd parent, OpenParent(path));
  const FileState state = StateAt(parent.get(), sys::BaseName(path));
  if (::mkdir(kept.c_str(), 0700) != 0) return Failed("the trash");
  const sys::Fd source = OpenListed(parent.get(), sys::BaseName(path)), target = OpenListed(AT_FDCWD, kept);
  if (!target) return Failed("the trash");
  if (source) (void)CopyExtended(source.get(), target.get());
  TRY(SetAttributes(target.get(), state));
  return {};
}

Result<> Sync(const std::string& folder) {
  const sys::Fd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return fd && ::syncfs(fd.get()) == 0 ? Result<>() : Failed(ForTerminal(folder));
}

bool CanClone(const std::string& path, const std::string& folder) {
  const sys::Fd in(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  const sys::Fd out(::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  return in && out && ::ioctl(out.get(), FICLONE, in.get()) == 0;
}

Result<> PutBack(const std::string& kept, const std::string& path, PutBackReport& report) {
  auto parent = OpenParent(path);
  if (!parent) {
    TRY(sys::SystemFiles().MakeDirectories(sys::DirName(path)));
    parent = OpenParent(path);
  }
  TRY_ASSIGN(const sys::Fd to, std::move(parent));
  TRY_ASSIGN(const sys::Fd from, OpenParent(kept));
  return PutEntry(from.get(), sys::BaseName(kept), to.get(), sys::BaseName(path), path, report);
}

Result<> WriteBack(const std::string& kept, const std::string& path, PutBackReport& report) {
  TRY_ASSIGN(const sys::Fd folder, OpenParent(path));
  const std::string name = sys::BaseName(path);
  const FileState state = StateAt(AT_FDCWD, kept);
  const sys::Fd in(::open(kept.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!in) return Failed("the kept copy");
  sys::Fd out(::openat(folder.get(), name.c_str(), O_RDWR | O_NOFOLLOW | O_CLOEXEC));
  if (!out && errno == EACCES && ::fchmodat(folder.get(), name.c_str(), 0600, 0) == 0)  // of its owner: no way around
    out = sys::Fd(::openat(folder.get(), name.c_str(), O_RDWR | O_NOFOLLOW | O_CLOEXEC));
  if (!out) return Failed(ForTerminal(path));
  TRY(CopyBytes(in.get(), out.get(), {}));
  if (::ftruncate(out.get(), static_cast<off_t>(state.size)) != 0) return Failed(ForTerminal(path));
  if (!CopyExtended(in.get(), out.get())) report.not_kept.push_back(path + ": extended attributes");
  TRY_ASSIGN(const bool owned, SetAttributes(out.get(), state));
  if (!owned) report.not_kept.push_back(path + ": owner");
  return {};
}

Result<> SetBack(const FileState& state, const std::string& path, PutBackReport& report) {
  TRY_ASSIGN(const sys::Fd folder, OpenParent(path));
  const std::string name = sys::BaseName(path);
  const FileState now = StateAt(folder.get(), name);
  const bool other = now.owner != state.owner || now.group != state.group;
  if (other && ::fchownat(folder.get(), name.c_str(), state.owner, state.group, AT_SYMLINK_NOFOLLOW) != 0)
    report.not_kept.push_back(path + ": owner");
  const timespec times[2] = {Time(state.modified_ns), Time(state.modified_ns)};
  if (!S_ISLNK(now.mode) && ::fchmodat(folder.get(), name.c_str(), state.mode & 07777, 0) != 0)
    return Failed(ForTerminal(path));
  return ::utimensat(folder.get(), name.c_str(), times, AT_SYMLINK_NOFOLLOW) == 0 ? Result<>()
                                                                                  : Failed(ForTerminal(path));
}

std::string DigestOf(const std::string& path) {
  const sys::Fd folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  uint64_t digest = 14'695'981'039'346'656'037ULL;
  return folder && DigestBelow(folder.get(), digest, 0) ? std::to_string(digest) : "";
}

bool AllThere(const std::string& kept, const std::string& path) {
  const sys::Fd a = OpenListed(AT_FDCWD, kept), b = OpenListed(AT_FDCWD, path);
  return a && b && EachThere(a.get(), b.get(), 0);
}

std::vector<std::string> MissingBelow(const std::string& kept, const std::string& path) {
  std::vector<std::string> out;
  const auto entries = sys::SystemFiles().List(kept);
  for (const auto& entry : entries ? *entries : std::vector<sys::DirectoryEntry>()) {
    const std::string below = Cat({path, "/", entry.name});
    if (!StateAt(AT_FDCWD, below).exists) {
      out.push_back(below);
      continue;
    }
    if (entry.kind != sys::FileKind::kDirectory) continue;
    for (auto& missing : MissingBelow(Cat({kept, "/", entry.name}), below)) out.push_back(std::move(missing));
  }
  return out;
}

bool RemoveKept(const std::string& path) {
  if (::unlink(path.c_str()) == 0 || errno == ENOENT) return true;
  return sys::RemoveScratch(path);
}

}  // namespace heddle::cli
