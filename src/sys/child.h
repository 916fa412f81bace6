// Child: a program that runs beside this one and is talked to in lines: standard input and output are pipes, what it
// says on standard error is kept, the last of it. Its process group ends with the object.
#pragma once

#include <sys/types.h>

#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sys/fd.h"

namespace heddle::sys {

class Child {
 public:
  // argv[0] is found on PATH. `environment`: "NAME=value", all of it.
  static Result<Child> Start(const std::vector<std::string>& argv, const std::vector<std::string>& environment);
  Child(Child&& other) noexcept;
  Child& operator=(Child&&) = delete;
  ~Child();

  // The text and a newline. kUnavailable: it is gone; kTimeout: it does not read.
  Result<> WriteLine(std::string_view text, int timeout_ms);
  // The next line without its end. kUnavailable: it is gone; kTimeout; kCancelled; kTooLarge above 64 MB.
  Result<std::string> ReadLine(int timeout_ms, const std::stop_token& stop);
  // Closes its input and waits; a program that does not end by itself within `patience_ms` is killed with its group.
  void Stop(int patience_ms);
  const std::string& errors() const { return errors_; }  // the last 4 kB of its standard error

 private:
  Child(pid_t pid, Fd in, Fd out, Fd err) : pid_(pid), in_(std::move(in)), out_(std::move(out)), err_(std::move(err)) {}
  void ReadErrors();

  pid_t pid_ = 0;
  Fd in_, out_, err_;
  std::string pending_, errors_;
  size_t searched_ = 0;
};

}  // namespace heddle::sys
