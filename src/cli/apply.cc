#include "cli/apply.h"

#include <sys/stat.h>

#include <map>

#include "base/text.h"
#include "cli/stage.h"
#include "sys/files.h"

namespace heddle::cli {
namespace {

using Kind = Change::Kind;

Error Refused(const Tree& tree, const Change& change, std::string_view why) {
  return {Code::kDenied, Cat({"nothing was applied: ", ForTerminal(Cat({tree.path(), "/", change.path})), " ", why})};
}

Result<> CheckAll(const std::vector<Change>& changes, const Tree& tree, int64_t mark_ns) {
  for (const Change& change : changes) {
    TRY_ASSIGN(const std::string why, Obstacle(change, tree, mark_ns));
    if (!why.empty()) return Refused(tree, change, why);
    if (change.same.empty()) continue;
    TRY_ASSIGN(const FileState same, tree.State(change.same));
    if (same.changed_ns >= mark_ns)
      return Refused(tree, change, "is another name of a file that has changed meanwhile");
  }
  return {};
}

class Applying {
 public:
  Applying(const std::vector<Change>& changes, const std::string& upper, const Tree& tree)
      : changes_(changes), upper_(upper), tree_(tree) {}

  // Copies only: nothing of the tree's own is touched.
  Result<> Prepare(Stage& stage) {
    std::map<uint64_t, uint64_t> copied;  // inode in the overlay: number in the stage
    for (size_t i = 0; i < changes_.size(); ++i) {
      const Change& change = changes_[i];
      if (change.kind == Kind::kDeleted || change.after.directory()) continue;
      const bool several = change.after.links > 1;
      const auto first = copied.find(change.after.inode);
      if (several && first != copied.end()) {
        TRY(stage.Link(first->second, i));
      } else if (several && !change.same.empty()) {
        TRY(stage.Link(tree_, change.same, i));
      } else {
        TRY(stage.Copy(Cat({upper_, "/", change.path}), change.after, i));
      }
      copied.emplace(change.after.inode, i);
    }
    return {};
  }

  Result<> Commit(Stage& stage) {
    for (size_t i = 0; i < changes_.size(); ++i) {
      const Change& change = changes_[i];
      const Step step = StepOf(change, i);
      TRY(stage.Note(step));
      done_.push_back(step);
      TRY(stage.Do(tree_, step));
      TRY(Verify(stage, change, step));
    }
    // Last, as a directory may have to be written to that nobody may write to afterwards.
    for (auto change = changes_.rbegin(); change != changes_.rend(); ++change) {
      if (change->kind == Kind::kDeleted || !change->after.directory()) continue;
      TRY(CopyAttributes(tree_, change->path, Cat({upper_, "/", change->path}), change->after));
    }
    return {};
  }

  Result<> TakeBack(Stage& stage) {
    for (auto step = done_.rbegin(); step != done_.rend(); ++step) TRY(stage.TakeBack(tree_, *step));
    return {};
  }

 private:
  static Step StepOf(const Change& change, uint64_t number) {
    Step out = {.number = number, .inode = change.before.inode, .mode = change.before.mode, .path = change.path};
    const bool folder = change.after.directory();
    if (change.kind == Kind::kDeleted)
      out.kind = Step::Kind::kTakeAway;
    else if (change.kind == Kind::kAdded)
      out.kind = folder ? Step::Kind::kMakeFolder : Step::Kind::kPut;
    else
      out.kind = folder ? Step::Kind::kAttributes : Step::Kind::kExchange;
    return out;
  }

  // What has just been moved out of the tree must be what was looked at before; only its ctime may have moved with it.
  Result<> Verify(Stage& stage, const Change& change, const Step& step) {
    if (step.kind != Step::Kind::kTakeAway && step.kind != Step::Kind::kExchange) return {};
    FileState now = stage.State(step.number);
    now.changed_ns = change.before.changed_ns;
    if (now == change.before) return {};
    return Refused(tree_, change, "has changed meanwhile");
  }

  const std::vector<Change>& changes_;
  const std::string& upper_;
  const Tree& tree_;
  std::vector<Step> done_;
};

}  // namespace

Result<> ApplyChanges(const std::vector<Change>& changes, const std::string& upper, const Tree& tree, int64_t mark_ns) {
  TRY(CheckAll(changes, tree, mark_ns));
  TRY_ASSIGN(Stage stage, Stage::Make(tree));
  Applying applying(changes, upper, tree);
  auto done = applying.Prepare(stage);
  if (done) done = applying.Commit(stage);
  if (!done) {
    if (const auto back = applying.TakeBack(stage); !back) {
      return std::move(done).error().Context(
          Cat({"some of the changes are applied and could not be taken back (", back.error().message,
               "); the originals are in ", ForTerminal(stage.path())}));
    }
  }
  stage.Remove();
  return done;
}

Result<int> TakeBackCutOff(const Tree& tree) {
  TRY_ASSIGN(const auto entries, sys::SystemFiles().List(tree.path()));
  int out = 0;
  for (const auto& entry : entries) {
    if (!entry.name.starts_with(kStagePrefix)) continue;
    auto stage = Stage::Reopen(tree, entry.name);
    if (!stage) continue;  // another's, or still at work
    TRY_ASSIGN(const auto steps, stage->Steps());
    const bool closed = !steps.empty() && steps.back().kind == Step::Kind::kClosed;
    for (auto step = steps.rbegin(); step != steps.rend() && !closed; ++step) {
      if (auto back = stage->TakeBack(tree, *step); !back)
        return std::move(back).error().Context(Cat({"an apply that was cut off left ", ForTerminal(stage->path())}));
    }
    stage->Remove();
    if (!closed) ++out;
  }
  return out;
}

}  // namespace heddle::cli
