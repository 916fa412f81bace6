// A damaged journal of what can be taken back: reading it is an error or gives rows, never a crash. The input is a
// list of changes to a whole one, four bytes each: where (three bytes), and the byte that is there then.
#include <cstdint>
#include <string>

#include "base/text.h"
#include "cli/undo/journal.h"
#include "scratch_home.h"
#include "sys/files.h"

namespace heddle::cli {
namespace {

UndoItem ItemOf(const std::string& path) {
  UndoItem out{.path = path};
  out.before = {.exists = true, .inode = 7, .size = 3, .links = 1, .mode = 0100644};
  out.after = {.exists = false};
  out.copy = "1/0";
  out.settled = true;
  return out;
}

// The bytes of a journal of a few commands.
std::string Whole(const ScratchHome& home) {
  {
    auto journal = Journal::Open();
    if (!journal) std::abort();
    for (int i = 0; i < 4; ++i) {
      sys::Fd lock;
      const auto id = journal->Begin({.time_ms = 1000 + i, .cwd = "/home/me", .command = "rm -r notes"}, lock);
      if (!id) std::abort();
      const std::vector<UndoItem> items = {ItemOf("/home/me/notes"), ItemOf("/home/me/notes/a")};
      if (!journal->AddItems(*id, items, i % 2 == 0 ? UndoState::kSettled : UndoState::kRunning, 3)) std::abort();
    }
  }
  auto text = sys::SystemFiles().Read(home / "heddle/trash.db");
  if (!text) std::abort();
  (void)sys::RemoveScratch(home / "heddle/trash");
  return *std::move(text);
}

void ReadAll() {
  auto journal = Journal::Open();
  if (!journal) return;
  const auto commands = journal->Commands();
  if (!commands) return;
  for (const UndoCommand& command : *commands) {
    (void)journal->Items(command.id);
    (void)journal->Find(command.id);
    (void)journal->IsRunning(command.id);
  }
}

}  // namespace
}  // namespace heddle::cli

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace heddle;
  static const ScratchHome home("/dev/shm");
  const AsNobody nobody;
  static const std::string whole = cli::Whole(home);
  std::string damaged = whole;
  for (size_t i = 0; i + 4 <= size; i += 4)
    damaged[(data[i] | data[i + 1] << 8 | data[i + 2] << 16) % damaged.size()] = static_cast<char>(data[i + 3]);
  for (const char* beside : {"heddle/trash.db-wal", "heddle/trash.db-shm"}) (void)::unlink((home / beside).c_str());
  WriteFile(home / "heddle/trash.db", damaged);
  cli::ReadAll();
  return 0;
}
