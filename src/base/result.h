// Result<T>: a value or an Error. Errors are values; nothing in heddle throws. An Error's message is lower case, has no
// full stop, and says what to do next. The few codes map one to one to exit codes (cli) and HTTP statuses (serve).
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace heddle {

enum class Code { kInvalid, kNotFound, kDenied, kUnavailable, kTooLarge, kTimeout, kCancelled, kInternal };

struct Error {
  Code code = Code::kInternal;
  std::string message;

  // Prefixes the message with what was being worked on: "FILE: message".
  Error Context(std::string_view what) && { return {code, std::string(what) + ": " + message}; }
};

template <typename T = std::monostate>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}
  Result(Error error) : state_(std::move(error)) {}
  Result()
    requires std::is_same_v<T, std::monostate>
      : state_(T{}) {}

  explicit operator bool() const { return state_.index() == 0; }
  T& operator*() & { return std::get<0>(state_); }
  const T& operator*() const& { return std::get<0>(state_); }
  T&& operator*() && { return std::get<0>(std::move(state_)); }
  T* operator->() { return &std::get<0>(state_); }
  const T* operator->() const { return &std::get<0>(state_); }
  const Error& error() const& { return std::get<1>(state_); }
  Error&& error() && { return std::get<1>(std::move(state_)); }
  T value_or(T other) && { return *this ? std::get<0>(std::move(state_)) : std::move(other); }

 private:
  std::variant<T, Error> state_;
};

}  // namespace heddle

#define HEDDLE_CAT_(a, b) a##b
#define HEDDLE_CAT(a, b) HEDDLE_CAT_(a, b)
// TRY(expr): returns the error of `expr`, if any.
#define TRY(expr) \
  if (auto try_result = (expr); !try_result) return std::move(try_result).error()
// TRY_ASSIGN(decl, expr): declares `decl` with the value of `expr`, or returns its error.
#define TRY_ASSIGN(decl, expr) TRY_ASSIGN_(HEDDLE_CAT(try_, __LINE__), decl, expr)
#define TRY_ASSIGN_(tmp, decl, expr)       \
  auto tmp = (expr);                       \
  if (!tmp) return std::move(tmp).error(); \
  decl = *std::move(tmp)
