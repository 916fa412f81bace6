#include "cli/stage.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/text.h"
#include "sys/files.h"
#include "sys/scratch.h"

namespace heddle::cli {
namespace {

constexpr const char* kJournal = "journal";

std::string Name(uint64_t number) { return std::to_string(number); }

Error Failed(std::string_view what) {
  const Code code = errno == EACCES || errno == EPERM || errno == EEXIST ? Code::kDenied : Code::kUnavailable;
  return {code, Cat({ForTerminal(what), ": ", Lower(std::strerror(errno))})};
}

timespec Time(int64_t ns) { return {.tv_sec = ns / 1'000'000'000, .tv_nsec = ns % 1'000'000'000}; }

Result<> CopyBytes(int from, int to) {
  std::string chunk(1 << 20, '\0');
  for (;;) {
    const ssize_t got = ::read(from, chunk.data(), chunk.size());
    if (got == 0) return {};
    if (got < 0 || ::write(to, chunk.data(), static_cast<size_t>(got)) != got)
      return Failed("a copy of a changed file");
  }
}

// The overlay keeps notes of its own among them, which are not the file's.
Result<> CopyExtended(int from, int to) {
  std::string names(65536, '\0');
  const ssize_t size = ::flistxattr(from, names.data(), names.size());
  if (size < 0) return errno == ENOTSUP ? Result<>() : Failed("extended attributes");
  names.resize(static_cast<size_t>(size));
  std::string value(65536, '\0');
  for (const auto name : Split(names, '\0')) {
    if (name.empty() || name.starts_with("user.overlay.") || name.starts_with("trusted.")) continue;
    const std::string key(name);
    const ssize_t length = ::fgetxattr(from, key.c_str(), value.data(), value.size());
    if (length < 0 || ::fsetxattr(to, key.c_str(), value.data(), static_cast<size_t>(length), 0) != 0)
      return Failed(Cat({"extended attribute ", name}));
  }
  return {};
}

// The owner first: a change of owner takes the set-user-ID bit away.
Result<> SetAttributes(int to, const FileState& state) {
  struct stat now = {};
  if (::fstat(to, &now) != 0) return Failed("attributes");
  const bool other = now.st_uid != state.owner || now.st_gid != state.group;
  if (other && ::fchown(to, state.owner, state.group) != 0) return Failed("owner");
  if (::fchmod(to, state.mode & 07777) != 0) return Failed("mode");
  const timespec times[2] = {Time(state.modified_ns), Time(state.modified_ns)};
  return ::futimens(to, times) == 0 ? Result<>() : Failed("times");
}

Result<> CopyRegular(const std::string& from, const FileState& state, int folder, const std::string& name) {
  if ((state.mode & 0400) == 0) (void)::chmod(from.c_str(), 0400);  // the scratch's own copy
  const sys::Fd in(::open(from.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!in) return Failed(from);
  const sys::Fd out(::openat(folder, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!out) return Failed(name);
  TRY(CopyBytes(in.get(), out.get()));
  TRY(CopyExtended(in.get(), out.get()));
  TRY(SetAttributes(out.get(), state));
  return ::fsync(out.get()) == 0 ? Result<>() : Failed(from);
}

Result<> CopyLink(const std::string& from, const FileState& state, int folder, const std::string& name) {
  std::string to(4096, '\0');
  const ssize_t size = ::readlink(from.c_str(), to.data(), to.size());
  if (size < 0) return Failed(from);
  to.resize(static_cast<size_t>(size));
  if (::symlinkat(to.c_str(), folder, name.c_str()) != 0) return Failed(from);
  if (::geteuid() == 0 && ::fchownat(folder, name.c_str(), state.owner, state.group, AT_SYMLINK_NOFOLLOW) != 0)
    return Failed(from);
  const timespec times[2] = {Time(state.modified_ns), Time(state.modified_ns)};
  return ::utimensat(folder, name.c_str(), times, AT_SYMLINK_NOFOLLOW) == 0 ? Result<>() : Failed(from);
}

Result<> MakePipe(const FileState& state, int folder, const std::string& name) {
  if (::mkfifoat(folder, name.c_str(), 0600) != 0) return Failed(name);
  const sys::Fd pipe(::openat(folder, name.c_str(), O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC));
  return pipe ? SetAttributes(pipe.get(), state) : Failed(name);
}

std::string Line(const Step& step) {
  return Cat({std::string(1, static_cast<char>(step.kind)), " ", std::to_string(step.number), " ",
              std::to_string(step.inode), " ", std::to_string(step.mode), " ", EncodeBase64(step.path), "\n"});
}

Result<Step> ParseLine(std::string_view line) {
  const auto words = SplitWords(line);
  const auto number = words.size() < 4 ? std::nullopt : ParseInt(words[1]);
  const auto inode = words.size() < 4 ? std::nullopt : ParseInt(words[2]);
  const auto mode = words.size() < 4 ? std::nullopt : ParseInt(words[3]);
  const auto path = words.size() < 5 ? std::string() : DecodeBase64(words[4]);
  if (!number || !inode || !mode || !path) return Error{Code::kInvalid, "a line of the journal is not whole"};
  return Step{.kind = static_cast<Step::Kind>(words[0][0]),
              .number = static_cast<uint64_t>(*number),
              .inode = static_cast<uint64_t>(*inode),
              .mode = static_cast<uint32_t>(*mode),
              .path = *path};
}

}  // namespace

Result<Stage> Stage::Make(const Tree& tree) {
  TRY_ASSIGN(const sys::Fd root, tree.Parent(""));
  for (int attempt = 0; attempt < 100; ++attempt) {
    const std::string name = Cat({kStagePrefix, std::to_string(::getpid()), "-", std::to_string(attempt)});
    if (::mkdirat(root.get(), name.c_str(), 0700) != 0) {
      if (errno == EEXIST) continue;
      return Failed(tree.path());
    }
    sys::Fd folder(::openat(root.get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    sys::Fd journal(
        ::openat(folder.get(), kJournal, O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!folder || !journal || ::flock(folder.get(), LOCK_EX | LOCK_NB) != 0) return Failed(tree.path());
    return Stage(Cat({tree.path(), "/", name}), std::move(folder), std::move(journal));
  }
  return Error{Code::kUnavailable, Cat({tree.path(), ": no name is left for a folder in it"})};
}

Result<Stage> Stage::Reopen(const Tree& tree, const std::string& name) {
  TRY_ASSIGN(const sys::Fd root, tree.Parent(name));
  sys::Fd folder(::openat(root.get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  struct stat st = {};
  if (!folder || ::fstat(folder.get(), &st) != 0 || st.st_uid != ::geteuid()) return Failed(name);
  if (::flock(folder.get(), LOCK_EX | LOCK_NB) != 0) return Failed(name);
  sys::Fd journal(::openat(folder.get(), kJournal, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!journal) return Failed(name);
  return Stage(Cat({tree.path(), "/", name}), std::move(folder), std::move(journal));
}

Result<> Stage::Copy(const std::string& from, const FileState& state, uint64_t number) {
  if (state.regular()) return CopyRegular(from, state, folder_.get(), Name(number));
  if (S_ISLNK(state.mode)) return CopyLink(from, state, folder_.get(), Name(number));
  if (S_ISFIFO(state.mode)) return MakePipe(state, folder_.get(), Name(number));
  return Error{Code::kDenied, Cat({ForTerminal(from), " is a socket or a device, which cannot be applied"})};
}

Result<> Stage::Link(uint64_t of, uint64_t number) {
  const std::string from = Name(of), to = Name(number);
  return ::linkat(folder_.get(), from.c_str(), folder_.get(), to.c_str(), 0) == 0 ? Result<>() : Failed("hard link");
}

Result<> Stage::Link(const Tree& tree, const std::string& path, uint64_t number) {
  TRY_ASSIGN(const sys::Fd parent, tree.Parent(path));
  const std::string from = sys::BaseName(path), to = Name(number);
  return ::linkat(parent.get(), from.c_str(), folder_.get(), to.c_str(), 0) == 0 ? Result<>() : Failed(path);
}

Result<> Stage::Note(const Step& step) {
  const std::string line = Line(step);
  const bool written = ::write(journal_.get(), line.data(), line.size()) == static_cast<ssize_t>(line.size());
  return written && ::fdatasync(journal_.get()) == 0 ? Result<>() : Failed("the journal of the changes");
}

Result<std::vector<Step>> Stage::Steps() const {
  TRY_ASSIGN(const std::string text, sys::SystemFiles().Read(Cat({path_, "/", kJournal})));
  std::vector<Step> out;
  // A line that was cut off belongs to a step that was not begun.
  for (size_t at = 0, end; (end = text.find('\n', at)) != text.npos; at = end + 1) {
    TRY_ASSIGN(Step step, ParseLine(std::string_view(text).substr(at, end - at)));
    out.push_back(std::move(step));
  }
  return out;
}

Result<> Stage::Do(const Tree& tree, const Step& step) {
  TRY_ASSIGN(const sys::Fd parent, tree.Parent(step.path));
  const std::string name = sys::BaseName(step.path), kept = Name(step.number);
  int done = 0;
  switch (step.kind) {
    case Step::Kind::kTakeAway:
      done = ::renameat2(parent.get(), name.c_str(), folder_.get(), kept.c_str(), RENAME_NOREPLACE);
      break;
    case Step::Kind::kPut:
      done = ::renameat2(folder_.get(), kept.c_str(), parent.get(), name.c_str(), RENAME_NOREPLACE);
      break;
    case Step::Kind::kExchange:
      done = ::renameat2(folder_.get(), kept.c_str(), parent.get(), name.c_str(), RENAME_EXCHANGE);
      break;
    case Step::Kind::kMakeFolder: done = ::mkdirat(parent.get(), name.c_str(), 0700); break;
    case Step::Kind::kAttributes:  // set at the end, all of them
    case Step::Kind::kClosed: break;
  }
  return done == 0 ? Result<>() : Failed(step.path);
}

Result<> Stage::TakeBack(const Tree& tree, const Step& step) {
  TRY_ASSIGN(const sys::Fd parent, tree.Parent(step.path));
  const std::string name = step.path.empty() ? "." : sys::BaseName(step.path), kept = Name(step.number);
  const FileState here = State(step.number), there = StateAt(parent.get(), name);
  int done = 0;
  switch (step.kind) {
    case Step::Kind::kTakeAway:
      if (here.exists) done = ::renameat2(folder_.get(), kept.c_str(), parent.get(), name.c_str(), RENAME_NOREPLACE);
      break;
    case Step::Kind::kPut:
      if (!here.exists && there.exists)
        done = ::renameat2(parent.get(), name.c_str(), folder_.get(), kept.c_str(), RENAME_NOREPLACE);
      break;
    case Step::Kind::kExchange:
      if (here.exists && here.inode == step.inode)
        done = ::renameat2(folder_.get(), kept.c_str(), parent.get(), name.c_str(), RENAME_EXCHANGE);
      break;
    case Step::Kind::kMakeFolder:
      if (there.directory()) done = ::unlinkat(parent.get(), name.c_str(), AT_REMOVEDIR);
      break;
    case Step::Kind::kAttributes:
      if (there.directory() && there.inode == step.inode)
        done = ::fchmodat(parent.get(), name.c_str(), step.mode & 07777, 0);
      break;
    case Step::Kind::kClosed: break;
  }
  return done == 0 ? Result<>() : Failed(step.path);
}

FileState Stage::State(uint64_t number) const { return StateAt(folder_.get(), Name(number)); }

void Stage::Remove() {
  if (Note({.kind = Step::Kind::kClosed, .path = {}})) (void)sys::RemoveScratch(path_);
}

Result<> CopyAttributes(const Tree& tree, const std::string& path, const std::string& from, const FileState& state) {
  TRY_ASSIGN(const sys::Fd parent, tree.Parent(path));
  const std::string name = path.empty() ? "." : sys::BaseName(path);
  const sys::Fd to(::openat(parent.get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if ((state.mode & 0500) != 0500) (void)::chmod(from.c_str(), 0700);  // the scratch's own copy
  const sys::Fd in(::open(from.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!to || !in) return Failed(path);
  TRY(CopyExtended(in.get(), to.get()));
  return SetAttributes(to.get(), state);
}

}  // namespace heddle::cli
