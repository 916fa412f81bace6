// ProgramJudge: answers in languages other than Python, each built and run in cells of their own (sys/cell.h).
//
// Tests as data are as hard to forge as Python's: the program gets inputs, writes results, and they are compared here.
// Tests as code run in the program's own process; a pass needs the token that is written after the last of them, so
// that ending early passes nothing, but a program made for the purpose could look for it (docs/bench.md).
#pragma once

#include <map>
#include <string>

#include "bench/python.h"
#include "bench/suite.h"
#include "bench/toolchain.h"
#include "bench/verdict.h"

namespace heddle::bench {

struct ProgramLimits {
  WorkLimits work;
  bool confined = true;
};

// What a program gave for tests as data: a list of outcomes as JSON, to be expected of others.
struct ProgramRun {
  Verdict verdict;
  std::string outcomes;
};

class ProgramJudge {
 public:
  // `expected`: a JSON list, as `outcomes`; empty: none is held against it, and a program that answers all passes.
  ProgramRun Run(const Task& task, const std::string& code, const std::string& expected, const ProgramLimits& limits);
  // Why this machine cannot run programs of a language; empty: it can.
  std::string Missing(const std::string& language);

 private:
  const Result<Toolchain>& ToolchainOf(const std::string& language);
  std::map<std::string, Result<Toolchain>> toolchains_;
};

}  // namespace heddle::bench
