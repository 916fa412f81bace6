// Python: the interpreter of this machine that candidates run in, and one warm cell of it.
//
// A cell holds a zygote: an interpreter that has imported what programs import, and forks a child for each piece of
// work. A piece of work is a pair: a candidate, which runs code nobody trusts, and its judge, which has the tests. Each
// is confined in name spaces of its own below the cell's; all they share is one socket. The judge's verdict comes
// through a pipe that the candidate never had, with a token that it was never told. One cell works on one pair at a
// time and belongs to one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "sys/cell.h"

namespace heddle::bench {

struct Interpreter {
  std::string path, version;          // of the real program, not of a wrapper around it; of a virtual environment, its
  std::vector<std::string> readable;  // folders outside /usr that it needs
};
// `name`: a path, or a name on PATH ("python3"). Runs it once. kUnavailable: not there, or too old (3.9).
Result<Interpreter> FindPython(const std::string& name);

struct WorkLimits {
  double cpu_seconds = 10;         // of the candidate
  int64_t memory_bytes = 1 << 30;  // of all its processes
  int64_t output_bytes = 1 << 20;  // printed
  int processes = 32;
};

struct PairWork {
  std::string candidate;  // payloads as data/bench/python has them
  std::string judge;
  WorkLimits limits;
};

struct PairEnd {
  std::string verdict;  // JSON; empty: the judge said nothing that counts
  std::string data;     // what followed it
  enum class Stopped { kNo, kTime, kMemory, kOutput } stopped = Stopped::kNo;
  int status = 0;                                   // of the candidate, as of waitpid(2)
  bool status_counts = false;                       // it had ended before the judge's last word
  int64_t cpu_us = 0, wall_us = 0, peak_bytes = 0;  // of the candidate
  std::string output;                               // the first of what it printed, for errors of the harness
};

class PythonCell {
 public:
  static Result<PythonCell> Start(const Interpreter& python, bool confined);
  PythonCell(PythonCell&&) = default;
  PythonCell& operator=(PythonCell&&) = default;

  // kUnavailable: the zygote is gone; make a new one.
  Result<PairEnd> Run(const PairWork& work);
  // The judge's preparation of a task's inputs: its JSON and bytes.
  Result<PairEnd> Prepare(const std::string& payload);

 private:
  struct Child;
  struct Pair;
  PythonCell(sys::Cell cell, sys::Fd control) : cell_(std::move(cell)), control_(std::move(control)) {}
  Result<> Begin(std::string_view role, const WorkLimits& limits, const std::string& payload, int channel, int out,
                 Pair& pair);
  Result<> Hear(Pair& pair);
  Result<> Watch(const PairWork& work, Pair& pair, int said, int printed, PairEnd& out);
  static PairEnd::Stopped OverLimit(const WorkLimits& limits, const Pair& pair, int64_t running_us);

  sys::Cell cell_;
  sys::Fd control_;
};

}  // namespace heddle::bench
