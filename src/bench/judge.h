// Judge: answers become verdicts. What a task needs for it (inputs as Python has them, what is expected, how long the
// reference takes here) is learned once and kept.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "bench/program_judge.h"
#include "bench/python.h"
#include "bench/suite.h"
#include "bench/verdict.h"

namespace heddle::bench {

struct JudgeOptions {
  Interpreter python;
  bool confined = true;
  double cpu_seconds = 5;          // at least, for any answer
  double reference_factor = 10;    // and at least so many times the reference's
  int64_t memory_bytes = 1 << 30;  // at least
  double memory_factor = 2;        // and at least so many times the reference's
  int64_t output_bytes = 1 << 20;
};

// What is known of a task before any answer to it is judged.
struct TaskFacts {
  std::string inputs, expected;  // frames of argument lists and outcomes (data/bench/python); empty for tests as code
  int base_count = 0, count = 0;
  std::string oracle = "equal";
  int64_t reference_cpu_us = 0, reference_bytes = 0;  // the most it used
  std::optional<Verdict> reference;                   // nothing: the task has none
  bool verified = false;  // its reference passed: what fails from here on is not the tests' fault
  // Tests read attributes of what the reference gives; if not, attributes of other programs' objects are no answers.
  bool attributes = true;
  bool beside = false;  // only in the program's own process the reference passes: such a verdict can be forged
  std::string skipped;  // why this machine cannot judge it; empty: it can
};

// Whether a verdict on the task is one that a program made for it could forge: its tests run in the program's process.
bool CanBeForged(const Task& task, const TaskFacts& facts);

// One per thread.
class Judge {
 public:
  explicit Judge(const JudgeOptions& options) : options_(options) {}

  // Runs the reference. A task whose reference fails has facts that say so. `known`: what was learned before.
  TaskFacts Learn(const Task& task, std::optional<TaskFacts> known);
  // `code`: a whole program.
  Verdict Run(const Task& task, const TaskFacts& facts, const std::string& code);
  // Whether cells can be made at all.
  Result<> Ready();

 private:
  Verdict Once(const Task& task, const TaskFacts& facts, const std::string& code, const WorkLimits& limits,
               bool* attributes_read = nullptr);
  void LearnReference(const Task& task, TaskFacts& facts);
  WorkLimits LimitsFor(const Task& task, const TaskFacts& facts) const;
  WorkLimits ReferenceLimits() const;
  TaskFacts LearnProgram(const Task& task);
  std::optional<Error> Prepare(const Task& task, TaskFacts& facts);
  std::optional<Error> Record(const Task& task, TaskFacts& facts);
  Result<PairEnd> Pair(const PairWork& work);

  JudgeOptions options_;
  std::optional<PythonCell> cell_;
  ProgramJudge programs_;
};

}  // namespace heddle::bench
