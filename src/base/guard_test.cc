#include "base/guard.h"

#include <doctest/doctest.h>

#include <new>
#include <stdexcept>

using namespace heddle;

TEST_CASE("what is thrown becomes an error, and what is given passes") {
  CHECK(*Guarded([] { return 5; }) == 5);
  CHECK(*Guarded([]() -> Result<int> { return 6; }) == 6);
  CHECK(Guarded([]() -> Result<int> { return Error{Code::kNotFound, "no"}; }).error().code == Code::kNotFound);
  CHECK(Guarded([] {}));
  const auto failed = Guarded([] { throw std::runtime_error("the reason"); });
  REQUIRE(!failed);
  CHECK(failed.error().code == Code::kInternal);
  CHECK(failed.error().message.find("the reason") != std::string::npos);
  CHECK(Guarded([]() -> int { throw std::bad_alloc(); }).error().code == Code::kTooLarge);
  CHECK(Guarded([]() -> Result<int> { throw 5; }).error().code == Code::kInternal);
}
