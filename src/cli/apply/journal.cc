#include "cli/apply/journal.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "base/text.h"
#include "sys/environment.h"
#include "sys/files.h"

namespace heddle::cli {
namespace {

// The first line: this word, device and inode of the tree, its stage, its path in base64, its time. Each further line
// is a step.
constexpr std::string_view kFirstWord = "heddle-apply-1";
constexpr std::string_view kStagePrefix = ".heddle-apply-";
constexpr size_t kStepWords = 10, kHeaderWords = 6;

// Where journals lie, the best first: the second is for a home that cannot be written to.
std::vector<std::string> Folders() {
  return {sys::DataDirectory() + "/applies", Cat({"/var/tmp/heddle-applies-", std::to_string(::geteuid())})};
}

// A folder that nobody else can put anything into.
bool IsOwn(const std::string& path) {
  struct stat st = {};
  return ::lstat(path.c_str(), &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == ::geteuid() && (st.st_mode & 022) == 0;
}

std::string RandomName() {
  uint64_t number = 0;
  (void)!::getrandom(&number, sizeof number, 0);
  char text[17];
  (void)std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(number));
  return text;
}

std::string Word(std::string_view bytes) { return bytes.empty() ? "-" : EncodeBase64(bytes); }

std::optional<std::string> Bytes(std::string_view word) { return word == "-" ? std::string() : DecodeBase64(word); }

// A path as steps have it, relative and clean: the last part of "a/.." would lead out of what was looked up.
bool LiesBelow(std::string_view path) {
  if (path.empty()) return true;  // the tree itself
  const auto parts = Split(path, '/');
  return path.find('\0') == path.npos && std::none_of(parts.begin(), parts.end(), [](std::string_view part) {
           return part.empty() || part == "." || part == "..";
         });
}

std::string Line(const Step& step) {
  std::string out = std::string(1, static_cast<char>(step.kind));
  for (const uint64_t part :
       {step.number, step.before, step.state.inode, uint64_t{step.state.mode}, uint64_t{step.state.owner},
        uint64_t{step.state.group}, static_cast<uint64_t>(step.state.modified_ns)})
    out += Cat({" ", std::to_string(static_cast<int64_t>(part))});
  return Cat({out, " ", Word(step.path), " ", Word(Packed(step.extended)), "\n"});
}

Result<Step> ParseLine(std::string_view line) {
  const auto words = SplitWords(line);
  const Error damaged = {Code::kInvalid, "a line of the journal is not whole"};
  if (words.size() != kStepWords) return damaged;
  int64_t parts[7] = {};
  for (size_t i = 0; i < std::size(parts); ++i) {
    const auto part = ParseInt(words[i + 1]);
    if (!part) return damaged;
    parts[i] = *part;
  }
  const auto path = Bytes(words[8]), extended = Bytes(words[9]);
  if (!path || !extended || !LiesBelow(*path)) return damaged;
  Step out = {.kind = static_cast<Step::Kind>(words[0][0]),
              .number = static_cast<uint64_t>(parts[0]),
              .before = static_cast<uint64_t>(parts[1]),
              .path = *path,
              .state = {},
              .extended = Unpacked(*extended)};
  out.state = {.exists = true,
               .inode = static_cast<uint64_t>(parts[2]),
               .mode = static_cast<uint32_t>(parts[3]),
               .owner = static_cast<uint32_t>(parts[4]),
               .group = static_cast<uint32_t>(parts[5]),
               .modified_ns = parts[6]};
  return out;
}

struct Header {
  std::string stage;
  int64_t modified_ns = 0;
};

// Of a journal, if it is one of `tree`.
std::optional<Header> HeaderFor(const std::string& text, const Tree& tree) {
  const auto words = SplitWords(std::string_view(text).substr(0, text.find('\n')));
  if (words.size() != kHeaderWords || words[0] != kFirstWord || !words[3].starts_with(kStagePrefix)) return {};
  const auto root = tree.State("");
  const auto path = DecodeBase64(words[4]);
  const auto time = ParseInt(words[5]);
  if (!root || !path || !time || words[3].find('/') != words[3].npos) return {};
  const bool same_inode = words[2] == std::to_string(root->inode);
  const bool same_place = *path == tree.path() || words[1] == std::to_string(root->device);
  if (!same_inode || !same_place) return {};
  return Header{std::string(words[3]), *time};
}

// One that was cut off before its first line was whole: nothing had begun.
void Sweep(const std::string& path) {
  const sys::Fd file(::open(path.c_str(), O_RDWR | O_NOFOLLOW | O_CLOEXEC));
  if (file && ::flock(file.get(), LOCK_EX | LOCK_NB) == 0) (void)::unlink(path.c_str());
}

Result<> WriteAndSync(int file, const std::string& text) {
  for (size_t done = 0; done < text.size();) {
    const ssize_t put = ::write(file, text.data() + done, text.size() - done);
    if (put < 0 && errno != EINTR)
      return Error{Code::kUnavailable, Cat({"the journal of the changes: ", Lower(std::strerror(errno))})};
    if (put > 0) done += static_cast<size_t>(put);
  }
  if (::fdatasync(file) == 0) return {};
  return Error{Code::kUnavailable, Cat({"the journal of the changes: ", Lower(std::strerror(errno))})};
}

}  // namespace

Result<ApplyJournal> ApplyJournal::Make(const Tree& tree) {
  TRY_ASSIGN(const FileState root, tree.State(""));
  const std::string name = RandomName();
  const std::string stage = Cat({kStagePrefix, name});
  for (const std::string& folder : Folders()) {
    (void)sys::SystemFiles().MakeDirectories(folder, 0700);
    if (!IsOwn(folder)) continue;
    const std::string path = Cat({folder, "/", name});
    sys::Fd file(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file || ::flock(file.get(), LOCK_EX | LOCK_NB) != 0) continue;
    if (!StateAt(AT_FDCWD, path).exists) continue;  // swept by another heddle before it was locked
    ApplyJournal out(path, stage, root.modified_ns, std::move(file));
    const auto written = WriteAndSync(
        out.file_.get(), Cat({kFirstWord, " ", std::to_string(root.device), " ", std::to_string(root.inode), " ", stage,
                              " ", Word(tree.path()), " ", std::to_string(root.modified_ns), "\n"}));
    if (written) return out;
    out.Remove();
  }
  return Error{Code::kUnavailable,
               "nothing was applied: there is no place for a journal, without which it could not be "
               "taken back; make the folder of heddle's data writable"};
}

std::vector<ApplyJournal> ApplyJournal::LeftBehind(const Tree& tree) {
  std::vector<ApplyJournal> out;
  for (const std::string& folder : Folders()) {
    const auto entries = IsOwn(folder) ? sys::SystemFiles().List(folder) : std::vector<sys::DirectoryEntry>();
    if (!entries) continue;
    for (const auto& entry : *entries) {
      const std::string path = Cat({folder, "/", entry.name});
      const auto text = sys::SystemFiles().Read(path);
      const auto header = text ? HeaderFor(*text, tree) : std::nullopt;
      const bool begun = text && text->find('\n') != text->npos;
      if (!header && !begun && text) Sweep(path);
      if (!header) continue;
      sys::Fd file(::open(path.c_str(), O_RDWR | O_APPEND | O_NOFOLLOW | O_CLOEXEC));
      if (!file || ::flock(file.get(), LOCK_EX | LOCK_NB) != 0) continue;  // still at work
      if (StateAt(AT_FDCWD, path).exists)
        out.push_back(ApplyJournal(path, header->stage, header->modified_ns, std::move(file)));
    }
  }
  return out;
}

Result<> ApplyJournal::Note(const std::vector<Step>& steps) {
  std::string text;
  for (const Step& step : steps) text += Line(step);
  return WriteAndSync(file_.get(), text);
}

Result<std::vector<Step>> ApplyJournal::Steps() const {
  TRY_ASSIGN(const std::string text, sys::SystemFiles().Read(path_));
  std::vector<Step> out;
  // A line that was cut off was never on disk as a whole, so nothing that it says was begun.
  for (size_t at = text.find('\n') + 1, end; (end = text.find('\n', at)) != text.npos; at = end + 1) {
    TRY_ASSIGN(Step step, ParseLine(std::string_view(text).substr(at, end - at)));
    out.push_back(std::move(step));
  }
  return out;
}

void ApplyJournal::Remove() { (void)::unlink(path_.c_str()); }

}  // namespace heddle::cli
