// ApplyJournal: what an apply is about to do, on disk before it does it, so that the next try can take back one that
// was cut off. It lies in a folder of the user's own and not in the tree: a tree comes from anywhere, and what its files
// say must not move others.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/apply/extended.h"
#include "cli/apply/tree.h"

namespace heddle::cli {

// One step: what is done, with which file of the stage, at which path of the tree.
struct Step {
  enum class Kind : char {
    kTakeAway = 'd',
    kPut = 'a',
    kExchange = 'm',
    kMakeFolder = 'k',
    kAttributes = 'p',  // of a directory, which had `state` and `extended`
    kClosed = 'c'
  };
  Kind kind = Kind::kPut;
  uint64_t number = 0;  // names the file in the stage
  uint64_t before = 0;  // inode of what was at the path
  std::string path;
  FileState state;  // of a directory before; else of what comes to the path, where that is made beforehand
  Extended extended;
};

class ApplyJournal {
 public:
  // An empty one for `tree`, locked for as long as the object lives.
  static Result<ApplyJournal> Make(const Tree& tree);
  // Those of `tree` that applies which are no more have left behind.
  static std::vector<ApplyJournal> LeftBehind(const Tree& tree);

  const std::string& stage() const { return stage_; }  // the name of the folder in the tree that belongs to it
  int64_t tree_modified_ns() const { return tree_modified_ns_; }  // before there was a stage in it
  Result<> Note(const std::vector<Step>& steps);                  // on disk when it returns
  Result<std::vector<Step>> Steps() const;
  void Remove();

 private:
  ApplyJournal(std::string path, std::string stage, int64_t tree_modified_ns, sys::Fd file)
      : path_(std::move(path)), stage_(std::move(stage)), tree_modified_ns_(tree_modified_ns), file_(std::move(file)) {}
  std::string path_, stage_;
  int64_t tree_modified_ns_ = 0;
  sys::Fd file_;
};

}  // namespace heddle::cli
