#include "cli/apply/extended.h"

#include <sys/stat.h>
#include <sys/xattr.h>

#include <cerrno>
#include <cstring>

#include "base/text.h"

namespace heddle::cli {
namespace {

constexpr std::string_view kNotes = "user.overlay.";
// How Linux 6.7 and later store what a program itself calls "user.overlay.X".
constexpr std::string_view kEscaped = "user.overlay.overlay.";
constexpr size_t kMaxList = 65536, kMaxValue = 65536;  // of the kernel (XATTR_LIST_MAX, XATTR_SIZE_MAX)

bool IsKept(std::string_view name) {
  return name.starts_with("user.") || name == "system.posix_acl_access" || name == "system.posix_acl_default" ||
         name == "security.capability";
}

// Through the descriptor, which f*xattr would refuse when it was opened with O_PATH.
std::string PathOf(int entry) { return Cat({"/proc/self/fd/", std::to_string(entry)}); }

Error Failed(std::string_view name) {
  return {errno == EPERM || errno == EACCES ? Code::kDenied : Code::kUnavailable,
          Cat({"extended attribute ", ForTerminal(name), ": ", Lower(std::strerror(errno))})};
}

// A file of the scratch, which is the user's own, lets its owner read it for as long as this lives.
class Opened {
 public:
  explicit Opened(const std::string& path) : path_(path) {
    struct stat st = {};
    if (::stat(path.c_str(), &st) != 0) return;
    mode_ = st.st_mode & 07777;
    opened_ = ::chmod(path.c_str(), mode_ | S_IRUSR) == 0;
  }
  ~Opened() {
    if (opened_) (void)::chmod(path_.c_str(), mode_);
  }
  Opened(const Opened&) = delete;
  Opened& operator=(const Opened&) = delete;

 private:
  const std::string& path_;
  mode_t mode_ = 0;
  bool opened_ = false;
};

// Of a file in an overlay also where its mode keeps its owner from reading it.
Result<std::string> Value(const std::string& path, const std::string& name, Seen seen) {
  std::string out(kMaxValue, '\0');
  ssize_t size = ::getxattr(path.c_str(), name.c_str(), out.data(), out.size());
  if (size < 0 && errno == EACCES && seen == Seen::kInOverlay) {
    const Opened opened(path);
    size = ::getxattr(path.c_str(), name.c_str(), out.data(), out.size());
    if (size < 0) return Failed(name);
  }
  if (size < 0) return Failed(name);
  out.resize(static_cast<size_t>(size));
  return out;
}

}  // namespace

Result<Extended> ReadExtended(int entry, Seen seen) {
  const std::string path = PathOf(entry);
  std::string names(kMaxList, '\0');
  const ssize_t size = ::listxattr(path.c_str(), names.data(), names.size());
  if (size < 0 && errno != ENOTSUP) return Failed("list");
  names.resize(size < 0 ? 0 : static_cast<size_t>(size));
  Extended out;
  for (const auto name : Split(names, '\0')) {
    if (!IsKept(name)) continue;
    const bool escaped = seen == Seen::kInOverlay && name.starts_with(kEscaped);
    if (seen == Seen::kInOverlay && name.starts_with(kNotes) && !escaped) continue;
    TRY_ASSIGN(std::string value, Value(path, std::string(name), seen));
    out.emplace(escaped ? Cat({kNotes, name.substr(kEscaped.size())}) : std::string(name), std::move(value));
  }
  return out;
}

Result<bool> IsOpaque(const std::string& path) {
  auto value = Value(path, Cat({kNotes, "opaque"}), Seen::kInOverlay);
  if (value) return *value == "y";
  if (errno == ENODATA || errno == ENOTSUP) return false;
  return std::move(value).error();
}

Result<> WriteExtended(int entry, const Extended& wanted) {
  TRY_ASSIGN(const Extended now, ReadExtended(entry, Seen::kPlain));
  const std::string path = PathOf(entry);
  for (const auto& [name, value] : now) {
    if (!wanted.contains(name) && ::removexattr(path.c_str(), name.c_str()) != 0) return Failed(name);
  }
  for (const auto& [name, value] : wanted) {
    const auto there = now.find(name);
    if (there != now.end() && there->second == value) continue;
    if (::setxattr(path.c_str(), name.c_str(), value.data(), value.size(), 0) != 0) return Failed(name);
  }
  return {};
}

std::string Packed(const Extended& attributes) {
  std::string out;
  for (const auto& [name, value] : attributes)
    out += Cat({name, std::string_view("\0", 1), std::to_string(value.size()), std::string_view("\0", 1), value});
  return out;
}

Extended Unpacked(std::string_view bytes) {
  Extended out;
  while (!bytes.empty()) {
    const size_t name = bytes.find('\0');
    const size_t size = name == bytes.npos ? bytes.npos : bytes.find('\0', name + 1);
    if (size == bytes.npos) break;
    const auto length = ParseInt(bytes.substr(name + 1, size - name - 1));
    if (!length || *length < 0 || static_cast<size_t>(*length) > bytes.size() - size - 1) break;
    out.emplace(bytes.substr(0, name), bytes.substr(size + 1, static_cast<size_t>(*length)));
    bytes.remove_prefix(size + 1 + static_cast<size_t>(*length));
  }
  return out;
}

bool HasNotesOfOverlay(const Extended& attributes) {
  const auto first = attributes.lower_bound(std::string(kNotes));
  return first != attributes.end() && first->first.starts_with(kNotes);
}

}  // namespace heddle::cli
