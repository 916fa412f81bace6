#include "cli/history.h"

#include <fcntl.h>
#include <unistd.h>

#include <iterator>
#include <vector>

#include "base/text.h"
#include "sys/environment.h"
#include "sys/files.h"

namespace heddle::cli {
namespace {

constexpr std::string_view kMigrations[] = {
    "CREATE TABLE entry(id INTEGER PRIMARY KEY, time_ms INTEGER, cwd TEXT, query TEXT, command TEXT, exit_code "
    "INTEGER)"};

std::string PendingPath() { return sys::DataDirectory() + "/history.pending"; }

Result<> Insert(store::Database& database, const HistoryEntry& entry) {
  TRY_ASSIGN(auto insert,
             database.Prepare("INSERT INTO entry(time_ms, cwd, query, command, exit_code) VALUES(?, ?, ?, ?, ?)"));
  insert.Bind(1, entry.time_ms).Bind(2, entry.cwd).Bind(3, entry.query).Bind(4, entry.command).Bind(5, entry.exit_code);
  return insert.Run();
}

// One write(2) of whole lines: entries of several processes do not mix.
void Append(const std::string& path, const std::string& lines) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) return;
  (void)!::write(file, lines.data(), lines.size());
  ::close(file);
}

Result<> InsertAll(store::Database& database, std::string_view lines) {
  TRY(database.Execute("BEGIN IMMEDIATE"));
  for (auto line : Split(lines, '\n')) {
    const auto entry = FromLine(line);
    if (!entry) continue;
    if (auto done = Insert(database, *entry); !done) {
      (void)database.Execute("ROLLBACK");
      return done;
    }
  }
  return database.Execute("COMMIT");
}

// The file is renamed first, so that no other process takes the same entries in; what fails waits again.
void TakeIn(store::Database& database) {
  const auto& files = sys::SystemFiles();
  if (files.Look(PendingPath()).kind != sys::FileKind::kFile) return;
  const std::string mine = Cat({PendingPath(), ".", std::to_string(::getpid())});
  if (!files.Rename(PendingPath(), mine)) return;
  const auto lines = files.Read(mine, 64 << 20);
  if (lines && !InsertAll(database, *lines)) Append(PendingPath(), *lines);
  if (lines) (void)files.RemoveTree(mine);
}

}  // namespace

std::string HistoryPath() { return sys::DataDirectory() + "/history.db"; }

Result<store::Database> OpenHistory() {
  TRY(sys::SystemFiles().MakeDirectories(sys::DataDirectory(), 0700));
  TRY_ASSIGN(auto database, store::Database::Open(HistoryPath(), {std::begin(kMigrations), std::end(kMigrations)}));
  TakeIn(database);
  return database;
}

void Remember(const HistoryEntry& entry) {
  auto database = OpenHistory();
  if (!database || !Insert(*database, entry)) Append(PendingPath(), ToLine(entry) + "\n");
}

std::string ToLine(const HistoryEntry& entry) {
  std::string out;
  for (const std::string& field :
       {std::to_string(entry.time_ms), std::to_string(entry.exit_code), entry.cwd, entry.query, entry.command}) {
    if (!out.empty()) out += '\t';
    for (const char c : field) {
      if (c == '\\')
        out += "\\\\";
      else if (c == '\n')
        out += "\\n";
      else if (c == '\t')
        out += "\\t";
      else
        out += c;
    }
  }
  return out;
}

std::optional<HistoryEntry> FromLine(std::string_view line) {
  std::vector<std::string> fields(1);
  for (size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\t') {
      fields.emplace_back();
    } else if (line[i] == '\\' && i + 1 < line.size()) {
      const char c = line[++i];
      fields.back() += c == 'n' ? '\n' : c == 't' ? '\t' : c;
    } else {
      fields.back() += line[i];
    }
  }
  const auto time = fields.size() == 5 ? ParseInt(fields[0]) : std::nullopt;
  if (!time) return std::nullopt;
  const bool negative = fields[1].starts_with('-');
  const auto code = ParseInt(std::string_view(fields[1]).substr(negative ? 1 : 0));
  if (!code) return std::nullopt;
  return HistoryEntry{*time, fields[2], fields[3], fields[4], negative ? -*code : *code};
}

}  // namespace heddle::cli
