#include "cli/apply/apply.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <map>

#include "base/text.h"
#include "cli/apply/journal.h"
#include "cli/apply/obstacle.h"
#include "cli/apply/replica.h"
#include "cli/apply/stage.h"

namespace heddle::cli {
namespace {

using Kind = Change::Kind;

Result<> TakeBackAll(Stage& stage, const Tree& tree, const std::vector<Step>& steps) {
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) TRY(stage.TakeBack(tree, *step));
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
        TRY(stage.Copy(Cat({upper_, "/", change.path}), change, i));
      }
      copied.emplace(change.after.inode, i);
    }
    return stage.Sync(copied.size());
  }

  // What is to be done, in order: first what directories are now, which is taken back last.
  Result<std::vector<Step>> Plan(const Stage& stage) const {
    std::vector<Step> out, moves;
    for (size_t i = 0; i < changes_.size(); ++i) {
      const Change& change = changes_[i];
      Step step = {.number = i, .before = change.before.inode, .path = change.path, .state = {}, .extended = {}};
      if (change.kind == Kind::kModified && change.after.directory()) {
        TRY_ASSIGN(step.state, tree_.State(change.path));
        step.kind = Step::Kind::kAttributes;
        step.extended = change.extended_before;
        out.push_back(std::move(step));
        continue;
      }
      step.kind = KindOf(change);
      step.state = stage.State(i);
      moves.push_back(std::move(step));
    }
    out.insert(out.end(), moves.begin(), moves.end());
    return out;
  }

  Result<> Commit(Stage& stage, const std::vector<Step>& steps) {
    for (const Step& step : steps) {
      if (step.kind == Step::Kind::kAttributes) TRY(LetWrite(step));
      TRY(stage.Do(tree_, step));
      if (step.kind == Step::Kind::kTakeAway || step.kind == Step::Kind::kExchange)
        TRY(CheckMovedAway(changes_[step.number], tree_, stage.folder(), std::to_string(step.number)));
    }
    TRY(SetFolders(steps));
    return stage.SyncNames();
  }

 private:
  // A directory in which its owner may change files, but may not rename any, as each step does; until the end.
  Result<> LetWrite(const Step& step) const {
    constexpr uint32_t kWrite = S_IWUSR | S_IXUSR;
    if (step.state.owner != ::geteuid() || (step.state.mode & kWrite) == kWrite) return {};
    TRY_ASSIGN(const sys::Fd folder, tree_.Entry(step.path));
    FileState open = step.state;
    open.mode |= kWrite;
    return SetAttributes(folder.get(), {.state = open, .extended = step.extended, .keep_time = true});
  }

  // Last, as a directory may have to be written to that nobody may write to afterwards, and what is in it first, as it
  // changes the directory's time.
  Result<> SetFolders(const std::vector<Step>& steps) const {
    std::map<std::string, int64_t> times;  // before the first step
    for (const Step& step : steps)
      if (step.kind == Step::Kind::kAttributes) times.emplace(step.path, step.state.modified_ns);
    for (auto change = changes_.rbegin(); change != changes_.rend(); ++change) {
      if (change->kind == Kind::kDeleted || !change->after.directory()) continue;
      const auto time = times.find(change->path);
      const bool others_changed_it = time != times.end() && time->second != change->before.modified_ns;
      TRY_ASSIGN(const sys::Fd folder, tree_.Entry(change->path));
      TRY(SetAttributes(folder.get(), {.state = change->after,
                                       .extended = change->extended_after,
                                       .keep_time = change->on_the_way && others_changed_it}));
    }
    return {};
  }

  static Step::Kind KindOf(const Change& change) {
    if (change.kind == Kind::kDeleted) return Step::Kind::kTakeAway;
    if (change.kind == Kind::kModified) return Step::Kind::kExchange;
    return change.after.directory() ? Step::Kind::kMakeFolder : Step::Kind::kPut;
  }

  const std::vector<Change>& changes_;
  const std::string& upper_;
  const Tree& tree_;
};

// `stranded`: something could not be taken back, so the stage and the journal have to stay.
Result<> Perform(Applying& applying, Stage& stage, ApplyJournal& journal, const Tree& tree, bool& stranded) {
  TRY(applying.Prepare(stage));
  TRY_ASSIGN(const std::vector<Step> steps, applying.Plan(stage));
  TRY(journal.Note(steps));
  auto done = applying.Commit(stage, steps);
  if (done) done = journal.Note({{.kind = Step::Kind::kClosed, .path = {}, .state = {}, .extended = {}}});
  if (done) return {};
  const auto back = TakeBackAll(stage, tree, steps);
  stranded = !back;
  if (back) return done;
  return std::move(done).error().Context(
      Cat({"some of the changes are applied and could not be taken back (", back.error().message,
           "); the originals are in ", ForTerminal(stage.path())}));
}

// One journal's steps; false when there was nothing to take back.
Result<bool> TakeBackOne(ApplyJournal& journal, const Tree& tree) {
  TRY_ASSIGN(const auto steps, journal.Steps());
  const bool closed = !steps.empty() && steps.back().kind == Step::Kind::kClosed;
  auto stage = Stage::Reopen(tree, journal.stage());
  if (!stage && stage.error().code != Code::kNotFound) return std::move(stage).error();
  if (stage && !closed) {
    if (auto back = TakeBackAll(*stage, tree, steps); !back)
      return std::move(back).error().Context(
          Cat({"an apply that was cut off cannot be taken back; move what you need out of ", ForTerminal(stage->path()),
               " and delete that folder"}));
  }
  if (!closed) TRY(journal.Note({{.kind = Step::Kind::kClosed, .path = {}, .state = {}, .extended = {}}}));
  if (stage) stage->Remove(tree);
  // Steps bring back the time of the tree's own directory; the stage itself had changed it before there were any.
  if (steps.empty()) {
    TRY_ASSIGN(const sys::Fd root, tree.Entry(""));
    (void)SetTime(root.get(), journal.tree_modified_ns());
  }
  journal.Remove();
  return !closed && stage && !steps.empty();
}

}  // namespace

Result<> ApplyChanges(const std::vector<Change>& changes, const std::string& upper, const Tree& tree, int64_t mark_ns) {
  TRY(CheckObstacles(changes, tree, mark_ns));
  TRY_ASSIGN(ApplyJournal journal, ApplyJournal::Make(tree));
  auto stage = Stage::Make(tree, journal.stage());
  if (!stage) {
    journal.Remove();
    return std::move(stage).error().Context("nothing was applied");
  }
  Applying applying(changes, upper, tree);
  bool stranded = false;
  auto done = Perform(applying, *stage, journal, tree, stranded);
  if (stranded) return done;
  stage->Remove(tree);
  journal.Remove();
  if (done || done.error().message.starts_with("nothing was applied")) return done;
  return std::move(done).error().Context("nothing was applied");
}

Result<int> TakeBackCutOff(const Tree& tree) {
  int out = 0;
  for (ApplyJournal& journal : ApplyJournal::LeftBehind(tree)) {
    TRY_ASSIGN(const bool taken_back, TakeBackOne(journal, tree));
    if (taken_back) ++out;
  }
  return out;
}

}  // namespace heddle::cli
