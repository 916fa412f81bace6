#include "facts/git_index.h"

#include <algorithm>

#include "base/text.h"

namespace heddle::facts {
namespace {

constexpr size_t kMaxPath = 4096;

class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  bool ok() const { return ok_; }
  size_t at() const { return at_; }

  uint32_t Number(int width) {
    const std::string_view part = Take(static_cast<size_t>(width));
    uint32_t value = 0;
    for (char c : part) value = value << 8 | static_cast<uint8_t>(c);
    return value;
  }

  std::string_view Take(size_t size) {
    if (size > bytes_.size() - at_) return ok_ = false, std::string_view();
    at_ += size;
    return bytes_.substr(at_ - size, size);
  }

  // Up to the next NUL, which is passed over.
  std::string_view Text() {
    const size_t end = bytes_.find('\0', at_);
    if (end == bytes_.npos || end - at_ > kMaxPath) return ok_ = false, std::string_view();
    const std::string_view out = bytes_.substr(at_, end - at_);
    at_ = end + 1;
    return out;
  }

  // The variable width number of version 4: 7 bits a byte, most significant first, each continuation adds one.
  size_t Varint() {
    size_t value = 0;
    for (int i = 0; i < 4; ++i) {
      const uint32_t byte = Number(1);
      value = i == 0 ? byte & 127 : (value + 1) << 7 | (byte & 127);
      if ((byte & 128) == 0) return value;
    }
    ok_ = false;
    return 0;
  }

 private:
  std::string_view bytes_;
  size_t at_ = 0;
  bool ok_ = true;
};

// One entry: 40 bytes of stat data, the hash, flags, the path. `previous` is the path before it (version 4 shares its
// beginning).
std::string ReadEntry(Reader& in, uint32_t version, size_t hash, const std::string& previous) {
  const size_t start = in.at();
  (void)in.Take(40 + hash);
  const uint32_t flags = in.Number(2);
  if ((flags & 0x4000) != 0) (void)in.Number(2);  // extended flags
  if (version == 4) {
    const size_t dropped = in.Varint();
    const size_t kept = previous.size() - std::min(dropped, previous.size());
    return Cat({std::string_view(previous).substr(0, kept), in.Text()});
  }
  std::string path(in.Text());
  // Padded with NUL bytes to a multiple of eight; one of them has been read.
  const size_t used = in.at() - start;
  (void)in.Take((8 - used % 8) % 8);
  return path;
}

std::optional<std::vector<std::string>> ReadEntries(std::string_view bytes, uint32_t version, uint32_t count,
                                                    size_t hash) {
  Reader in(bytes);
  (void)in.Take(12);
  std::vector<std::string> out;
  std::string previous;
  for (uint32_t i = 0; i < count; ++i) {
    std::string path = ReadEntry(in, version, hash, previous);
    if (!in.ok() || path.empty() || path.size() > kMaxPath) return std::nullopt;
    if (!out.empty() && path < out.back()) return std::nullopt;  // the index is sorted
    previous = path;
    out.push_back(std::move(path));
  }
  return out;
}

}  // namespace

Result<GitIndex> GitIndex::Parse(std::string_view bytes) {
  Reader in(bytes);
  const bool signature = in.Take(4) == "DIRC";
  const uint32_t version = in.Number(4), count = in.Number(4);
  if (!signature || !in.ok() || version < 2 || version > 4 || count > bytes.size() / 40)
    return Error{Code::kInvalid, "not an index file of a known version"};
  GitIndex out;
  for (size_t hash : {20, 32}) {
    if (auto paths = ReadEntries(bytes, version, count, hash)) {
      out.paths_ = *std::move(paths);
      return out;
    }
  }
  return Error{Code::kInvalid, "the index file is cut short or damaged"};
}

bool GitIndex::Tracks(std::string_view path) const { return std::binary_search(paths_.begin(), paths_.end(), path); }

std::optional<WorkTree> FindWorkTree(const sys::Files& files, const std::string& directory) {
  std::string top = directory;
  for (int depth = 0; depth < 64; ++depth) {
    const std::string dot = Cat({top == "/" ? "" : top, "/.git"});
    const auto kind = files.Look(dot).kind;
    std::string git = kind == sys::FileKind::kDirectory ? dot : "";
    if (kind == sys::FileKind::kFile) {
      const auto text = files.Read(dot, 4096);
      if (!text || !text->starts_with("gitdir: ")) return std::nullopt;
      git = std::string(Trim(std::string_view(*text).substr(8)));
      if (!git.starts_with("/")) git = sys::CleanPath(Cat({top, "/", git}));
    }
    if (!git.empty()) {
      const auto bytes = files.Read(Cat({git, "/index"}), 64 << 20);
      if (!bytes) return std::nullopt;
      auto index = GitIndex::Parse(*bytes);
      if (!index) return std::nullopt;
      return WorkTree{top, *std::move(index)};
    }
    if (top == "/" || top.empty()) return std::nullopt;
    top = sys::DirName(top);
  }
  return std::nullopt;
}

}  // namespace heddle::facts
