// FilesChange: what is done to the files of a request: delete, copy, move, replace, permissions, archives, names.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ask/files_find.h"

namespace heddle::ask {

class FilesChange : public FilesFind {
 public:
  using FilesFind::FilesFind;

  // Nothing when the request does not say enough.
  std::optional<std::string> Delete();
  std::optional<std::string> Transfer();
  std::optional<std::string> Replace();
  std::optional<std::string> Change(std::string_view command, const std::string& value);
  static std::string TarFlags(std::string_view archive);
  std::optional<std::string> Archive();
  std::optional<std::string> Each(std::string_view command);
  std::optional<std::string> RenameExtension();
  std::optional<std::string> RenameLoop(const std::string& target, std::string pattern = "*");
};

}  // namespace heddle::ask
