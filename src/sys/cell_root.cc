#include "sys/cell_root.h"

#include <fcntl.h>
#include <linux/mount.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>
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
// What a view does not take over from the machine: devices, the kernel's own files, sockets of services, what others
// left in /tmp.
constexpr std::string_view kNotSeen[] = {"proc", "sys", "dev", "run", "tmp"};
constexpr const char* kStaging = "/tmp";  // exists on every machine; covered only in this cell's own mount name space
constexpr size_t kMaxBinds = 128;

void AddFolders(const std::string& path, std::set<std::string>& out) {
  for (size_t at = path.find('/'); at != path.npos; at = path.find('/', at + 1)) out.insert(path.substr(0, at));
}

bool SetFlags(int at, const char* path, uint64_t set, uint64_t clear, unsigned flags) {
  mount_attr attributes = {};
  attributes.attr_set = set;
  attributes.attr_clr = clear;
  return ::syscall(SYS_mount_setattr, at, path, flags, &attributes, sizeof attributes) == 0;
}

// A top-level entry of the machine that is a link, such as /bin.
bool AddLink(const std::string& path, CellRoot& out) {
  char to[256];
  const ssize_t size = ::readlink(path.c_str(), to, sizeof to);
  if (size <= 0 || static_cast<size_t>(size) >= sizeof to || path.find('/', 1) != path.npos) return false;
  out.links.emplace_back(path.substr(1), std::string(to, static_cast<size_t>(size)));
  return true;
}

Result<> AddBind(const std::string& source, const std::string& target, CellRoot& out, std::set<std::string>& folders) {
  const FileInfo info = SystemFiles().LookThrough(source);
  if (info.kind == FileKind::kNone) return {};
  for (const auto& there : out.binds) {
    if (target == there.target || target.starts_with(there.target + "/")) return {};
  }
  if (out.binds.size() == kMaxBinds) return Error{Code::kTooLarge, "too many folders for the root of a cell"};
  const bool device = info.kind == FileKind::kDevice;
  out.binds.push_back({source, target, info.kind == FileKind::kDirectory, device});
  AddFolders(target, folders);
  return {};
}

bool MakePlace(const CellRoot::Bind& bind) {
  if (bind.directory) return ::mkdir(bind.target.c_str(), 0755) == 0 || errno == EEXIST;
  const int file = ::open(bind.target.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
  if (file < 0) return false;
  ::close(file);
  return true;
}

// Trees of this machine and the directories of the overlay, opened in the new mount name space while it still looks
// like the old one.
struct Sources {
  int trees[kMaxBinds] = {};
  int lower = -1, upper = -1, work = -1;
};

const char* OpenSources(const CellRoot& root, Sources& sources) {
  for (size_t i = 0; i < root.binds.size(); ++i) {
    const CellRoot::Bind& bind = root.binds[i];
    const int tree = static_cast<int>(
        ::syscall(SYS_open_tree, AT_FDCWD, bind.source.c_str(), OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE));
    if (tree < 0) return bind.source.c_str();
    const uint64_t flags = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | (bind.device ? 0 : MOUNT_ATTR_NODEV);
    if (!SetFlags(tree, "", flags, 0, AT_EMPTY_PATH | AT_RECURSIVE)) return bind.source.c_str();
    sources.trees[i] = tree;
  }
  if (root.lower.empty()) return nullptr;
  const auto open = [](const std::string& path) {
    return ::open(path.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  };
  sources.lower = open(root.lower);
  sources.upper = open(root.upper);
  sources.work = open(root.work);
  return sources.lower < 0 || sources.upper < 0 || sources.work < 0 ? "directories of the overlay" : nullptr;
}

// By descriptors, as a path may hold the commas and colons that separate the options.
bool MountOverlay(const CellRoot& root, const Sources& sources) {
  char data[160];
  (void)std::snprintf(data, sizeof data,
                      "lowerdir=/proc/self/fd/%d,upperdir=/proc/self/fd/%d,workdir=/proc/self/fd/%d,userxattr,xino=on",
                      sources.lower, sources.upper, sources.work);
  for (const std::string& folder : root.overlay_folders) (void)::mkdir(folder.c_str(), 0755);
  const char* target = root.overlay_folders.back().c_str();
  // Without `volatile`, its end would write out the whole file system that the changes lie on.
  char fast[sizeof data + 16];
  (void)std::snprintf(fast, sizeof fast, "%s,volatile", data);
  const bool done = ::mount("overlay", target, "overlay", MS_NOSUID | MS_NODEV, fast) == 0 ||
                    ::mount("overlay", target, "overlay", MS_NOSUID | MS_NODEV, data) == 0;
  for (const int fd : {sources.lower, sources.upper, sources.work}) ::close(fd);
  return done;
}

// In the staging folder, which is to become the root.
const char* Furnish(const CellRoot& root, const Sources& sources) {
  for (const std::string& folder : root.folders) {
    if (::mkdir(folder.c_str(), 0755) != 0) return "folders of the root";
  }
  for (const auto& [path, to] : root.links) {
    if (::symlink(to.c_str(), path.c_str()) != 0) return "links of the root";
  }
  for (size_t i = 0; i < root.binds.size(); ++i) {
    const char* target = root.binds[i].target.c_str();
    if (!MakePlace(root.binds[i])) return target;
    if (::syscall(SYS_move_mount, sources.trees[i], "", AT_FDCWD, target, MOVE_MOUNT_F_EMPTY_PATH) != 0) return target;
    ::close(sources.trees[i]);
  }
  if (const char* what = DrawVeils(root.veils)) return what;
  for (const auto& [target, data] : root.memories) {
    if (::mount("tmpfs", target.c_str(), "tmpfs", MS_NOSUID | MS_NODEV, data.c_str()) != 0) return target.c_str();
  }
  if (!root.lower.empty() && !MountOverlay(root, sources)) return "overlay";
  const char* options = root.proc_data.empty() ? nullptr : root.proc_data.c_str();
  if (::mount("proc", "proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, options) != 0) return "proc";
  return nullptr;
}

bool StartLoopback() {
  const int any = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  ifreq request = {};
  request.ifr_name[0] = 'l';
  request.ifr_name[1] = 'o';
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  const bool done = any >= 0 && ::ioctl(any, SIOCSIFFLAGS, &request) == 0;
  ::close(any);
  return done;
}

}  // namespace

Result<CellRoot> PlanRoot(const CellOptions& options) {
  CellRoot out;
  std::set<std::string> folders = {"proc", "tmp", "dev"};
  for (const std::string_view path : kSystem) {
    const std::string at(path);
    if (!AddLink(at, out)) { TRY(AddBind(at, at.substr(1), out, folders)); }
  }
  for (const std::string_view path : kDevices)
    TRY(AddBind(std::string(path), std::string(path.substr(1)), out, folders));
  for (const std::string& path : options.readable) TRY(AddBind(path, CleanPath(path).substr(1), out, folders));
  if (!options.work.empty()) TRY(AddBind(options.work, "work", out, folders));
  out.folders.assign(folders.begin(), folders.end());  // sorted: parents come first
  out.memories = {{"tmp", Cat({"mode=0700,size=", std::to_string(options.limits.tmp_bytes)})}};
  out.writable = {"/tmp"};
  if (options.work_writable) out.writable.push_back("/work");
  out.proc_data = "subset=pid";
  return out;
}

Result<CellRoot> PlanView(const CellOptions& options) {
  CellRoot out;
  out.owner = true;
  out.loopback = !options.view->network;
  std::set<std::string> folders(std::begin(kNotSeen), std::end(kNotSeen));
  folders.insert("dev/shm");
  TRY_ASSIGN(const auto entries, SystemFiles().List("/"));
  for (const DirectoryEntry& entry : entries) {
    const std::string path = "/" + entry.name;
    if (folders.contains(entry.name) || AddLink(path, out)) continue;
    const bool directory = entry.kind == FileKind::kDirectory;
    if (directory || entry.kind == FileKind::kFile) TRY(AddBind(path, entry.name, out, folders));
    if (!directory) continue;
    TRY_ASSIGN(const auto veils, PlanVeils(path));
    out.veils.insert(out.veils.end(), veils.begin(), veils.end());
  }
  for (const std::string_view path : kDevices)
    TRY(AddBind(std::string(path), std::string(path.substr(1)), out, folders));
  // Where names of hosts are looked up, when that file lies in /run.
  const std::string names = options.view->network ? SystemFiles().Resolve("/etc/resolv.conf") : "";
  if (names.starts_with("/run/")) TRY(AddBind(names, names.substr(1), out, folders));
  out.folders.assign(folders.begin(), folders.end());
  out.links.insert(out.links.end(), {{"dev/fd", "/proc/self/fd"},
                                     {"dev/stdin", "/proc/self/fd/0"},
                                     {"dev/stdout", "/proc/self/fd/1"},
                                     {"dev/stderr", "/proc/self/fd/2"}});
  const std::string size = std::to_string(options.limits.tmp_bytes);
  out.memories = {{"tmp", Cat({"mode=1777,size=", size})}, {"dev/shm", Cat({"mode=1777,size=", size})}};
  out.writable = {"/tmp", "/dev/shm"};
  if (options.view->overlay.empty()) return out;
  out.lower = options.view->overlay;
  out.upper = options.view->scratch + "/upper";
  out.work = options.view->scratch + "/work";
  std::set<std::string> down;
  AddFolders(out.lower.substr(1), down);
  out.overlay_folders.assign(down.begin(), down.end());  // each is the beginning of the next
  out.overlay_folders.push_back(out.lower.substr(1));
  out.writable.push_back(out.lower);
  return out;
}

const char* EnterRoot(const CellRoot& root) {
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return "private mounts";
  // Looked up as the user who owns the files, before this process becomes somebody else.
  Sources sources;
  if (const char* what = OpenSources(root, sources)) return what;
  // Not by libc's functions, which would signal threads that this process does not have.
  if (!root.owner && (::syscall(SYS_setresgid, 0, 0, 0) != 0 || ::syscall(SYS_setresuid, 0, 0, 0) != 0))
    return "user of the cell";
  const mode_t mask = ::umask(022);
  if (::mount("tmpfs", kStaging, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=1m") != 0) return "root";
  if (::chdir(kStaging) != 0) return "root";
  if (const char* what = Furnish(root, sources)) return what;
  if (::syscall(SYS_pivot_root, ".", ".") != 0 || ::umount2(".", MNT_DETACH) != 0 || ::chdir("/") != 0) return "root";
  if (!SetFlags(AT_FDCWD, "/", MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID, 0, AT_RECURSIVE)) return "read-only root";
  for (const std::string& path : root.writable) {
    if (!SetFlags(AT_FDCWD, path.c_str(), 0, MOUNT_ATTR_RDONLY, 0)) return path.c_str();
  }
  if (root.loopback && !StartLoopback()) return "loopback";
  if (root.owner) ::umask(mask);
  (void)::sethostname("cell", 4);
  return nullptr;
}

}  // namespace heddle::sys
