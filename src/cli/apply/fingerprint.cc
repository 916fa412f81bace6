#include "cli/apply/fingerprint.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "base/text.h"
#include "cli/apply/tree.h"
#include "sys/part_file.h"

namespace heddle::cli {
namespace {

constexpr size_t kChunk = size_t{1} << 20;

Error Failed(const std::string& name) {
  return {Code::kUnavailable, Cat({ForTerminal(name), ": cannot be read: ", Lower(std::strerror(errno))})};
}

// What of an entry of a directory counts, besides its contents.
std::string Line(const std::string& name, const FileState& state) {
  std::string out = Cat({name, std::string_view("\0", 1)});
  for (const uint64_t part :
       {state.inode, uint64_t{state.mode}, uint64_t{state.owner}, uint64_t{state.group}, state.size,
        static_cast<uint64_t>(state.modified_ns), static_cast<uint64_t>(state.changed_ns)})
    out += Cat({std::to_string(part), " "});
  return out;
}

Result<std::vector<std::string>> SortedNames(int folder, const std::string& path) {
  const int copy = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR* dir = copy < 0 ? nullptr : ::fdopendir(copy);
  if (dir == nullptr) return Failed(path);
  std::vector<std::string> out;
  while (const dirent* entry = ::readdir(dir)) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") out.emplace_back(name);
  }
  ::closedir(dir);
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

Result<std::string> Fingerprints::Of(int folder, const std::string& name) {
  const FileState state = StateAt(folder, name);
  if (state.regular()) return OfFile(folder, name);
  if (state.directory()) return OfFolder(folder, name);
  std::string target(4096, '\0');
  const ssize_t size = S_ISLNK(state.mode) ? ::readlinkat(folder, name.c_str(), target.data(), target.size()) : 0;
  if (size < 0) return Failed(name);
  return sys::Sha256(std::string_view(target).substr(0, static_cast<size_t>(size)));
}

Result<std::string> Fingerprints::OfFile(int folder, const std::string& name) {
  const sys::Fd file(::openat(folder, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file) return Failed(name);
  std::string hash, chunk;
  for (;;) {
    chunk.resize(kChunk);
    const ssize_t got = ::read(file.get(), chunk.data(), chunk.size());
    if (got < 0) return Failed(name);
    if (got == 0) return hash.empty() ? sys::Sha256("") : hash;
    over_ = over_ || left_ < static_cast<uint64_t>(got);
    if (over_) return std::string();
    left_ -= static_cast<uint64_t>(got);
    chunk.resize(static_cast<size_t>(got));
    hash = sys::Sha256(Cat({hash, chunk}));
  }
}

Result<std::string> Fingerprints::OfFolder(int folder, const std::string& name) {
  std::string hash;
  std::vector<std::string> waiting = {name};
  while (!waiting.empty()) {
    const std::string at = std::move(waiting.back());
    waiting.pop_back();
    const sys::Fd here = OpenBeneath(folder, at, O_RDONLY | O_DIRECTORY);
    if (!here) return Failed(at);
    TRY_ASSIGN(const auto names, SortedNames(here.get(), at));
    std::string lines = hash;
    for (const std::string& entry : names) {
      const FileState state = StateAt(here.get(), entry);
      lines += Line(entry, state);
      if (state.directory()) {
        waiting.push_back(Cat({at, "/", entry}));
        continue;
      }
      TRY_ASSIGN(const std::string of, Of(here.get(), entry));
      if (over_) return std::string();
      lines += of;
    }
    hash = sys::Sha256(lines);
  }
  return hash;
}

}  // namespace heddle::cli
