#include "bench/memory.h"

#include "base/text.h"
#include "store/database.h"
#include "sys/files.h"

namespace heddle::bench {
namespace {

class FileMemory : public MemoryStore {
 public:
  explicit FileMemory(store::Database database) : database_(std::move(database)) {}

  Result<> Put(const std::vector<Memo>& memos) override {
    TRY(database_.Execute("BEGIN IMMEDIATE"));
    for (const Memo& memo : memos) {
      TRY_ASSIGN(store::Statement insert,
                 database_.Prepare("INSERT INTO memos (kind, key, text, source) VALUES (?, ?, ?, ?)"));
      insert.Bind(1, memo.kind).Bind(2, memo.key).Bind(3, memo.text).Bind(4, memo.from);
      if (auto run = insert.Run(); !run) {
        (void)database_.Execute("ROLLBACK");
        return run;
      }
    }
    return database_.Execute("COMMIT");
  }

  Result<std::optional<Memo>> Find(std::string_view kind, std::string_view key) override {
    TRY_ASSIGN(store::Statement select,
               database_.Prepare("SELECT text, source FROM memos WHERE kind = ? AND key = ? ORDER BY id DESC LIMIT 1"));
    select.Bind(1, kind).Bind(2, key);
    TRY_ASSIGN(const bool found, select.Step());
    if (!found) return std::optional<Memo>();
    return std::optional<Memo>(Memo{std::string(kind), std::string(key), select.Text(0), select.Text(1)});
  }

 private:
  store::Database database_;
};

}  // namespace

Result<std::unique_ptr<MemoryStore>> OpenFileMemory(const std::string& path) {
  TRY(sys::SystemFiles().MakeDirectories(sys::DirName(path)));
  TRY_ASSIGN(
      store::Database database,
      store::Database::Open(
          path,
          {"CREATE TABLE memos (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, key TEXT NOT NULL, text TEXT NOT NULL, "
           "source TEXT NOT NULL); CREATE INDEX memos_by_key ON memos (kind, key)"}));
  return std::unique_ptr<MemoryStore>(std::make_unique<FileMemory>(std::move(database)));
}

Memory::Memory(std::unique_ptr<MemoryStore> store) : store_(std::move(store)), writer_([this] { Write(); }) {}

Memory::~Memory() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
}

void Memory::Write() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return ending_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    const std::vector<Memo> batch(waiting_.begin(), waiting_.end());
    waiting_.clear();
    writing_ = true;
    lock.unlock();
    Result<> put;
    {
      const std::lock_guard store_lock(store_mutex_);
      put = store_->Put(batch);
    }
    lock.lock();
    writing_ = false;
    if (!put && !error_) error_ = put.error();
    written_.notify_all();
  }
}

void Memory::Remember(Memo memo) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(memo));
  }
  changed_.notify_one();
}

Result<std::optional<Memo>> Memory::Find(std::string_view kind, std::string_view key) {
  const std::lock_guard lock(store_mutex_);
  return store_->Find(kind, key);
}

Result<> Memory::Flush() {
  std::unique_lock lock(mutex_);
  written_.wait(lock, [&] { return waiting_.empty() && !writing_; });
  if (error_) return *error_;
  return {};
}

}  // namespace heddle::bench
