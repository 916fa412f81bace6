#include "store/database.h"

#include <sqlite3.h>

#include "base/text.h"

namespace heddle::store {

Statement& Statement::Bind(int index, std::string_view text) {
  sqlite3_bind_text(raw_.get(), index, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
  return *this;
}
Statement& Statement::Bind(int index, int64_t value) {
  sqlite3_bind_int64(raw_.get(), index, value);
  return *this;
}
Statement& Statement::Bind(int index, double value) {
  sqlite3_bind_double(raw_.get(), index, value);
  return *this;
}

Result<bool> Statement::Step() {
  const int code = sqlite3_step(raw_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return Error{Code::kUnavailable, Cat({"database: ", sqlite3_errmsg(sqlite3_db_handle(raw_.get()))})};
}

Result<> Statement::Run() {
  for (;;) {
    auto more = Step();
    if (!more) {
      sqlite3_reset(raw_.get());
      return std::move(more).error();
    }
    if (!*more) break;
  }
  sqlite3_reset(raw_.get());
  return {};
}

std::string Statement::Text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(raw_.get(), column));
  return text != nullptr ? std::string(text, static_cast<size_t>(sqlite3_column_bytes(raw_.get(), column))) : "";
}
int64_t Statement::Int(int column) const { return sqlite3_column_int64(raw_.get(), column); }
double Statement::Real(int column) const { return sqlite3_column_double(raw_.get(), column); }
void Statement::Free::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
void Database::Close::operator()(sqlite3* handle) const { sqlite3_close(handle); }

Error Database::LastError(std::string_view what) const {
  return {Code::kUnavailable, Cat({what, ": ", sqlite3_errmsg(handle_.get())})};
}

Result<Database> Database::Open(const std::string& path, const std::vector<std::string_view>& migrations) {
  sqlite3* raw = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  Database database(raw);
  if (code != SQLITE_OK)
    return Error{Code::kUnavailable, Cat({path, ": ", raw != nullptr ? sqlite3_errmsg(raw) : "out of memory"})};
  sqlite3_busy_timeout(raw, 200);
  TRY_ASSIGN(int64_t version, database.Version());
  const auto latest = static_cast<int64_t>(migrations.size());
  if (version > latest) return Error{Code::kInvalid, Cat({path, ": written by a newer heddle"})};
  if (version == latest) return database;
  TRY(database.Execute("PRAGMA journal_mode=WAL"));
  TRY(database.Execute("BEGIN IMMEDIATE"));
  TRY_ASSIGN(version, database.Version());  // another process may have been here first
  for (int64_t v = version; v < latest; ++v) {
    if (auto done = database.Execute(migrations[static_cast<size_t>(v)]); !done) {
      (void)database.Execute("ROLLBACK");
      return std::move(done).error();
    }
  }
  TRY(database.Execute(Cat({"PRAGMA user_version=", std::to_string(latest)})));
  TRY(database.Execute("COMMIT"));
  return database;
}

Result<int64_t> Database::Version() {
  TRY_ASSIGN(Statement statement, Prepare("PRAGMA user_version"));
  TRY_ASSIGN(const bool row, statement.Step());
  return row ? statement.Int(0) : 0;
}

Result<Statement> Database::Prepare(std::string_view sql) {
  sqlite3_stmt* raw = nullptr;
  if (sqlite3_prepare_v2(handle_.get(), sql.data(), static_cast<int>(sql.size()), &raw, nullptr) != SQLITE_OK)
    return LastError("database");
  return Statement(raw);
}

Result<> Database::Execute(std::string_view sql) {
  if (sqlite3_exec(handle_.get(), std::string(sql).c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    return LastError("database");
  return {};
}

}  // namespace heddle::store
