// Meter: what a piece of work (compiling a grammar, looking at a matcher) has taken of a pool, and whether that was too
// much. Steps are counted, not timed, so that the same work ends in the same way on every machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace heddle::grammar {

// Of one piece of work. What the pool knows from earlier work is free.
struct WorkLimits {
  uint64_t steps = 20'000'000;       // one takes some 20 to 50 ns
  size_t bytes = size_t{128} << 20;  // by which the pool grows
};

class Meter {
 public:
  // The time in which limits hold. Forgets the failure of earlier work; inside other work it changes nothing.
  class Work {
   public:
    Work(class ExprPool& pool, const WorkLimits& limits);
    ~Work();
    Work(const Work&) = delete;

   private:
    Meter& meter_;
  };

  // Counts steps that are about to be taken. False, and they must not be: a limit was exceeded.
  bool Spend(uint64_t steps) {
    if (steps > left_) return Exceeded();
    left_ -= steps;
    return true;
  }
  // The same for the bytes that the pool has now.
  bool Hold(size_t bytes);
  void Fail(std::string what);
  // Set once a limit was exceeded: answers are not exact from then on, so nothing that comes of them may be kept, and
  // whoever asked must be told. Holds until other work begins.
  bool failed() const { return !failure_.empty(); }
  const std::string& failure() const { return failure_; }

 private:
  bool Exceeded();

  uint64_t left_ = UINT64_MAX;
  size_t most_bytes_ = SIZE_MAX;
  WorkLimits limits_;
  int depth_ = 0;  // of work inside work
  std::string failure_;
};

}  // namespace heddle::grammar
