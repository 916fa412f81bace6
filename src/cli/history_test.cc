#include "cli/history.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <random>
#include <thread>

#include "base/text.h"
#include "sys/files.h"

using namespace heddle;
using namespace heddle::cli;

namespace {

int64_t Count() {
  auto database = OpenHistory();
  REQUIRE(database);
  auto rows = database->Prepare("SELECT count(*) FROM entry");
  REQUIRE(rows);
  REQUIRE(rows->Step());
  return rows->Int(0);
}

}  // namespace

TEST_CASE("an entry's line gives the entry back, whatever bytes it holds") {
  std::mt19937 random(3);
  for (int i = 0; i < 2000; ++i) {
    std::string text;
    for (size_t k = random() % 12; k > 0; --k) text += "a\\\n\tb\x01 n"[random() % 9];
    const HistoryEntry entry{static_cast<int64_t>(random()), text, text + "q", "c" + text, i % 3 - 1};
    const std::string line = ToLine(entry);
    CHECK(line.find('\n') == line.npos);
    const auto back = FromLine(line);
    REQUIRE(back);
    CHECK(back->time_ms == entry.time_ms);
    CHECK(back->cwd == entry.cwd);
    CHECK(back->query == entry.query);
    CHECK(back->command == entry.command);
    CHECK(back->exit_code == entry.exit_code);
  }
  for (const char* line : {"", "1", "x\t0\ta\tb\tc", "1\t0\ta\tb", "1\tz\ta\tb\tc", "1\t0\ta\tb\tc\td"})
    CHECK_FALSE(FromLine(line));
}

TEST_CASE("a locked database loses no history: what waits joins it later, once") {
  char name[] = "/tmp/heddle-history-XXXXXX";
  const std::string folder = ::mkdtemp(name);
  ::setenv("XDG_DATA_HOME", folder.c_str(), 1);
  Remember({.time_ms = 1, .cwd = "/", .query = "one", .command = "true"});
  CHECK(Count() == 1);
  {
    auto other = OpenHistory();
    REQUIRE(other);
    REQUIRE(other->Execute("BEGIN EXCLUSIVE"));
    Remember({.time_ms = 2, .cwd = "/", .query = "two\nlines", .command = "true"});
    Remember({.time_ms = 3, .cwd = "/", .query = "three", .command = "true"});
    REQUIRE(other->Execute("ROLLBACK"));
  }
  CHECK(Count() == 3);
  CHECK(Count() == 3);
  Remember({.time_ms = 4, .cwd = "/", .query = "four", .command = "true"});
  CHECK(Count() == 4);
  (void)sys::SystemFiles().RemoveTree(folder);
}
