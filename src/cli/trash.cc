#include "cli/trash.h"

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
    "CREATE TABLE trash(id INTEGER PRIMARY KEY, time_ms INTEGER, original TEXT, kept TEXT)"};

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

// Every path that the deletions name and that exists; nothing when it is not certain that these are all, or when rm or
// find would refuse one of them.
std::optional<std::vector<std::string>> PathsToDelete(const shell::Analysis& analysis, const std::string& cwd) {
  std::vector<std::string> out;
  for (const auto& effect : analysis.effects) {
    if (effect.kind != shell::EffectKind::kDelete) return std::nullopt;
    const auto paths = ask::PathsOf(effect, sys::SystemFiles(), cwd);
    if (!paths) return std::nullopt;
    for (const auto& path : *paths) {
      const auto info = sys::SystemFiles().Look(path);
      if (info.kind == sys::FileKind::kNone) return std::nullopt;
      const bool whole = effect.recursive && effect.tests.empty();
      if (info.kind == sys::FileKind::kDirectory && !whole) {
        const auto entries = sys::SystemFiles().List(path);
        if (effect.tests.empty() || !entries || !entries->empty()) return std::nullopt;
      }
      out.push_back(path);
    }
  }
  return out;
}

}  // namespace

std::optional<int> TrashInstead(const std::string& command, const shell::Analysis& analysis, const std::string& cwd) {
  if (!OnlyDeletes(command) || analysis.effects.empty()) return std::nullopt;
  const auto found = PathsToDelete(analysis, cwd);
  if (!found || found->empty()) return std::nullopt;
  const std::vector<std::string>& paths = *found;
  auto journal = OpenJournal();
  if (!journal) return std::nullopt;
  // The journal first, as a whole: after a crash an entry whose file never arrived is harmless, a file without an entry
  // is lost. One time for all: they are one deletion.
  const int64_t now = sys::SystemClock().UnixMs();
  std::vector<std::string> kept;
  const auto note = [&]() -> Result<> {
    TRY(journal->Execute("BEGIN IMMEDIATE"));
    for (const auto& path : paths) {
      kept.push_back(
          Cat({Folder(), "/", std::to_string(now), "-", std::to_string(kept.size()), "-", sys::BaseName(path)}));
      TRY_ASSIGN(auto insert, journal->Prepare("INSERT INTO trash(time_ms, original, kept) VALUES(?, ?, ?)"));
      TRY(insert.Bind(1, now).Bind(2, path).Bind(3, kept.back()).Run());
    }
    return journal->Execute("COMMIT");
  };
  if (!note()) return std::nullopt;
  for (size_t i = 0; i < paths.size(); ++i) {
    if (sys::SystemFiles().Rename(paths[i], kept[i])) continue;
    // Another file system: all or nothing, so that rm or find then sees every target.
    while (i-- > 0) (void)sys::SystemFiles().Rename(kept[i], paths[i]);
    return std::nullopt;
  }
  return static_cast<int>(paths.size());
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
