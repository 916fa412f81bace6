// Database: an SQLite file that survives kill -9 (WAL), with numbered migrations. One Database per thread.
// Errors: kUnavailable when the disk is full or another process holds the lock for longer than 200 ms: what only
// remembers (history, caches) then goes on without it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace heddle::store {

// One prepared statement. Bind by position from 1; Step() is true while there is a row.
class Statement {
 public:
  explicit Statement(sqlite3_stmt* raw) : raw_(raw) {}
  Statement& Bind(int index, std::string_view text);
  Statement& Bind(int index, int64_t value);
  Statement& Bind(int index, double value);
  Result<bool> Step();
  Result<> Run();  // steps to the end and resets
  std::string Text(int column) const;
  int64_t Int(int column) const;
  double Real(int column) const;

 private:
  struct Free {
    void operator()(sqlite3_stmt* statement) const;
  };
  std::unique_ptr<sqlite3_stmt, Free> raw_;
};

class Database {
 public:
  // Opens or makes `path` and brings it to the last of `migrations` (SQL texts; the index is the version).
  static Result<Database> Open(const std::string& path, const std::vector<std::string_view>& migrations);

  Result<Statement> Prepare(std::string_view sql);
  Result<> Execute(std::string_view sql);

 private:
  struct Close {
    void operator()(sqlite3* handle) const;
  };
  explicit Database(sqlite3* handle) : handle_(handle) {}
  Error LastError(std::string_view what) const;
  Result<int64_t> Version();  // how many migrations were done
  std::unique_ptr<sqlite3, Close> handle_;
};

}  // namespace heddle::store
