#include "sys/veil.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <span>
#include <utility>

#include "base/text.h"
#include "sys/files.h"

namespace heddle::sys {
namespace {

// File systems of the kernel's own objects, or that mount others when they are looked at.
constexpr std::string_view kNotFiles[] = {
    "autofs", "binfmt_misc", "bpf",        "cgroup",     "cgroup2",   "configfs", "debugfs",
    "devpts", "devtmpfs",    "efivarfs",   "fusectl",    "hugetlbfs", "mqueue",   "nsfs",
    "proc",   "pstore",      "rpc_pipefs", "securityfs", "selinuxfs", "sysfs",    "tracefs"};
// File systems that hold no pipes and sockets, and over which there can be no overlay.
constexpr std::string_view kPlain[] = {"vfat", "msdos", "exfat", "ntfs", "ntfs3", "fuseblk", "hfs", "hfsplus", "udf"};
constexpr size_t kMaxVeils = 500;
// A folder and a file that nothing is ever written to, out of sight below what is mounted on /tmp later.
constexpr const char* kEmpty = "tmp/empty";
constexpr const char* kNothing = "tmp/nothing";

struct Mount {
  std::string path, type;
};

bool Has(std::span<const std::string_view> list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

std::vector<Mount> Mounts() {
  std::vector<Mount> out;
  const auto text = SystemFiles().Read("/proc/self/mountinfo");
  if (!text) return out;
  for (const auto line : Split(*text, '\n')) {
    const auto words = SplitWords(line);
    const auto dash = std::find(words.begin(), words.end(), "-");
    if (words.size() < 5 || dash == words.end() || dash + 1 == words.end()) continue;
    std::string path(words[4]);
    for (const auto& [escaped, plain] : {std::pair{"\\040", " "}, {"\\011", "\t"}, {"\\012", "\n"}, {"\\134", "\\"}})
      path = ReplaceAll(std::move(path), escaped, plain);
    out.push_back({std::move(path), std::string(*(dash + 1))});
  }
  return out;
}

class Planner {
 public:
  Result<std::vector<Veil>> Plan(const std::string& path) {
    if (mounts_.empty()) return Error{Code::kUnavailable, "/proc/self/mountinfo cannot be read"};
    Folder(path);
    return std::move(out_);
  }

 private:
  bool HasMountBelow(const std::string& path) const {
    return std::any_of(mounts_.begin(), mounts_.end(),
                       [&](const Mount& mount) { return mount.path.starts_with(path + "/"); });
  }

  // Of the file system that is mounted at `path`, the last one where there are several; empty: none is.
  std::string TypeAt(const std::string& path) const {
    const auto found = std::find_if(mounts_.rbegin(), mounts_.rend(), [&](const Mount& m) { return m.path == path; });
    return found == mounts_.rend() ? "" : found->type;
  }

  void Add(Veil::Kind kind, const std::string& path) { out_.push_back({kind, path.substr(1)}); }

  void Folder(const std::string& path) {
    const std::string type = TypeAt(path);
    if (Has(kNotFiles, type) || out_.size() >= kMaxVeils) return Add(Veil::Kind::kEmptyFolder, path);
    if (Has(kPlain, type)) return;
    if (!HasMountBelow(path)) return Add(Veil::Kind::kOverlay, path);
    // The kernel lets nobody look behind what is mounted in it, so it stays, and all that lies in it gets a veil.
    const auto entries = SystemFiles().List(path);
    if (!entries) return Add(Veil::Kind::kEmptyFolder, path);
    for (const DirectoryEntry& entry : *entries) {
      const std::string below = Cat({path, "/", entry.name});
      if (entry.kind == FileKind::kDirectory) Folder(below);
      if (entry.kind == FileKind::kOther) Add(Veil::Kind::kEmptyFile, below);
    }
  }

  std::vector<Mount> mounts_ = Mounts();
  std::vector<Veil> out_;
};

bool Draw(const Veil& veil, int empty) {
  const char* const target = veil.target.c_str();
  if (veil.kind == Veil::Kind::kEmptyFile) return ::mount(kNothing, target, nullptr, MS_BIND, nullptr) == 0;
  if (veil.kind == Veil::Kind::kEmptyFolder) return ::mount(kEmpty, target, nullptr, MS_BIND, nullptr) == 0;
  const int lower = ::open(target, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (lower < 0) return false;
  char data[128];
  // By descriptors, as a path may hold the colons that separate them. Inode numbers tell files apart as they did.
  (void)std::snprintf(data, sizeof data, "lowerdir=/proc/self/fd/%d:/proc/self/fd/%d,redirect_dir=nofollow,xino=on",
                      lower, empty);
  const bool done = ::mount("overlay", target, "overlay", MS_RDONLY | MS_NOSUID | MS_NODEV, data) == 0;
  const int why = errno;
  ::close(lower);
  errno = why;
  return done;
}

}  // namespace

Result<std::vector<Veil>> PlanVeils(const std::string& path) { return Planner().Plan(path); }

const char* DrawVeils(const std::vector<Veil>& veils) {
  if (veils.empty()) return nullptr;
  const int file = ::open(kNothing, O_CREAT | O_WRONLY | O_CLOEXEC, 0444);
  if (::mkdir(kEmpty, 0555) != 0 || file < 0) return "an empty folder";
  ::close(file);
  const int empty = ::open(kEmpty, O_PATH | O_DIRECTORY | O_CLOEXEC);
  for (const Veil& veil : veils) {
    // What has gone since needs none, nor does what this user cannot reach.
    if (!Draw(veil, empty) && errno != ENOENT && errno != EACCES) return veil.target.c_str();
  }
  ::close(empty);
  return nullptr;
}

}  // namespace heddle::sys
