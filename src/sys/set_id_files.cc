#include "sys/set_id_files.h"

#include <fcntl.h>

#include <algorithm>
#include <iterator>

namespace heddle::sys {
namespace {

constexpr mode_t kBits = S_ISUID | S_ISGID;

}  // namespace

bool SetIdFiles::HasLost(const File& it) {
  struct stat now = {};
  return it.file && ::fstat(it.file.get(), &now) == 0 && (now.st_mode & it.bits) != it.bits;
}

SetIdFiles::File* SetIdFiles::Find(const struct stat& st) {
  auto* const found = std::find_if(std::begin(files_), std::end(files_), [&](const File& it) {
    return it.file && it.device == st.st_dev && it.inode == st.st_ino;
  });
  return found == std::end(files_) ? nullptr : found;
}

bool SetIdFiles::Forget(const char* path) {
  struct stat st = {};
  File* const found = ::stat(path, &st) == 0 ? Find(st) : nullptr;
  if (found == nullptr) return false;
  const bool lost = HasLost(*found);
  found->file.Close();
  return lost;
}

bool SetIdFiles::Note(const char* path) {
  struct stat st = {};
  if (::stat(path, &st) != 0 || !S_ISREG(st.st_mode) || (st.st_mode & kBits) == 0 || Find(st) != nullptr) return true;
  auto* const free = std::find_if(std::begin(files_), std::end(files_), [](const File& it) { return !it.file; });
  if (free == std::end(files_)) return false;
  free->file = Fd(::open(path, O_PATH | O_CLOEXEC));
  free->device = st.st_dev;
  free->inode = st.st_ino;
  free->bits = st.st_mode & kBits;
  return static_cast<bool>(free->file);
}

bool SetIdFiles::AnyLost() const { return std::any_of(std::begin(files_), std::end(files_), HasLost); }

}  // namespace heddle::sys
