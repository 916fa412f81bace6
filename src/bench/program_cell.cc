#include "bench/program_cell.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>

#include "base/text.h"
#include "sys/environment.h"

namespace heddle::bench {
namespace {

constexpr int kTickMs = 10;
constexpr int64_t kMeasureUs = 20'000;
constexpr int64_t kIdleFactor = 4;  // of the limit of processor time, plus five seconds, may pass by the clock
constexpr size_t kKept = 64 << 10;
constexpr size_t kMaxResults = 256 << 20;

// Reads what is there; false at its end.
bool Read(int fd, std::string& into, int64_t& count) {
  char chunk[65536];
  const ssize_t got = ::read(fd, chunk, sizeof chunk);
  if (got < 0 && errno == EINTR) return true;
  if (got <= 0) return false;
  into.append(chunk, static_cast<size_t>(got));
  count += got;
  return true;
}

// The reading end of a pipe that holds all that will ever come through it.
Result<sys::Fd> ToldOnce(std::string_view told) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return Error{Code::kUnavailable, "no file descriptors left for a program"};
  sys::Fd out(ends[0]);
  const sys::Fd write(ends[1]);
  if (::write(write.get(), told.data(), told.size()) != static_cast<ssize_t>(told.size()))
    return Error{Code::kInternal, "a program cannot be told its token"};
  return out;
}

}  // namespace

Result<ProgramEnd> RunProgram(sys::CellOptions options, const WorkLimits& limits, std::string_view told) {
  int said[2], results[2];
  if (::pipe2(said, O_CLOEXEC) != 0 || ::pipe2(results, O_CLOEXEC) != 0)
    return Error{Code::kUnavailable, "no file descriptors left for a program"};
  TRY_ASSIGN(sys::Fd told_read, ToldOnce(told));
  sys::Fd said_read(said[0]), said_write(said[1]), results_read(results[0]), results_write(results[1]);
  // The same pipe, opened twice: a program that makes one of them not wait does not make the other.
  sys::Fd err_write(::open(Cat({"/proc/self/fd/", std::to_string(said_write.get())}).c_str(), O_WRONLY | O_CLOEXEC));
  if (!err_write) return Error{Code::kUnavailable, "no file descriptors left for a program"};
  options.out = said_write.get(), options.err = err_write.get();
  options.pass = {results_write.get(), told_read.get()};
  const int64_t started = sys::SystemClock().MonotonicUs();
  TRY_ASSIGN(sys::Cell cell, sys::Cell::Start(options));
  said_write.Close(), err_write.Close(), results_write.Close(), told_read.Close();
  const auto limit_us = static_cast<int64_t>(limits.cpu_seconds * 1e6);
  ProgramEnd out;
  int64_t printed = 0, answered = 0, measured = started;
  const auto stop = [&](PairEnd::Stopped why) {
    if (out.stopped == PairEnd::Stopped::kNo) out.stopped = why;
    cell.Kill();
  };
  for (bool said_open = true, results_open = true; said_open || results_open;) {
    pollfd files[2] = {{said_open ? said_read.get() : -1, POLLIN, 0},
                       {results_open ? results_read.get() : -1, POLLIN, 0}};
    (void)::poll(files, 2, kTickMs);
    if (files[0].revents != 0) said_open = Read(said_read.get(), out.out, printed);
    if (files[1].revents != 0) results_open = Read(results_read.get(), out.results, answered);
    if (out.out.size() > 2 * kKept) out.out.erase(0, out.out.size() - kKept);
    if (printed > limits.output_bytes || out.results.size() > kMaxResults) stop(PairEnd::Stopped::kOutput);
    const int64_t now = sys::SystemClock().MonotonicUs();
    if (now - measured < kMeasureUs) continue;
    measured = now;
    sys::TreeUsage usage = sys::MeasureTree(cell.pid(), false);
    if (usage.memory_bytes > limits.memory_bytes) usage = sys::MeasureTree(cell.pid(), true);
    if (usage.memory_bytes > limits.memory_bytes) stop(PairEnd::Stopped::kMemory);
    if (usage.cpu_us > limit_us || now - started > kIdleFactor * limit_us + 5'000'000) stop(PairEnd::Stopped::kTime);
  }
  const sys::Cell::End end = cell.Wait();
  out.status = end.status, out.cpu_us = end.cpu_us, out.peak_bytes = end.peak_bytes;
  out.wall_us = sys::SystemClock().MonotonicUs() - started;
  if (out.stopped == PairEnd::Stopped::kNo && out.cpu_us > limit_us) out.stopped = PairEnd::Stopped::kTime;
  return out;
}

}  // namespace heddle::bench
