#include "cli/trash.h"

#include <sys/stat.h>

#include <algorithm>

#include "ask/touch.h"
#include "base/text.h"
#include "shell/ast.h"
#include "shell/expand.h"
#include "store/database.h"
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
    "ALTER TABLE numbered RENAME TO trash"};

constexpr size_t kMaxName = 200;  // bytes of a name that are kept in the trash's own, which has a limit of 255

std::string Folder() { return sys::DataDirectory() + "/trash"; }

Result<store::Database> OpenJournal() {
  TRY(sys::SystemFiles().MakeDirectories(Folder(), 0700));
  return store::Database::Open(sys::DataDirectory() + "/trash.db", {std::begin(kMigrations), std::end(kMigrations)});
}

// The one command of a line, or nullptr when there is more to it than that.
const shell::Statement* OnlyCommand(const shell::Script& script) {
  if (!script.complete || script.root.children.size() != 1) return nullptr;
  const auto& only = script.root.children[0];
  const bool plain = only.kind == shell::Statement::Kind::kCommand && only.redirects.empty() &&
                     only.assignments.empty() && !only.words.empty();
  return plain ? &only : nullptr;
}

// `rm` and its words, or `find ... -delete`: nothing but deletions, and nothing asked before them.
bool OnlyDeletes(const std::string& command) {
  const auto script = shell::Parse(command);
  const auto* only = script ? OnlyCommand(*script) : nullptr;
  if (only == nullptr) return false;
  if (only->words[0].raw == "find") return only->words.back().raw == "-delete";
  for (const auto& word : only->words) {  // -i and -I ask first: that is rm's business
    const bool flag = word.raw.size() > 1 && word.raw[0] == '-';
    if (flag && word.raw.find_first_of("iI") != word.raw.npos && word.raw != "--dir") return false;
    // Which of the wildcards in "a*"*.log are quoted is the shell's to say.
    const bool wild = word.raw.find_first_of("*?[") != word.raw.npos;
    if (wild && word.raw.find_first_of("'\"\\$`") != word.raw.npos) return false;
  }
  return only->words[0].raw == "rm";
}

// Whether rm refuses a word whatever its flags are: "." and "..", with or without a way there.
bool IsDot(std::string_view word) {
  while (word.size() > 1 && word.ends_with('/')) word.remove_suffix(1);
  return word == "." || word == ".." || word.ends_with("/.") || word.ends_with("/..");
}

bool NamesDot(const std::string& command) {
  const auto script = shell::Parse(command);
  const auto* only = script ? OnlyCommand(*script) : nullptr;
  if (only == nullptr || only->words[0].raw != "rm") return false;
  return std::any_of(only->words.begin(), only->words.end(), [](const auto& word) {
    std::string text(word.raw);
    std::erase_if(text, [](char c) { return c == '\'' || c == '"' || c == '\\'; });
    return IsDot(text);
  });
}

DeletionPlan Lost(std::string reason) {
  return {.kind = DeletionPlan::Kind::kLost, .paths = {}, .reason = std::move(reason)};
}

// What the deletions of an `rm` or `find` meet.
struct Met {
  std::vector<std::string> paths;  // would be deleted
  std::string doubt;               // what rm or find is to decide on; empty: nothing
};

void Meet(const shell::Effect& effect, const std::string& path, Met& out) {
  const auto info = sys::SystemFiles().Look(path);
  if (info.kind == sys::FileKind::kNone) {
    out.doubt = Cat({path, " is not there"});
    return;
  }
  const bool whole = effect.recursive && effect.tests.empty();
  if (info.kind == sys::FileKind::kDirectory && !whole) {
    const auto entries = sys::SystemFiles().List(path);
    if (effect.tests.empty() || !entries || !entries->empty()) {
      out.doubt = Cat({path, " is a directory that would stay"});
      return;
    }
  }
  out.paths.push_back(path);
}

// Every path that the deletions name; nothing when it is not certain that these are all.
std::optional<Met> PathsToDelete(const shell::Analysis& analysis, const std::string& cwd) {
  Met out;
  for (const auto& effect : analysis.effects) {
    if (effect.kind != shell::EffectKind::kDelete) return std::nullopt;
    const auto paths = ask::PathsOf(effect, sys::SystemFiles(), cwd);
    if (!paths) return std::nullopt;
    if (paths->empty() && effect.tests.empty()) out.doubt = Cat({effect.target, " is not there"});
    for (const auto& path : *paths) Meet(effect, path, out);
  }
  return out;
}

// Why a path cannot be moved to the trash's folder; empty: it can, as far as can be seen without trying.
std::string WhyNotMoved(const std::string& path, const struct stat& trash) {
  struct stat st = {};
  if (::lstat(path.c_str(), &st) != 0) return Cat({path, " cannot be looked at"});
  if (st.st_dev != trash.st_dev) return Cat({path, " lies on another file system than the trash"});
  if ((Folder() + "/").starts_with(path + "/")) return Cat({path, " holds the trash itself"});
  return "";
}

}  // namespace

DeletionPlan PlanDeletion(const std::string& command, const shell::Analysis& analysis, const std::string& cwd) {
  const bool deletes = std::any_of(analysis.effects.begin(), analysis.effects.end(),
                                   [](const auto& effect) { return effect.kind == shell::EffectKind::kDelete; });
  if (!deletes) return {};
  if (!OnlyDeletes(command)) return Lost("only what one plain rm or find -delete deletes goes to the trash");
  auto met = PathsToDelete(analysis, cwd);
  if (!met) return Lost("it is not certain what it would delete");
  if (met->paths.empty()) return {};  // rm or find says what is wrong
  if (NamesDot(command)) {
    if (met->paths.size() == 1) return {};  // rm refuses it
    return Lost("rm keeps . and .., but not the rest");
  }
  if (!met->doubt.empty()) return Lost(Cat({"part of it cannot go to the trash: ", met->doubt}));
  if (const auto journal = OpenJournal(); !journal) return Lost(Cat({"there is no trash: ", journal.error().message}));
  struct stat trash = {};
  if (::stat(Folder().c_str(), &trash) != 0) return Lost("there is no trash");
  for (const auto& path : met->paths) {
    if (const std::string why = WhyNotMoved(path, trash); !why.empty()) return Lost(why);
    if ((cwd + "/").starts_with(path + "/")) return Lost("the current directory cannot go to the trash");
  }
  return {.kind = DeletionPlan::Kind::kKept, .paths = std::move(met->paths), .reason = {}};
}

Result<> TrashInstead(const std::vector<std::string>& paths) {
  TRY_ASSIGN(auto journal, OpenJournal());
  // The journal first, as a whole: after a crash an entry whose file never arrived is harmless, a file without an entry
  // is lost. One time for all: they are one deletion.
  const int64_t now = sys::SystemClock().UnixMs();
  std::vector<std::string> kept;
  TRY(journal.Execute("BEGIN IMMEDIATE"));
  for (const auto& path : paths) {
    const std::string name = sys::BaseName(path).substr(0, kMaxName);
    kept.push_back(Cat({Folder(), "/", std::to_string(now), "-", std::to_string(kept.size()), "-", name}));
    TRY_ASSIGN(auto insert, journal.Prepare("INSERT INTO trash(time_ms, original, kept) VALUES(?, ?, ?)"));
    TRY(insert.Bind(1, now).Bind(2, path).Bind(3, kept.back()).Run());
  }
  TRY(journal.Execute("COMMIT"));
  for (size_t i = 0; i < paths.size(); ++i) {
    auto moved = sys::SystemFiles().Rename(paths[i], kept[i]);
    if (moved) continue;
    // All or nothing, so that rm or find then sees every target.
    while (i-- > 0) {
      if (auto back = sys::SystemFiles().Rename(kept[i], paths[i]); !back)
        return std::move(back).error().Context("moved to the trash, and not back: see heddle undo");
    }
    return moved;
  }
  return {};
}

Result<std::vector<TrashEntry>> TrashEntries() {
  TRY_ASSIGN(auto journal, OpenJournal());
  TRY_ASSIGN(auto rows, journal.Prepare("SELECT id, time_ms, original, kept FROM trash ORDER BY id DESC"));
  std::vector<TrashEntry> out;
  for (;;) {
    TRY_ASSIGN(const bool more, rows.Step());
    if (!more) return out;
    TrashEntry entry{rows.Int(0), rows.Int(1), rows.Text(2), rows.Text(3)};
    if (sys::SystemFiles().Look(entry.kept).kind != sys::FileKind::kNone) out.push_back(std::move(entry));
  }
}

Result<std::vector<std::string>> Restore(int64_t id, bool whole) {
  TRY_ASSIGN(const auto entries, TrashEntries());
  const auto wanted = std::find_if(entries.begin(), entries.end(), [&](const auto& entry) { return entry.id == id; });
  if (wanted == entries.end())
    return Error{Code::kNotFound, Cat({"no entry ", std::to_string(id), "; see heddle undo"})};
  TRY_ASSIGN(auto journal, OpenJournal());
  std::vector<std::string> out;
  for (const auto& entry : entries) {  // newest first: a directory before what lay in it
    if (entry.id != id && !(whole && entry.time_ms == wanted->time_ms)) continue;
    if (sys::SystemFiles().Look(entry.original).kind != sys::FileKind::kNone)
      return Error{Code::kInvalid, Cat({entry.original, " exists by now; move it away first"})};
    TRY(sys::SystemFiles().MakeDirectories(sys::DirName(entry.original)));
    TRY(sys::SystemFiles().Rename(entry.kept, entry.original));
    TRY_ASSIGN(auto remove, journal.Prepare("DELETE FROM trash WHERE id = ?"));
    TRY(remove.Bind(1, entry.id).Run());
    out.push_back(entry.original);
  }
  return out;
}

}  // namespace heddle::cli
