#include "grammar/meter.h"

#include "base/text.h"
#include "grammar/expr_pool.h"

namespace heddle::grammar {

Meter::Work::Work(ExprPool& pool, const WorkLimits& limits) : meter_(pool.meter()) {
  if (meter_.depth_++ > 0) return;
  pool.Recover();
  meter_.failure_.clear();
  meter_.limits_ = limits;
  meter_.left_ = limits.steps;
  const size_t now = pool.MemoryBytes();
  meter_.most_bytes_ = limits.bytes > SIZE_MAX - now ? SIZE_MAX : now + limits.bytes;
}

Meter::Work::~Work() {
  if (--meter_.depth_ > 0) return;
  meter_.left_ = meter_.failed() ? 0 : UINT64_MAX;
  meter_.most_bytes_ = SIZE_MAX;
}

bool Meter::Exceeded() {
  Fail(Cat({"it takes more than ", std::to_string(limits_.steps), " steps: the grammar is too complex"}));
  return false;
}

bool Meter::Hold(size_t bytes) {
  if (bytes <= most_bytes_) return !failed();
  Fail(Cat({"it takes more than ", std::to_string(limits_.bytes >> 20), " MB: the grammar is too complex"}));
  return false;
}

void Meter::Fail(std::string what) {
  if (failure_.empty()) failure_ = std::move(what);
  left_ = 0;
}

}  // namespace heddle::grammar
