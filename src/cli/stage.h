// Stage: the folder of a tree in which an apply keeps new files before and old ones after their step, and its journal.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cli/changes.h"

namespace heddle::cli {

// One step: what is done, with which file of the stage, at which path of the tree.
struct Step {
  enum class Kind : char {
    kTakeAway = 'd',
    kPut = 'a',
    kExchange = 'm',
    kMakeFolder = 'k',
    kAttributes = 'p',
    kClosed = 'c'
  };
  Kind kind = Kind::kPut;
  uint64_t number = 0;  // names the file in the stage
  uint64_t inode = 0;   // of what was at the path
  uint32_t mode = 0;    // of what was at the path
  std::string path;
};

constexpr std::string_view kStagePrefix = ".heddle-apply-";

class Stage {
 public:
  static Result<Stage> Make(const Tree& tree);
  static Result<Stage> Reopen(const Tree& tree, const std::string& name);  // kUnavailable while another applies from it

  // A copy of an overlay's file with its mode, owner, times and attributes; kDenied for what cannot be copied.
  Result<> Copy(const std::string& from, const FileState& state, uint64_t number);
  // Another name of a file of the stage, or of one of the tree.
  Result<> Link(uint64_t of, uint64_t number);
  Result<> Link(const Tree& tree, const std::string& path, uint64_t number);

  Result<> Note(const Step& step);  // on disk when it returns
  Result<std::vector<Step>> Steps() const;
  Result<> Do(const Tree& tree, const Step& step);
  Result<> TakeBack(const Tree& tree, const Step& step);  // also when it was never done
  FileState State(uint64_t number) const;
  std::string path() const { return path_; }
  // With all that is kept in it. From here on there is nothing to take back.
  void Remove();

 private:
  Stage(std::string path, sys::Fd folder, sys::Fd journal)
      : path_(std::move(path)), folder_(std::move(folder)), journal_(std::move(journal)) {}
  std::string path_;
  sys::Fd folder_, journal_;
};

// Mode, owner and attributes of a directory as the overlay has them.
Result<> CopyAttributes(const Tree& tree, const std::string& path, const std::string& from, const FileState& state);

}  // namespace heddle::cli
