// Verdict: what became of one answer. Thirteen kinds; only the first is a pass, and the last two are nobody's
// solution being wrong: they say so instead of counting as one.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace heddle::bench {

enum class Kind {
  kPassed,
  kWrongAnswer,  // a check failed
  kException,    // raised, or ended itself (SystemExit)
  kTimeout,      // processor time, or idle for as long
  kMemory,
  kOutput,  // printed more than it may
  kCrash,   // the process ended on its own
  kSyntax,
  kNoCode,         // no program in the answer
  kMissingModule,  // not installed on this machine
  kSandboxDenial,  // tried what the sandbox does not allow
  kModelError,     // no answer
  kHarnessError    // heddle's or the suite's fault
};

struct KindRow {
  Kind kind;
  std::string_view name;  // in files and reports
};
inline constexpr std::array<KindRow, 13> kKinds = {{{Kind::kPassed, "passed"},
                                                    {Kind::kWrongAnswer, "wrong answer"},
                                                    {Kind::kException, "exception"},
                                                    {Kind::kTimeout, "timeout"},
                                                    {Kind::kMemory, "memory"},
                                                    {Kind::kOutput, "output"},
                                                    {Kind::kCrash, "crash"},
                                                    {Kind::kSyntax, "syntax"},
                                                    {Kind::kNoCode, "no code"},
                                                    {Kind::kMissingModule, "missing module"},
                                                    {Kind::kSandboxDenial, "sandbox denial"},
                                                    {Kind::kModelError, "model error"},
                                                    {Kind::kHarnessError, "harness error"}}};

std::string_view KindName(Kind kind);
std::optional<Kind> KindOf(std::string_view name);

struct Verdict {
  Kind kind = Kind::kHarnessError;
  bool base = false;                 // all base tests passed (as `kind` says of all tests)
  int test = 0, of = 0;              // the check it ended at, from 1; how many there are
  std::string message;               // one line
  std::string input, got, expected;  // of that check, shortened
  int64_t cpu_us = 0, wall_us = 0;
  int64_t peak_bytes = 0;
  bool retried = false;      // it was judged again, alone
  bool judge_ended = false;  // no verdict came, for its judge was gone
  bool forgeable = false;    // its tests ran in the program's own process, so a program made for it could have lied

  bool passed() const { return kind == Kind::kPassed; }
};

}  // namespace heddle::bench
