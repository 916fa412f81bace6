#include "shell/line_files.h"

#include <algorithm>

#include "base/text.h"

namespace heddle::shell {
namespace {

constexpr size_t kMaxFiles = 256;

}  // namespace

void LineFiles::Write(const std::string& path, const Stream& content, bool append) {
  full_ |= files_.size() >= kMaxFiles && !files_.contains(path);
  if (full_) return;
  Stream& file = files_[path];
  const std::string before = append ? file.text : "";
  file = content;
  file.text = before + content.text;
}

void LineFiles::Download(const std::string& path) { Write(path, {std::string(1, kDownloaded)}, false); }

void LineFiles::Copy(const std::string& from, const std::string& to) {
  if (const Stream* source = Find(from)) Write(to, Stream(*source), false);
  if (const auto program = programs_.find(from); program != programs_.end()) Rename(program->second, to);
}

void LineFiles::Rename(const std::string& program, const std::string& to) {
  full_ |= programs_.size() >= kMaxFiles;
  if (!full_) programs_[to] = program;
}

std::string LineFiles::ProgramAt(const std::string& path) const {
  const auto found = programs_.find(path);
  return found != programs_.end() ? found->second : "";
}

const Stream* LineFiles::Find(const std::string& path) const {
  if (full_) return &anything_;
  const auto found = files_.find(path);
  if (found != files_.end()) return &found->second;
  const bool inside = std::any_of(folders_.begin(), folders_.end(), [&](const std::string& folder) {
    return path.starts_with(folder == "/" ? folder : folder + "/");
  });
  return inside ? &downloaded_ : nullptr;
}

std::vector<std::string> LineFiles::Matching(std::string_view pattern) const {
  std::vector<std::string> out;
  for (const auto& [path, content] : files_) {
    if (GlobMatch(pattern, path)) out.push_back(path);
  }
  return out;
}

void LineFiles::DownloadFolder(const std::string& path) {
  full_ |= folders_.size() >= kMaxFiles;
  if (!full_) folders_.push_back(path);
}

void LineFiles::Link(const std::string& target, const std::string& path) {
  full_ |= links_.size() >= kMaxFiles;
  if (!full_) links_[path] = target;
}

std::string LineFiles::Through(const std::string& path, bool last) const {
  for (const auto& [link, target] : links_) {
    if (last && path == link) return target;
    if (path.starts_with(link + "/")) return (target == "/" ? "" : target) + path.substr(link.size());
  }
  return "";
}

}  // namespace heddle::shell
