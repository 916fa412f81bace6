#include "sys/files.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/text.h"

namespace heddle::sys {
namespace {

Error FromErrno(const std::string& path, int number) {
  const Code code = number == ENOENT || number == ENOTDIR ? Code::kNotFound
                    : number == EACCES || number == EPERM ? Code::kDenied
                                                          : Code::kUnavailable;
  return {code, path + ": " + Lower(std::strerror(number))};
}

FileInfo FromStat(const struct stat& st) {
  FileInfo info;
  info.kind = S_ISREG(st.st_mode)                          ? FileKind::kFile
              : S_ISDIR(st.st_mode)                        ? FileKind::kDirectory
              : S_ISLNK(st.st_mode)                        ? FileKind::kLink
              : S_ISBLK(st.st_mode) || S_ISCHR(st.st_mode) ? FileKind::kDevice
                                                           : FileKind::kOther;
  info.size = static_cast<uint64_t>(st.st_size);
  info.mtime_ns = st.st_mtim.tv_sec * 1'000'000'000LL + st.st_mtim.tv_nsec;
  info.mode = st.st_mode & 07777;
  info.inode = st.st_ino;
  return info;
}

class RealFiles final : public Files {
 public:
  Result<std::string> Read(const std::string& path, uint64_t limit) const override {
    auto out = ReadHead(path, limit + 1);
    if (out && out->size() > limit) return Error{Code::kTooLarge, Cat({path, ": larger than ", HumanBytes(limit)})};
    return out;
  }

  Result<std::string> ReadHead(const std::string& path, uint64_t limit) const override {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return FromErrno(path, errno);
    std::string out;
    char chunk[65536];
    for (;;) {
      const ssize_t got = ::read(fd, chunk, sizeof chunk);
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) {
        const int number = errno;
        ::close(fd);
        if (got < 0) return FromErrno(path, number);
        return out;
      }
      out.append(chunk, static_cast<size_t>(got));
      if (out.size() >= limit) {
        ::close(fd);
        out.resize(limit);
        return out;
      }
    }
  }

  Result<> WriteAtomic(const std::string& path, std::string_view bytes, uint32_t mode) const override {
    std::string temporary = path + ".XXXXXX";
    const int fd = ::mkostemp(temporary.data(), O_CLOEXEC);
    if (fd < 0) return FromErrno(path, errno);
    int failure = 0;
    for (size_t at = 0; at < bytes.size() && failure == 0;) {
      const ssize_t put = ::write(fd, bytes.data() + at, bytes.size() - at);
      if (put >= 0) {
        at += static_cast<size_t>(put);
      } else if (errno != EINTR) {
        failure = errno;
      }
    }
    if (failure == 0 && (::fchmod(fd, mode) != 0 || ::fsync(fd) != 0)) failure = errno;
    ::close(fd);
    if (failure == 0 && ::rename(temporary.c_str(), path.c_str()) != 0) failure = errno;
    if (failure == 0) return {};
    ::unlink(temporary.c_str());
    return FromErrno(path, failure);
  }

  FileInfo Look(const std::string& path) const override {
    struct stat st;
    return ::lstat(path.c_str(), &st) == 0 ? FromStat(st) : FileInfo{};
  }

  FileInfo LookThrough(const std::string& path) const override {
    struct stat st;
    return ::stat(path.c_str(), &st) == 0 ? FromStat(st) : FileInfo{};
  }

  Result<std::vector<DirectoryEntry>> List(const std::string& path) const override {
    DIR* dir = ::opendir(path.c_str());
    if (dir == nullptr) return FromErrno(path, errno);
    std::vector<DirectoryEntry> out;
    while (const dirent* entry = ::readdir(dir)) {
      const std::string_view name = entry->d_name;
      if (name == "." || name == "..") continue;
      const FileKind kind = entry->d_type == DT_REG       ? FileKind::kFile
                            : entry->d_type == DT_DIR     ? FileKind::kDirectory
                            : entry->d_type == DT_LNK     ? FileKind::kLink
                            : entry->d_type == DT_UNKNOWN ? Look(Cat({path, "/", name})).kind
                                                          : FileKind::kOther;
      out.push_back({std::string(name), kind});
    }
    ::closedir(dir);
    return out;
  }

  std::string Resolve(const std::string& path) const override {
    char buffer[PATH_MAX];
    return ::realpath(path.c_str(), buffer) != nullptr ? std::string(buffer) : std::string();
  }

  Result<> MakeDirectories(const std::string& path, uint32_t mode) const override {
    for (size_t at = 1; at <= path.size(); ++at) {
      if (at != path.size() && path[at] != '/') continue;
      const std::string part = path.substr(0, at);
      if (::mkdir(part.c_str(), mode) != 0 && errno != EEXIST) {
        const int number = errno;
        if (LookThrough(part).kind != FileKind::kDirectory) return FromErrno(part, number);
      }
    }
    return {};
  }

  Result<> Rename(const std::string& from, const std::string& to) const override {
    if (::rename(from.c_str(), to.c_str()) != 0) return FromErrno(from, errno);
    return {};
  }

  Result<> MakeLink(const std::string& target, const std::string& path) const override {
    if (::symlink(target.c_str(), path.c_str()) != 0) return FromErrno(path, errno);
    return {};
  }

  Result<> RemoveTree(const std::string& path) const override {
    std::error_code error;
    std::filesystem::remove_all(path, error);
    if (error) return FromErrno(path, error.value());
    return {};
  }
};

}  // namespace

const Files& SystemFiles() {
  static const RealFiles files;
  return files;
}

std::string CurrentDirectory() {
  char buffer[PATH_MAX];
  return ::getcwd(buffer, sizeof buffer) != nullptr ? std::string(buffer) : std::string("/");
}

std::string CleanPath(std::string_view path) {
  std::vector<std::string_view> kept;
  const bool absolute = !path.empty() && path[0] == '/';
  for (auto part : Split(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (part == ".." && !kept.empty() && kept.back() != "..") {
      kept.pop_back();
    } else if (part != ".." || !absolute) {
      kept.push_back(part);
    }
  }
  std::string out = absolute ? "/" : "";
  for (size_t i = 0; i < kept.size(); ++i) out += Cat({i > 0 ? "/" : "", kept[i]});
  return out.empty() ? "." : out;
}

std::string BaseName(std::string_view path) {
  while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
  const size_t slash = path.rfind('/');
  return std::string(slash == path.npos || path.size() == 1 ? path : path.substr(slash + 1));
}

std::string DirName(std::string_view path) {
  while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
  const size_t slash = path.rfind('/');
  if (slash == path.npos) return ".";
  return std::string(slash == 0 ? path.substr(0, 1) : path.substr(0, slash));
}

}  // namespace heddle::sys
