#include "cli/undo/journal.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cinttypes>
#include <cstdio>
#include <ctime>
#include <iterator>

#include "base/text.h"
#include "cli/undo/kept_files.h"
#include "sys/environment.h"
#include "sys/files.h"

namespace heddle::cli {
namespace {

constexpr std::string_view kMigrations[] = {
    "CREATE TABLE trash(id INTEGER PRIMARY KEY, time_ms INTEGER, original TEXT, kept TEXT)",
    // A number that was shown once never means another entry.
    "CREATE TABLE numbered(id INTEGER PRIMARY KEY AUTOINCREMENT, time_ms INTEGER, original TEXT, kept TEXT);"
    "INSERT INTO numbered SELECT id, time_ms, original, kept FROM trash;"
    "DROP TABLE trash;"
    "ALTER TABLE numbered RENAME TO trash",
    // Numbers are those of commands from here on, and go on where those of entries ended.
    "CREATE TABLE command(id INTEGER PRIMARY KEY AUTOINCREMENT, time_ms INTEGER, cwd TEXT, command TEXT, state "
    "INTEGER, "
    "bytes INTEGER);"
    "CREATE TABLE item(command INTEGER, path TEXT, before TEXT, after TEXT, moved_to TEXT, link TEXT, copy TEXT, "
    "digest TEXT);"
    "CREATE INDEX item_command ON item(command);"
    "INSERT INTO command SELECT max(id), time_ms, '', '', 2, 0 FROM trash GROUP BY time_ms;"
    "INSERT INTO item SELECT (SELECT max(id) FROM trash t WHERE t.time_ms = trash.time_ms), original, '', '0', '', "
    "kept, "
    "'', '' FROM trash;"
    "INSERT INTO command SELECT seq, 0, '', '', 0, 0 FROM sqlite_sequence WHERE name = 'trash' AND seq > 0 "
    "AND seq NOT IN (SELECT id FROM command);"
    "DELETE FROM command WHERE time_ms = 0;"
    "DROP TABLE trash"};

std::string Packed(const FileState& state) {
  if (!state.exists) return "0";
  std::string out = "1";
  for (const uint64_t value :
       {state.device, state.inode, state.size, state.links, uint64_t{state.mode}, uint64_t{state.owner},
        uint64_t{state.group}, static_cast<uint64_t>(state.modified_ns), static_cast<uint64_t>(state.changed_ns)})
    out += Cat({" ", std::to_string(value)});
  return out;
}

FileState Unpacked(const std::string& text) {
  FileState out;
  uint64_t modified = 0, changed = 0;
  out.exists = std::sscanf(text.c_str(),
                           "1 %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu32 " %" SCNu32 " %" SCNu32
                           " %" SCNu64 " %" SCNu64,
                           &out.device, &out.inode, &out.size, &out.links, &out.mode, &out.owner, &out.group, &modified,
                           &changed) == 9;
  out.modified_ns = static_cast<int64_t>(modified);
  out.changed_ns = static_cast<int64_t>(changed);
  return out;
}

std::string FolderOf(int64_t id) { return Cat({Journal::Folder(), "/", std::to_string(id)}); }

sys::Fd Locked(int64_t id) {
  const std::string path = FolderOf(id) + "/lock";
  sys::Fd out(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (out && ::flock(out.get(), LOCK_EX | LOCK_NB) != 0) out.Close();
  return out;
}

UndoCommand CommandOf(const store::Statement& row) {
  return {.id = row.Int(0),
          .time_ms = row.Int(1),
          .cwd = row.Text(2),
          .command = row.Text(3),
          .state = static_cast<UndoState>(row.Int(4)),
          .bytes = static_cast<uint64_t>(row.Int(5)),
          .items = row.Int(6)};
}

// Another heddle may be making the database, or bringing it to the present form.
Result<store::Database> OpenPatiently() {
  constexpr timespec kPause = {0, 20'000'000};
  for (int attempt = 0;; ++attempt) {
    auto database =
        store::Database::Open(sys::DataDirectory() + "/trash.db", {std::begin(kMigrations), std::end(kMigrations)});
    const bool locked = !database && Contains(database.error().message, "locked");
    if (!locked || attempt > 50) return database;
    (void)::nanosleep(&kPause, nullptr);
  }
}

constexpr std::string_view kColumns =
    "SELECT id, time_ms, cwd, command, state, bytes, (SELECT count(*) FROM item WHERE item.command = command.id) "
    "FROM command ";

}  // namespace

std::string Journal::Folder() { return sys::DataDirectory() + "/trash"; }

std::string KeptPath(const std::string& kept) {
  return kept.starts_with("/") ? kept : Cat({Journal::Folder(), "/", kept});
}

Result<Journal> Journal::Open() {
  TRY(sys::SystemFiles().MakeDirectories(Folder(), 0700));
  if (::access(Folder().c_str(), W_OK | X_OK) != 0)
    return Error{Code::kDenied, Cat({ForTerminal(Folder()), " cannot be written to"})};
  TRY_ASSIGN(auto database, OpenPatiently());
  TRY(database.Execute("PRAGMA busy_timeout = 20000"));  // what is kept is not to be given up for a moment's wait
  TRY(database.Execute("PRAGMA synchronous = NORMAL"));  // AddItems sees to what must be on the disk
  Journal out(std::move(database));
  out.DropCutOff();
  return out;
}

// What is left of commands that never ran because heddle ended while it kept their files: nothing was changed, nothing
// is lost. The folder is made before its row is there for others to see, so both are looked for.
void Journal::DropCutOff() {
  const auto entries = sys::SystemFiles().List(Folder());
  if (!entries || !database_.Execute("BEGIN IMMEDIATE")) return;
  std::vector<int64_t> unlocked;
  for (const auto& entry : *entries) {
    const auto id = ParseInt(entry.name);
    if (!id || entry.kind != sys::FileKind::kDirectory) continue;
    const auto command = Find(*id);
    if (command && !*command && Locked(*id)) unlocked.push_back(*id);
  }
  (void)database_.Execute("COMMIT");
  for (const int64_t id : unlocked) (void)Remove(id);
}

Result<int64_t> Journal::Begin(const UndoCommand& command, sys::Fd& lock) {
  TRY(database_.Execute("BEGIN IMMEDIATE"));
  const auto insert = [&]() -> Result<int64_t> {
    TRY_ASSIGN(auto row, database_.Prepare("INSERT INTO command(time_ms, cwd, command, state, bytes) "
                                           "VALUES(?, ?, ?, 0, 0) RETURNING id"));
    row.Bind(1, command.time_ms).Bind(2, command.cwd).Bind(3, command.command);
    TRY_ASSIGN(const bool more, row.Step());
    const int64_t id = more ? row.Int(0) : 0;
    TRY(row.Run());
    // Inside the transaction, so that nobody sees a command in state kKeeping that is not locked.
    TRY(sys::SystemFiles().MakeDirectories(FolderOf(id), 0700));
    lock = Locked(id);
    if (!lock) return Error{Code::kUnavailable, Cat({FolderOf(id), ": cannot be locked"})};
    return id;
  };
  auto id = insert();
  const auto ended = database_.Execute(id ? "COMMIT" : "ROLLBACK");
  if (!id) return id;
  if (!ended) return ended.error();
  return id;
}

Result<> Journal::Write(const std::vector<UndoItem>& items, int64_t id) {
  TRY_ASSIGN(auto row, database_.Prepare("INSERT INTO item(command, path, before, after, moved_to, link, copy, digest) "
                                         "VALUES(?, ?, ?, ?, ?, ?, ?, ?)"));
  for (const auto& item : items) {
    row.Bind(1, id).Bind(2, item.path).Bind(3, Packed(item.before));
    row.Bind(4, item.settled ? Packed(item.after) : "").Bind(5, item.moved_to);
    row.Bind(6, item.link).Bind(7, item.copy).Bind(8, item.digest);
    TRY(row.Run());
  }
  return {};
}

Result<> Journal::AddItems(int64_t id, const std::vector<UndoItem>& items, UndoState state, uint64_t bytes) {
  TRY(database_.Execute("BEGIN IMMEDIATE"));
  const auto write = [&]() -> Result<> {
    TRY_ASSIGN(auto old, database_.Prepare("DELETE FROM item WHERE command = ?"));
    TRY(old.Bind(1, id).Run());
    TRY(Write(items, id));
    TRY_ASSIGN(auto update, database_.Prepare("UPDATE command SET state = ?, bytes = ? WHERE id = ?"));
    return update.Bind(1, static_cast<int64_t>(state)).Bind(2, static_cast<int64_t>(bytes)).Bind(3, id).Run();
  };
  auto written = write();
  const auto ended = database_.Execute(written ? "COMMIT" : "ROLLBACK");
  // The command is about to run: from here on this must outlive a crash of the machine.
  if (written && ended && state == UndoState::kRunning) (void)database_.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
  return written ? ended : written;
}

// All rows or none.
Result<> Journal::EachRow(std::string_view sql, const std::vector<int64_t>& rows) {
  TRY(database_.Execute("BEGIN IMMEDIATE"));
  auto statement = database_.Prepare(sql);
  for (const int64_t row : rows) {
    auto done = statement ? statement->Bind(1, row).Run() : Result<>(statement.error());
    if (done) continue;
    (void)database_.Execute("ROLLBACK");
    return done;
  }
  return database_.Execute("COMMIT");
}

Result<> Journal::DropItems(const std::vector<int64_t>& rows) {
  return EachRow("DELETE FROM item WHERE rowid = ?", rows);
}

Result<> Journal::MarkTaking(const std::vector<int64_t>& rows, bool taking) {
  const std::string_view mark = "UPDATE item SET after = '!' || after WHERE rowid = ? AND after NOT LIKE '!%'";
  const std::string_view unmark = "UPDATE item SET after = substr(after, 2) WHERE rowid = ? AND after LIKE '!%'";
  return EachRow(taking ? mark : unmark, rows);
}

// The files first: a command without them can still be named, files without a command would never go.
Result<> Journal::Remove(int64_t id) {
  TRY_ASSIGN(const auto items, Items(id));
  for (const auto& item : items) {
    for (const auto& kept : {item.link, item.copy}) {
      if (kept.starts_with("/") && !RemoveKept(kept))
        return Error{Code::kUnavailable, Cat({ForTerminal(kept), ": cannot be removed"})};
    }
  }
  if (!RemoveKept(FolderOf(id))) return Error{Code::kUnavailable, Cat({FolderOf(id), ": cannot be removed"})};
  TRY(EachRow("DELETE FROM item WHERE command = ?", {id}));
  return EachRow("DELETE FROM command WHERE id = ?", {id});
}

Result<std::vector<UndoCommand>> Journal::Commands() {
  TRY_ASSIGN(auto rows, database_.Prepare(Cat({kColumns, "WHERE state > 0 ORDER BY id DESC"})));
  std::vector<UndoCommand> out;
  for (;;) {
    TRY_ASSIGN(const bool more, rows.Step());
    if (!more) return out;
    out.push_back(CommandOf(rows));
  }
}

Result<std::optional<UndoCommand>> Journal::Find(int64_t id) {
  TRY_ASSIGN(auto rows, database_.Prepare(Cat({kColumns, "WHERE state > 0 AND id = ?"})));
  rows.Bind(1, id);
  TRY_ASSIGN(const bool more, rows.Step());
  return more ? std::optional(CommandOf(rows)) : std::nullopt;
}

Result<std::vector<UndoItem>> Journal::Items(int64_t id) {
  TRY_ASSIGN(auto rows, database_.Prepare("SELECT rowid, path, before, after, moved_to, link, copy, digest FROM item "
                                          "WHERE command = ? ORDER BY path"));
  rows.Bind(1, id);
  std::vector<UndoItem> out;
  for (;;) {
    TRY_ASSIGN(const bool more, rows.Step());
    if (!more) return out;
    UndoItem item{.row = rows.Int(0), .path = rows.Text(1)};
    item.moved_to = rows.Text(4);
    item.link = rows.Text(5);
    item.copy = rows.Text(6);
    item.digest = rows.Text(7);
    std::string after = rows.Text(3);
    item.taking = after.starts_with("!");
    if (item.taking) after.erase(0, 1);
    item.settled = !after.empty();
    item.after = Unpacked(after);
    // Of entries that an older heddle moved here, what they were is what they are.
    item.before = rows.Text(2).empty() ? StateAt(AT_FDCWD, KeptPath(item.link)) : Unpacked(rows.Text(2));
    out.push_back(std::move(item));
  }
}

Result<bool> Journal::IsRunning(int64_t id) {
  TRY_ASSIGN(const auto command, Find(id));
  if (!command || command->state != UndoState::kRunning) return false;
  const auto kind = sys::SystemFiles().Look(FolderOf(id)).kind;
  return kind != sys::FileKind::kNone && !Locked(id);
}

}  // namespace heddle::cli
