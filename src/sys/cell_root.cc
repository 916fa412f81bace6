#include "sys/cell_root.h"

#include <fcntl.h>
#include <linux/mount.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <set>

#include "base/text.h"
#include "sys/files.h"

namespace heddle::sys {
namespace {

// The parts of the system that programs need; the rest of /etc, and all of /home, /root, /var, /run, /srv and /mnt, is
// not there.
constexpr std::string_view kSystem[] = {
    "/usr",          "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc/alternatives", "/etc/ld.so.cache",
    "/etc/localtime"};
constexpr std::string_view kDevices[] = {"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"};
constexpr const char* kStaging = "/tmp";  // exists on every machine; covered only in this cell's own mount name space
constexpr size_t kMaxBinds = 64;

void AddFolders(const std::string& path, std::set<std::string>& out) {
  for (size_t at = path.find('/'); at != path.npos; at = path.find('/', at + 1)) out.insert(path.substr(0, at));
}

bool SetFlags(const char* path, uint64_t set, uint64_t clear, unsigned flags) {
  mount_attr attributes = {};
  attributes.attr_set = set;
  attributes.attr_clr = clear;
  return ::syscall(SYS_mount_setattr, AT_FDCWD, path, flags, &attributes, sizeof attributes) == 0;
}

bool MakePlace(const CellRoot::Bind& bind) {
  if (bind.directory) return ::mkdir(bind.target.c_str(), 0755) == 0 || errno == EEXIST;
  const int file = ::open(bind.target.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
  if (file < 0) return false;
  ::close(file);
  return true;
}

}  // namespace

CellRoot PlanRoot(const CellOptions& options) {
  CellRoot out;
  std::set<std::string> folders = {"proc", "tmp", "dev"};
  const auto add = [&](const std::string& source, const std::string& target) {
    const FileInfo info = SystemFiles().LookThrough(source);
    if (info.kind == FileKind::kNone || out.binds.size() == kMaxBinds) return;
    for (const auto& there : out.binds) {
      if (target == there.target || target.starts_with(there.target + "/")) return;
    }
    out.binds.push_back({source, target, info.kind == FileKind::kDirectory});
    AddFolders(target, folders);
  };
  for (const std::string_view path : kSystem) {
    const std::string at(path);
    char to[256];
    const ssize_t size = ::readlink(at.c_str(), to, sizeof to);
    if (size > 0 && static_cast<size_t>(size) < sizeof to && path.find('/', 1) == path.npos)
      out.links.emplace_back(at.substr(1), std::string(to, static_cast<size_t>(size)));
    else
      add(at, at.substr(1));
  }
  for (const std::string_view path : kDevices) add(std::string(path), std::string(path.substr(1)));
  for (const std::string& path : options.readable) add(path, CleanPath(path).substr(1));
  if (!options.work.empty()) add(options.work, "work");
  out.folders.assign(folders.begin(), folders.end());  // sorted: parents come first
  out.tmp_data = Cat({"mode=0700,size=", std::to_string(options.limits.tmp_bytes)});
  out.work_writable = options.work_writable;
  return out;
}

const char* EnterRoot(const CellRoot& root) {
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return "private mounts";
  // Looked up as the user who owns the files, before this process becomes somebody else.
  int trees[kMaxBinds] = {};
  for (size_t i = 0; i < root.binds.size(); ++i) {
    trees[i] = static_cast<int>(::syscall(SYS_open_tree, AT_FDCWD, root.binds[i].source.c_str(),
                                          OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE));
    if (trees[i] < 0) return root.binds[i].source.c_str();
  }
  // Not by libc's functions, which would signal threads that this process does not have.
  if (::syscall(SYS_setresgid, 0, 0, 0) != 0 || ::syscall(SYS_setresuid, 0, 0, 0) != 0) return "user of the cell";
  ::umask(022);
  if (::mount("tmpfs", kStaging, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=1m") != 0) return "root";
  if (::chdir(kStaging) != 0) return "root";
  for (const std::string& folder : root.folders) {
    if (::mkdir(folder.c_str(), 0755) != 0) return "folders of the root";
  }
  for (const auto& [path, to] : root.links) {
    if (::symlink(to.c_str(), path.c_str()) != 0) return "links of the root";
  }
  for (size_t i = 0; i < root.binds.size(); ++i) {
    if (!MakePlace(root.binds[i])) return root.binds[i].target.c_str();
    if (::syscall(SYS_move_mount, trees[i], "", AT_FDCWD, root.binds[i].target.c_str(), MOVE_MOUNT_F_EMPTY_PATH) != 0)
      return root.binds[i].target.c_str();
    ::close(trees[i]);
  }
  if (::mount("proc", "proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, "subset=pid") != 0) return "proc";
  if (::syscall(SYS_pivot_root, ".", ".") != 0 || ::umount2(".", MNT_DETACH) != 0 || ::chdir("/") != 0) return "root";
  if (!SetFlags("/", MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID, 0, AT_RECURSIVE)) return "read-only root";
  if (root.work_writable && !SetFlags("/work", 0, MOUNT_ATTR_RDONLY, 0)) return "/work";
  if (::mount("tmpfs", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, root.tmp_data.c_str()) != 0) return "/tmp";
  (void)::sethostname("cell", 4);
  return nullptr;
}

}  // namespace heddle::sys
