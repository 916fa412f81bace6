#include "cli/undo/take_back.h"

#include <fcntl.h>
#include <sys/file.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "cli/undo/kept_files.h"
#include "sys/files.h"

namespace heddle::cli {
namespace {

FileState Now(const std::string& path) { return StateAt(AT_FDCWD, path); }

bool IsFree(const std::string& path) { return !Now(path).exists; }

// How one path is set right again. What is kept for the way back follows from it.
enum class Way {
  kUnmake,      // the command made what is there
  kAsBefore,    // the same file with the same bytes, but maybe another owner
  kAttributes,  // nothing else was kept
  kInPlace,     // the same file gets its bytes back
  kReplace,     // what was kept takes the place of what is there, if anything is
};

Way WayOf(const UndoItem& item, const FileState& now) {
  if (!item.before.exists) return Way::kUnmake;
  if (now.exists && !now.directory() && SameFile(now, item.before)) return Way::kAsBefore;
  if (item.link.empty() && item.copy.empty()) return Way::kAttributes;
  const bool itself = now.exists && now.inode == item.before.inode && now.device == item.before.device;
  return itself && now.regular() && !item.copy.empty() ? Way::kInPlace : Way::kReplace;
}

// Why one path cannot be taken back without losing what happened since; empty: it can.
std::string Obstacle(const UndoItem& item, bool force) {
  const FileState now = Now(item.path);
  if (!item.moved_to.empty()) {
    const FileState there = Now(item.moved_to);
    if (now.exists) return "something else is there by now; move it away first";
    const bool itself = there.inode == item.before.inode && there.device == item.before.device;
    return itself ? "" : Cat({"it is not at ", ForTerminal(item.moved_to), " any more"});
  }
  for (const auto& kept : {item.link, item.copy}) {
    if (!kept.empty() && IsFree(KeptPath(kept)) && !SameFile(now, item.before)) return "what was kept is gone";
  }
  if (force || item.taking) return "";
  if (!item.before.exists) {
    if (!now.exists) return "";
    if (!item.settled) return "it is not known whether it has changed since";
    const bool same = SameFile(now, item.after) && (item.digest.empty() || DigestOf(item.path) == item.digest);
    return same ? "" : "it has changed since";
  }
  if (!now.exists || SameFile(now, item.before)) return "";
  // A folder that was only partly deleted is joined.
  if (now.directory() && item.before.directory()) return "";
  if (!item.settled) return "";  // heddle was killed meanwhile; what is there is kept as well
  if (!item.after.exists) return "something else is there by now; move it away first";
  return SameFile(now, item.after) ? "" : "it has changed since";
}

// What must be kept so that this can be taken back in turn.
class Inverse {
 public:
  explicit Inverse(const std::vector<UndoItem>& items) {
    for (const auto& item : items) paths_.insert(item.path);
    for (const auto& item : items) Add(item);
  }

  UndoPlan Plan() const {
    UndoPlan out;
    for (const auto& [path, wish] : wishes_) out.wishes.push_back(wish);
    return out;
  }

 private:
  Wish& Note(const std::string& path) {
    Wish& wish = wishes_[path];
    wish.path = path;
    wish.before = Now(path);
    return wish;
  }

  void Add(const UndoItem& item) {
    if (!item.moved_to.empty()) return AddMove(item);
    Wish& wish = Note(item.path);
    const FileState& now = wish.before;
    if (!now.exists) return;
    const Way way = WayOf(item, now);
    wish.removed |= way == Way::kUnmake || (way == Way::kReplace && !now.directory());
    wish.tree |= wish.removed && now.directory();
    wish.written |= way == Way::kInPlace;
    const std::string& kept = item.link.empty() ? item.copy : item.link;
    if (now.directory() && item.before.directory() && !kept.empty()) {
      for (const auto& missing : MissingBelow(KeptPath(kept), item.path)) (void)Note(missing);
    }
  }

  // Back and forth is one move, unless something else is to be where it was moved from.
  void AddMove(const UndoItem& item) {
    Wish& wish = Note(item.moved_to);
    wish.removed = true;
    if (paths_.contains(item.moved_to) && !wish.before.directory())
      (void)Note(item.path);
    else
      wish.moved_to = item.path;
  }

  std::set<std::string> paths_;
  std::map<std::string, Wish> wishes_;
};

class Worker {
 public:
  explicit Worker(TakenBack& out) : out_(out) {}

  // In this order: what was moved must be back before what it replaced, and folders before what lies in them.
  Result<> Do(const std::vector<UndoItem>& items) {
    for (const auto& item : items) {
      if (!item.moved_to.empty()) TRY(MoveBack(item));
    }
    for (auto item = items.rbegin(); item != items.rend(); ++item) {
      if (item->moved_to.empty() && !item->before.exists) Unmake(*item);
    }
    for (const auto& item : items) {
      if (item.moved_to.empty() && item.before.exists) TRY(Restore(item));
    }
    for (auto item = items.rbegin(); item != items.rend(); ++item) {
      // Putting things into a folder has changed its times.
      if (item->moved_to.empty() && item->before.directory() && Now(item->path).directory())
        (void)SetBack(item->before, item->path, report_);
    }
    // Before what was kept goes, and not for each file.
    for (const auto& [device, path] : written_) TRY(Sync(sys::DirName(path)));
    for (const auto& path : report_.in_the_way) Left(path, "something else is there by now; move it away first");
    out_.notes = report_.not_kept;
    return {};
  }

  bool InTheWay(const std::string& path) const {
    return std::any_of(report_.in_the_way.begin(), report_.in_the_way.end(),
                       [&](const std::string& each) { return each == path || each.starts_with(path + "/"); });
  }

 private:
  void Done(std::string_view what, const std::string& path) {
    out_.done.push_back(Cat({what, " ", ForTerminal(path)}));
  }
  void Left(const std::string& path, std::string_view why) { out_.left.push_back(Cat({ForTerminal(path), ": ", why})); }

  Result<> MoveBack(const UndoItem& item) {
    TRY(PutBack(item.moved_to, item.path, report_));
    Done("moved back", item.path);
    return {};
  }

  void Unmake(const UndoItem& item) {
    if (IsFree(item.path)) return;
    if (RemoveKept(item.path))
      Done("removed", item.path);
    else
      Left(item.path, "cannot be removed");
  }

  Result<> Restore(const UndoItem& item) {
    const FileState now = Now(item.path);
    const std::string& kept = item.copy.empty() ? item.link : item.copy;
    const Way way = WayOf(item, now);
    if (way == Way::kAsBefore) return SetBack(item.before, item.path, report_);
    if (way == Way::kAttributes) {
      if (!now.exists) return Left(item.path, "is gone"), Result<>();
      TRY(SetBack(item.before, item.path, report_));
    } else if (way == Way::kInPlace) {
      TRY(WriteBack(KeptPath(item.copy), item.path, report_));
      written_.emplace(now.device, item.path);
    } else {
      if (now.exists && !now.directory() && !RemoveKept(item.path))
        return Left(item.path, "cannot be replaced"), Result<>();
      const uint64_t device = Now(KeptPath(kept)).device;
      TRY(PutBack(KeptPath(kept), item.path, report_));
      if (const FileState back = Now(item.path); back.device != device) written_.emplace(back.device, item.path);
    }
    if (InTheWay(item.path) && !now.directory()) std::erase(report_.in_the_way, item.path);  // of a folder above
    if (!InTheWay(item.path)) Done("restored", item.path);
    return {};
  }

  TakenBack& out_;
  PutBackReport report_;
  std::map<uint64_t, std::string> written_;  // by file system, a file that got bytes
};

bool Wanted(const UndoItem& item, const std::vector<std::string>& only) {
  return only.empty() || std::any_of(only.begin(), only.end(), [&](const std::string& path) {
           return item.path == path || item.path.starts_with(path + "/");
         });
}

Result<std::vector<UndoItem>> Choose(Journal& journal, int64_t id, const TakeBackOptions& options, TakenBack& out) {
  TRY_ASSIGN(auto items, journal.Items(id));
  std::vector<UndoItem> chosen;
  for (auto& item : items) {
    if (!Wanted(item, options.only)) continue;
    if (const std::string why = Obstacle(item, options.force); !why.empty())
      out.left.push_back(Cat({ForTerminal(item.path), ": ", why}));
    else
      chosen.push_back(std::move(item));
  }
  if (chosen.empty() && out.left.empty()) return Error{Code::kNotFound, "it has changed none of these paths"};
  return chosen;
}

// What is back need not be kept any longer; what was in the way of something stays.
Result<> LetGo(Journal& journal, const std::vector<UndoItem>& items, const Worker& worker) {
  std::vector<int64_t> back, left;
  for (const auto& item : items) (worker.InTheWay(item.path) ? left : back).push_back(item.row);
  TRY(journal.DropItems(back));
  for (const auto& item : items) {
    for (const auto& kept : {item.link, item.copy}) {
      if (!kept.empty() && !worker.InTheWay(item.path)) (void)RemoveKept(KeptPath(kept));
    }
  }
  return journal.MarkTaking(left, false);
}

}  // namespace

Result<TakenBack> TakeBack(int64_t id, const TakeBackOptions& options) {
  TRY_ASSIGN(auto journal, Journal::Open());
  TRY_ASSIGN(const auto command, journal.Find(id));
  if (!command) return Error{Code::kNotFound, Cat({"no entry ", std::to_string(id), "; see heddle undo"})};
  const std::string folder = KeptPath(std::to_string(id));
  const sys::Fd lock(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (lock && ::flock(lock.get(), LOCK_EX | LOCK_NB) != 0)
    return Error{Code::kUnavailable, Cat({"entry ", std::to_string(id), " is being taken back by another heddle"})};
  TRY_ASSIGN(const bool running, journal.IsRunning(id));
  if (running) return Error{Code::kUnavailable, Cat({"entry ", std::to_string(id), " is still running"})};
  TakenBack out;
  TRY_ASSIGN(const auto chosen, Choose(journal, id, options, out));
  if (chosen.empty()) return out;
  const UndoPlan plan = Inverse(chosen).Plan();
  RecordOptions recording{.command = Cat({"heddle undo ", std::to_string(id)}), .cwd = options.cwd};
  recording.limits = options.limits;
  auto record = Record::Begin(plan, recording);
  if (!record) return std::move(record).error().Context("what is there now cannot be kept");
  std::vector<int64_t> rows;
  for (const auto& item : chosen) rows.push_back(item.row);
  TRY(journal.MarkTaking(rows, true));
  Worker worker(out);
  auto done = worker.Do(chosen);
  TRY_ASSIGN(const int64_t changed, record->Settle());
  out.record = changed > 0 ? record->id() : 0;
  if (!done) return done.error();
  TRY(LetGo(journal, chosen, worker));
  TRY_ASSIGN(const auto rest, journal.Items(id));
  if (rest.empty()) TRY(journal.Remove(id));
  return out;
}

}  // namespace heddle::cli
