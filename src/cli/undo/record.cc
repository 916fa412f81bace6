#include "cli/undo/record.h"

#include <fcntl.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/text.h"
#include "cli/undo/kept_files.h"
#include "cli/undo/named_files.h"
#include "sys/environment.h"

namespace heddle::cli {
namespace {

// What is kept of one wish, and how: a link holds the file itself for when another takes its place, a copy the bytes
// for when they are overwritten.
Result<UndoItem> KeepOne(const Wish& wish, const std::string& name, const KeepOptions& options) {
  UndoItem item{.path = wish.path, .before = wish.before, .moved_to = wish.moved_to};
  if (!wish.before.exists) return item;
  const bool folder = wish.before.directory();
  if (folder && !wish.removed) return item;  // attributes
  if (folder && (!wish.moved_to.empty())) return item;
  KeepOptions copying = options;
  copying.copy = true;
  if (folder && !wish.tree) {
    TRY(KeepFolderOnly(wish.path, KeptPath(name + ".l")));
    item.link = name + ".l";
    return item;
  }
  if (wish.written) {
    TRY(Keep(wish.path, KeptPath(name + ".c"), copying));
    item.copy = name + ".c";
  }
  if (folder && wish.written) return item;
  if (wish.removed || wish.written) {
    // Without links (another file system) the copy does for both.
    KeepOptions linking = options;
    uint64_t none = 0;
    if (wish.written) linking.room = &none;
    const auto linked = Keep(wish.path, KeptPath(name + ".l"), linking);
    if (linked) item.link = name + ".l";
    if (!linked) (void)RemoveKept(KeptPath(name + ".l"));
    if (!linked && !wish.written) return linked.error();
  }
  item.before = StateAt(AT_FDCWD, wish.path);  // a new link is a change of the inode
  if (!item.before.exists) return Error{Code::kNotFound, Cat({ForTerminal(wish.path), " is gone"})};
  return item;
}

std::vector<std::string> Matched(const std::vector<shell::NamedPaths>& patterns) {
  std::vector<std::string> out;
  for (const auto& pattern : patterns) {
    const auto paths = Expand(pattern);
    for (const auto& path : paths ? *paths : std::vector<std::string>()) {
      const Place place = Locate(path);
      if (place.possible && place.exists) out.push_back(place.path);
    }
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

bool LeftAlone(const UndoItem& item, FileState now) {
  if (now.exists != item.before.exists) return false;
  if (!now.exists) return true;
  if (!now.directory() || !item.before.directory()) return now == item.before;
  const std::string& kept = item.link.empty() ? item.copy : item.link;
  if (!kept.empty() && !AllThere(KeptPath(kept), item.path)) return false;
  // Whatever happens in a folder changes its times; that alone is the folder's only where nothing of it was kept.
  if (!kept.empty() || !item.moved_to.empty()) now.modified_ns = item.before.modified_ns;
  now.changed_ns = item.before.changed_ns;
  now.links = item.before.links;
  return now == item.before;
}

// What the command left of one path that it did not leave alone.
void SettleOne(UndoItem& item) {
  FileState now = StateAt(AT_FDCWD, item.path);
  if (!item.moved_to.empty()) {
    item.after = StateAt(AT_FDCWD, item.moved_to);
    if (!now.exists && item.after.inode == item.before.inode && item.after.device == item.before.device) return;
    item.moved_to.clear();
  }
  if (!item.link.empty() && !item.copy.empty()) {
    const FileState linked = StateAt(AT_FDCWD, KeptPath(item.link));
    const bool itself = linked.modified_ns == item.before.modified_ns && linked.size == item.before.size &&
                        linked.mode == item.before.mode && now.inode != item.before.inode;
    std::string& spare = itself ? item.copy : item.link;
    (void)RemoveKept(KeptPath(spare));
    spare.clear();
    now = StateAt(AT_FDCWD, item.path);  // the inode has lost a link
  }
  item.after = now;
  if (!item.before.exists && now.directory()) item.digest = DigestOf(item.path);
}

}  // namespace

bool SameFile(const FileState& now, const FileState& then) {
  return now.exists == then.exists &&
         (!now.exists || (now.device == then.device && now.inode == then.inode && now.mode == then.mode &&
                          (now.directory() || (now.size == then.size && now.modified_ns == then.modified_ns))));
}

Result<> Record::KeepAll(const UndoPlan& plan, const RecordOptions& options) {
  uint64_t room = options.limits.copied;
  const KeepOptions keep{.room = &room, .step = options.step};
  for (const auto& wish : plan.wishes) {
    const std::string name = Cat({std::to_string(id_), "/", std::to_string(items_.size())});
    TRY_ASSIGN(auto item, KeepOne(wish, name, keep));
    if (item.before.exists && item.before.regular()) bytes_ += item.before.size;
    items_.push_back(std::move(item));
  }
  // Other names that were kept have changed the inode since.
  for (auto& item : items_) {
    if (item.before.regular() && item.before.links > 2) item.before = StateAt(AT_FDCWD, item.path);
  }
  const bool copied = room != options.limits.copied;
  return copied ? Sync(Journal::Folder()) : Result<>();
}

Result<Record> Record::Begin(const UndoPlan& plan, const RecordOptions& options) {
  TRY_ASSIGN(auto journal, Journal::Open());
  sys::Fd lock;
  TRY_ASSIGN(
      const int64_t id,
      journal.Begin({.time_ms = sys::SystemClock().UnixMs(), .cwd = options.cwd, .command = options.command}, lock));
  Record out(std::move(journal), std::move(lock));
  out.id_ = id;
  out.later_ = plan.later;
  out.matched_ = Matched(plan.later);
  auto kept = out.KeepAll(plan, options);
  if (kept) kept = out.journal_.AddItems(id, out.items_, UndoState::kRunning, out.bytes_);
  if (kept) return out;
  (void)out.journal_.Remove(id);
  return kept.error();
}

// Files that match a pattern of the command and were not there before it.
void Record::NoteLater() {
  const auto now = Matched(later_);
  std::vector<std::string> made;
  std::set_difference(now.begin(), now.end(), matched_.begin(), matched_.end(), std::back_inserter(made));
  std::set<std::string_view> known;
  for (const auto& item : items_) known.insert(item.path);
  std::erase_if(made, [&](const std::string& path) { return known.contains(path); });
  for (auto& path : made) items_.push_back({.path = std::move(path)});
}

Result<int64_t> Record::Settle() {
  NoteLater();
  // All are looked at before anything is let go of, which changes inodes that have other names.
  for (auto& item : items_) item.settled = LeftAlone(item, StateAt(AT_FDCWD, item.path));
  std::vector<UndoItem> changed;
  for (auto& item : items_) {
    if (!std::exchange(item.settled, true)) {
      SettleOne(item);
      changed.push_back(std::move(item));
      continue;
    }
    for (const auto& kept : {item.link, item.copy}) {
      if (!kept.empty()) (void)RemoveKept(KeptPath(kept));
    }
  }
  items_ = std::move(changed);
  if (items_.empty()) {
    TRY(journal_.Remove(id_));
    return 0;
  }
  TRY(journal_.AddItems(id_, items_, UndoState::kSettled, bytes_));
  return static_cast<int64_t>(items_.size());
}

}  // namespace heddle::cli
