// Suite: tasks as judges and generators need them, whatever file they came from.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace heddle::bench {

struct Task {
  std::string id;
  std::string language = "python";
  std::string prompt;       // what the model is given; code to be gone on with, or a request in words
  std::string request;      // the same in words, for suites that have both; empty: only the prompt
  bool completion = true;   // the prompt is the beginning of the program
  std::string entry_point;  // the function that the tests call; may be empty where tests are a whole program
  std::string reference;    // a whole program that passes; empty: there is none
  std::string difficulty;   // as the suite says; empty: it does not

  // Tests as code: run where the candidate's names stand for its functions (docs/bench.md).
  std::string setup, test;
  bool unittest = false;  // `test` holds classes of unittest, which run beside the candidate in its process
  // Code that a data-driven task's reference must pass too: what it returns is what others are held to.
  std::string reference_test;
  // Tests as data: JSON lists of argument lists; expected is what the reference returns, or `expected` (JSON list).
  std::string base_inputs, plus_inputs, expected;
  std::string assertion;  // literals that tell tuples from lists
  std::string statement;  // one assertion that tells how results are compared
  std::string oracle;     // overrules it; empty: as it says
  double tolerance = 0;   // absolute, for numbers

  double cpu_seconds = 0;    // limit of its own; 0: the run's
  int64_t memory_bytes = 0;  // the same

  bool data_driven() const { return test.empty(); }
};

struct Suite {
  std::string name;    // "humaneval+"
  std::string format;  // of the file, such as "evalplus"
  std::string source;  // the file
  std::string digest;  // SHA-256 of its (unpacked) bytes
  std::vector<Task> tasks;
};

// Reads a suite of any known format from the bytes of a file (gzip is unpacked before). Errors name the line.
Result<Suite> ReadSuite(std::string_view text, std::string_view name);

}  // namespace heddle::bench
