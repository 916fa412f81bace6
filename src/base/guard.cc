#include "base/guard.h"

#include <exception>
#include <new>

namespace heddle {

Error CaughtError() {
  try {
    throw;
  } catch (const std::bad_alloc&) { return {Code::kTooLarge, "out of memory"}; } catch (const std::exception& thrown) {
    return {Code::kInternal, std::string("an unexpected error: ") + thrown.what()};
  } catch (...) { return {Code::kInternal, "an unexpected error of no known kind"}; }
}

}  // namespace heddle
