// Guarded: where what libraries throw becomes an Error. heddle's own code throws nothing, but memory runs out, and
// libraries have their own ways; at the borders (the C interface, a thread's first function, the handling of one
// request, main) nothing thrown goes further.
#pragma once

#include <type_traits>
#include <utility>

#include "base/result.h"

namespace heddle {

// Of the exception being handled; only inside a catch.
Error CaughtError();

template <typename T>
struct GuardedResult {
  using Type = Result<T>;
};
template <typename T>
struct GuardedResult<Result<T>> {
  using Type = Result<T>;
};
template <>
struct GuardedResult<void> {
  using Type = Result<>;
};

// What `work` gives, or what it threw: kTooLarge when memory ran out, else kInternal.
template <typename Work>
typename GuardedResult<std::invoke_result_t<Work>>::Type Guarded(Work&& work) {
  try {
    if constexpr (std::is_void_v<std::invoke_result_t<Work>>) {
      std::forward<Work>(work)();
      return {};
    } else {
      return std::forward<Work>(work)();
    }
  } catch (...) { return CaughtError(); }
}

}  // namespace heddle
