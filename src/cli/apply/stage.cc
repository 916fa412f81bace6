#include "cli/apply/stage.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/text.h"
#include "cli/apply/replica.h"
#include "sys/files.h"
#include "sys/scratch.h"

namespace heddle::cli {
namespace {

std::string Name(uint64_t number) { return std::to_string(number); }

Error Failed(std::string_view what) {
  const Code code = errno == EACCES || errno == EPERM || errno == EEXIST ? Code::kDenied : Code::kUnavailable;
  return {code, Cat({ForTerminal(what), ": ", Lower(std::strerror(errno))})};
}

// A directory that its owner may not write to cannot be moved to another one, as that changes what its ".." is.
int Move(int from, const std::string& name, int to, const std::string& other, unsigned flags) {
  if (::renameat2(from, name.c_str(), to, other.c_str(), flags) == 0) return 0;
  const FileState state = StateAt(from, name);
  if (errno != EACCES || !state.directory() || state.owner != ::geteuid() || (state.mode & 0200) != 0) return -1;
  const sys::Fd folder(::openat(from, name.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  const std::string itself = Cat({"/proc/self/fd/", std::to_string(folder.get())});
  if (::chmod(itself.c_str(), (state.mode & 07777) | 0200) != 0) return -1;
  const int done = ::renameat2(from, name.c_str(), to, other.c_str(), flags);
  const int why = errno;
  (void)::chmod(itself.c_str(), state.mode & 07777);
  errno = why;
  return done;
}

// Whether `there` is what a step has brought, and nothing that came later: inodes are used again.
bool IsPlaced(const FileState& there, const Step& step) {
  return there.exists && there.inode == step.state.inode && there.modified_ns == step.state.modified_ns;
}

// The tree's own directory keeps its time while the stage comes into it and goes.
class KeptTime {
 public:
  explicit KeptTime(const Tree& tree) {
    auto root = tree.Entry("");
    if (root) root_ = std::move(*root);
    before_ = StateAt(root_.get(), "");
  }
  ~KeptTime() {
    if (before_.exists) (void)SetTime(root_.get(), before_.modified_ns);
  }
  KeptTime(const KeptTime&) = delete;
  KeptTime& operator=(const KeptTime&) = delete;

 private:
  sys::Fd root_;
  FileState before_;
};

}  // namespace

Result<Stage> Stage::Make(const Tree& tree, const std::string& name) {
  const KeptTime kept(tree);
  TRY_ASSIGN(const sys::Fd root, tree.Parent(""));
  if (::mkdirat(root.get(), name.c_str(), 0700) != 0) return Failed(tree.path());
  auto out = Reopen(tree, name);
  if (!out) return out;
  // New files are to have what they had in the overlay, and nothing that this directory hands on.
  const FileState own = {.exists = true, .mode = 0700, .owner = ::geteuid(), .group = ::getegid()};
  auto set = SetAttributes(out->folder(), {.state = own, .extended = {}, .keep_time = true});
  if (set) return out;
  out->Remove(tree);
  return std::move(set).error();
}

Result<Stage> Stage::Reopen(const Tree& tree, const std::string& name) {
  TRY_ASSIGN(const sys::Fd root, tree.Parent(""));
  sys::Fd folder(::openat(root.get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!folder && errno == ENOENT) return Error{Code::kNotFound, Cat({tree.path(), "/", name, ": is not there"})};
  struct stat st = {};
  if (!folder || ::fstat(folder.get(), &st) != 0) return Failed(name);
  if (st.st_uid != ::geteuid()) return Error{Code::kDenied, Cat({tree.path(), "/", name, ": is another user's"})};
  return Stage(Cat({tree.path(), "/", name}), std::move(folder));
}

Result<> Stage::Copy(const std::string& from, const Change& change, uint64_t number) {
  return MakeReplica(from, change, folder_.get(), Name(number));
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

Result<> Stage::Do(const Tree& tree, const Step& step) {
  if (step.kind == Step::Kind::kAttributes || step.kind == Step::Kind::kClosed) return {};  // set at the end
  TRY_ASSIGN(const sys::Fd parent, tree.Parent(step.path));
  const std::string name = sys::BaseName(step.path), kept = Name(step.number);
  int done = 0;
  if (step.kind == Step::Kind::kTakeAway)
    done = Move(parent.get(), name, folder_.get(), kept, RENAME_NOREPLACE);
  else if (step.kind == Step::Kind::kPut)
    done = ::renameat2(folder_.get(), kept.c_str(), parent.get(), name.c_str(), RENAME_NOREPLACE);
  else if (step.kind == Step::Kind::kExchange)
    done = ::renameat2(folder_.get(), kept.c_str(), parent.get(), name.c_str(), RENAME_EXCHANGE);
  else
    done = ::mkdirat(parent.get(), name.c_str(), 0700);
  return done == 0 ? Result<>() : Failed(step.path);
}

Result<> Stage::TakeBack(const Tree& tree, const Step& step) {
  if (step.kind == Step::Kind::kClosed) return {};
  auto way = tree.Parent(step.path);
  const bool makes = step.kind == Step::Kind::kPut || step.kind == Step::Kind::kMakeFolder;
  if (!way && makes) return {};  // the directory that it was to come into has never been made
  TRY_ASSIGN(const sys::Fd parent, std::move(way));
  const std::string name = step.path.empty() ? "." : sys::BaseName(step.path), kept = Name(step.number);
  const FileState here = State(step.number), there = StateAt(parent.get(), name);
  const bool was_here = here.exists && here.inode == step.before;
  const bool ours = IsPlaced(there, step);
  int done = 0;
  switch (step.kind) {
    case Step::Kind::kTakeAway:
      if (was_here) done = Move(folder_.get(), kept, parent.get(), name, RENAME_NOREPLACE);
      break;
    case Step::Kind::kPut:
      if (!here.exists && ours)
        done = ::renameat2(parent.get(), name.c_str(), folder_.get(), kept.c_str(), RENAME_NOREPLACE);
      break;
    case Step::Kind::kExchange:
      if (was_here)
        done = ::renameat2(folder_.get(), kept.c_str(), parent.get(), name.c_str(),
                           ours ? RENAME_EXCHANGE : RENAME_NOREPLACE);
      break;
    case Step::Kind::kMakeFolder:
      if (there.directory()) done = ::unlinkat(parent.get(), name.c_str(), AT_REMOVEDIR);
      if (done != 0 && (errno == ENOTEMPTY || errno == EEXIST)) done = 0;  // somebody else's files are in it by now
      break;
    case Step::Kind::kAttributes: {
      const sys::Fd folder(::openat(parent.get(), name.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
      if (folder && StateAt(folder.get(), "").inode == step.before)
        TRY(SetAttributes(folder.get(), {.state = step.state, .extended = step.extended}));
      break;
    }
    case Step::Kind::kClosed: break;
  }
  return done == 0 ? Result<>() : Failed(step.path);
}

FileState Stage::State(uint64_t number) const { return StateAt(folder_.get(), Name(number)); }

Result<> Stage::Sync(size_t files) const {
  constexpr size_t kOneByOne = 100;  // beyond, the whole file system at once is faster
  if (files > kOneByOne) return ::syncfs(folder_.get()) == 0 ? Result<>() : Failed(path_);
  TRY_ASSIGN(const auto entries, sys::SystemFiles().List(path_));
  for (const auto& entry : entries) {
    if (entry.kind != sys::FileKind::kFile) continue;
    const sys::Fd file(::openat(folder_.get(), entry.name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    if (file && ::fsync(file.get()) != 0) return Failed(path_);
  }
  return SyncNames();
}

Result<> Stage::SyncNames() const { return ::fsync(folder_.get()) == 0 ? Result<>() : Failed(path_); }

void Stage::Remove(const Tree& tree) {
  const KeptTime kept(tree);
  const auto root = tree.Entry("");
  const FileState state = root ? StateAt(root->get(), "") : FileState();
  constexpr uint32_t kAll = S_IRWXU;
  const bool closed = state.exists && state.owner == ::geteuid() && (state.mode & kAll) != kAll;
  const std::string itself = root ? Cat({"/proc/self/fd/", std::to_string(root->get())}) : "";
  if (closed) (void)::chmod(itself.c_str(), (state.mode & 07777) | kAll);
  (void)sys::RemoveScratch(path_);
  if (closed) (void)::chmod(itself.c_str(), state.mode & 07777);
}

}  // namespace heddle::cli
