// Stage: the folder of a tree in which an apply keeps new files before their step and old ones after it, as only a
// rename within one file system is made whole by the kernel.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "cli/apply/changes.h"
#include "cli/apply/journal.h"

namespace heddle::cli {

class Stage {
 public:
  static Result<Stage> Make(const Tree& tree, const std::string& name);
  static Result<Stage> Reopen(const Tree& tree, const std::string& name);  // kNotFound when there is none

  // What the overlay has at `from`, as `number`.
  Result<> Copy(const std::string& from, const Change& change, uint64_t number);
  // Another name of a file of the stage, or of one of the tree.
  Result<> Link(uint64_t of, uint64_t number);
  Result<> Link(const Tree& tree, const std::string& path, uint64_t number);

  Result<> Do(const Tree& tree, const Step& step);
  // Also when it was never done. kDenied when something else has come in its place since: nothing is then lost, here or
  // there.
  Result<> TakeBack(const Tree& tree, const Step& step);

  FileState State(uint64_t number) const;
  int folder() const { return folder_.get(); }
  std::string path() const { return path_; }
  Result<> Sync(size_t files) const;  // what its files hold is on disk when it returns
  Result<> SyncNames() const;         // and so are the steps that were done with it
  // With all that is kept in it; the tree's own time and mode stay as they are.
  void Remove(const Tree& tree);

 private:
  Stage(std::string path, sys::Fd folder) : path_(std::move(path)), folder_(std::move(folder)) {}
  std::string path_;
  sys::Fd folder_;
};

}  // namespace heddle::cli
