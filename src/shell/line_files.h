// LineFiles: the files that a command line itself writes or downloads, so that what it runs later is known. They belong
// to the machine, not to one shell: a subshell's files are seen by all.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "shell/value.h"

namespace heddle::shell {

class LineFiles {
 public:
  // All paths are made absolute and lexically clean first (CleanPath in places.h).
  void Write(const std::string& path, const Stream& content, bool append);
  void Download(const std::string& path);
  void Copy(const std::string& from, const std::string& to);

  // A copy of, or a link to, a program that was there before.
  void Rename(const std::string& program, const std::string& to);
  // The name of the program at `path`; empty when it is no such copy.
  std::string ProgramAt(const std::string& path) const;
  bool Knows(const std::string& path) const { return Find(path) != nullptr || programs_.contains(path); }

  // A folder whose files came from the network: a clone, an unpacked download.
  void DownloadFolder(const std::string& path);
  // A symbolic link, and a path with the links of this line followed, `last` where the last part is one too; empty when
  // it has none.
  void Link(const std::string& target, const std::string& path);
  std::string Through(const std::string& path, bool last) const;

  // The files of this line that a pattern selects.
  std::vector<std::string> Matching(std::string_view pattern) const;

  // What lies at `path`; nullptr when this line did not make it. Beyond 256 files anything may lie anywhere.
  const Stream* Find(const std::string& path) const;

 private:
  std::map<std::string, Stream, std::less<>> files_;
  std::map<std::string, std::string, std::less<>> programs_;  // path to name
  std::map<std::string, std::string, std::less<>> links_;     // path to target
  std::vector<std::string> folders_;                          // downloaded
  Stream downloaded_{std::string(1, kDownloaded)};
  Stream anything_{Unknown()};
  bool full_ = false;
};

}  // namespace heddle::shell
