#include <doctest/doctest.h>
#include <stdlib.h>

#include <string>
#include <thread>
#include <vector>

#include "store/database.h"
#include "sys/files.h"

using namespace heddle;
using namespace heddle::store;

TEST_CASE("a database migrates once, keeps its rows and refuses a newer file") {
  char name[] = "/tmp/heddle-store-XXXXXX";
  const std::string folder = ::mkdtemp(name);
  const std::string path = folder + "/a.db";
  {
    auto database = Database::Open(path, {"CREATE TABLE t(a TEXT)"});
    REQUIRE(database);
    CHECK(database->Prepare("INSERT INTO t VALUES(?)")->Bind(1, "x").Run());
  }
  {
    auto database = Database::Open(path, {"CREATE TABLE t(a TEXT)", "ALTER TABLE t ADD COLUMN b INTEGER"});
    REQUIRE(database);
    auto rows = database->Prepare("SELECT a, b FROM t");
    REQUIRE(rows);
    CHECK(*rows->Step());
    CHECK(rows->Text(0) == "x");
  }
  CHECK(Database::Open(path, {"CREATE TABLE t(a TEXT)"}).error().code == Code::kInvalid);
  CHECK_FALSE(Database::Open(folder + "/none/a.db", {}));
  (void)sys::SystemFiles().RemoveTree(folder);
}

TEST_CASE("a database that many open at once is migrated once") {
  char name[] = "/tmp/heddle-store-XXXXXX";
  const std::string folder = ::mkdtemp(name);
  for (int round = 0; round < 20; ++round) {
    const std::string path = folder + "/" + std::to_string(round) + ".db";
    std::vector<std::string> errors(8);
    std::vector<std::jthread> openers;
    for (auto& error : errors) {
      openers.emplace_back([&error, &path] {
        const auto database = Database::Open(path, {"CREATE TABLE t(a TEXT)", "CREATE TABLE u(a TEXT)"});
        if (!database) error = database.error().message;
      });
    }
    openers.clear();  // joins them
    for (const auto& error : errors) {
      CAPTURE(error);
      CHECK(error.find("exists") == std::string::npos);
    }
  }
  (void)sys::SystemFiles().RemoveTree(folder);
}

TEST_CASE("a locked database fails soon with a clear error instead of blocking") {
  char name[] = "/tmp/heddle-store-XXXXXX";
  const std::string folder = ::mkdtemp(name);
  auto one = Database::Open(folder + "/a.db", {"CREATE TABLE t(a TEXT)"});
  auto two = Database::Open(folder + "/a.db", {"CREATE TABLE t(a TEXT)"});
  REQUIRE(one);
  REQUIRE(two);
  REQUIRE(one->Execute("BEGIN IMMEDIATE"));
  const auto blocked = two->Execute("INSERT INTO t VALUES('x')");
  CHECK_FALSE(blocked);
  CHECK(blocked.error().code == Code::kUnavailable);
  (void)sys::SystemFiles().RemoveTree(folder);
}
