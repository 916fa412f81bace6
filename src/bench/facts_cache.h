// FactsCache: what was learned of tasks on this machine, so that it is learned once: files in the cache folder, named
// by everything that it depends on (task, interpreter, heddle's own judge). What is damaged or old is learned again.
#pragma once

#include <optional>
#include <string>

#include "bench/judge.h"
#include "bench/suite.h"

namespace heddle::bench {

class FactsCache {
 public:
  FactsCache(std::string folder, const Interpreter& python);

  // Inputs, expected outcomes and the reference's time; never its verdict.
  std::optional<TaskFacts> Get(const Task& task) const;
  // Failing to keep it fails nothing.
  void Put(const Task& task, const TaskFacts& facts) const;

 private:
  std::string PathOf(const Task& task) const;
  std::string folder_, version_;
};

}  // namespace heddle::bench
