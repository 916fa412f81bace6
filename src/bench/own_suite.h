// heddle's own form of a task (docs/bench.md, examples/bench/bench.schema.json): one JSON object, read strictly.
#pragma once

#include "base/result.h"
#include "bench/members.h"
#include "bench/suite.h"

namespace heddle::bench {

// kInvalid: which member is not what the schema says. Members that it does not name are for others, and left alone.
Result<Task> ReadOwnTask(const Members& row);

}  // namespace heddle::bench
