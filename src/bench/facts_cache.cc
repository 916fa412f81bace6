#include "bench/facts_cache.h"

#include <boost/json.hpp>

#include "base/text.h"
#include "bench/judge_files.h"
#include "sys/files.h"
#include "sys/part_file.h"

namespace heddle::bench {
namespace json = boost::json;

FactsCache::FactsCache(std::string folder, const Interpreter& python) : folder_(std::move(folder)) {
  std::string all = Cat({python.path, "\n", python.version, "\n"});
  for (const auto& [name, source] : ZygoteModules()) all += source;
  version_ = sys::Sha256(all);
}

std::string FactsCache::PathOf(const Task& task) const {
  std::string all = version_;
  for (const std::string* part : {&task.entry_point, &task.reference, &task.base_inputs, &task.plus_inputs,
                                  &task.expected, &task.assertion, &task.statement, &task.oracle})
    (all += std::to_string(part->size())) += *part;
  const std::string name = sys::Sha256(all);
  return Cat({folder_, "/", name.substr(0, 2), "/", name.substr(2)});
}

std::optional<TaskFacts> FactsCache::Get(const Task& task) const {
  const auto text = sys::SystemFiles().Read(PathOf(task), size_t{1} << 30);
  if (!text) return {};
  const size_t line = text->find('\n');
  if (line == text->npos) return {};
  boost::system::error_code failed;
  const json::value value = json::parse({text->data(), line}, failed);
  if (failed || !value.is_object()) return {};
  const auto number = [&](std::string_view name) {
    const json::value* found = value.as_object().if_contains(name);
    return found != nullptr && found->is_int64() ? found->as_int64() : -1;
  };
  TaskFacts out;
  const int64_t inputs = number("inputs"), expected = number("expected");
  if (inputs < 0 || expected < 0 || line + 1 + static_cast<size_t>(inputs + expected) != text->size()) return {};
  out.inputs = text->substr(line + 1, static_cast<size_t>(inputs));
  out.expected = text->substr(line + 1 + static_cast<size_t>(inputs));
  out.base_count = static_cast<int>(number("base_count")), out.count = static_cast<int>(number("count"));
  out.reference_cpu_us = number("reference_cpu_us"), out.reference_bytes = number("reference_bytes");
  if (const json::value* oracle = value.as_object().if_contains("oracle"); oracle != nullptr && oracle->is_string())
    out.oracle = std::string(oracle->as_string());
  return out;
}

void FactsCache::Put(const Task& task, const TaskFacts& facts) const {
  const std::string path = PathOf(task);
  const std::string head = json::serialize(json::object{{"inputs", facts.inputs.size()},
                                                        {"expected", facts.expected.size()},
                                                        {"base_count", facts.base_count},
                                                        {"count", facts.count},
                                                        {"reference_cpu_us", facts.reference_cpu_us},
                                                        {"reference_bytes", facts.reference_bytes},
                                                        {"oracle", facts.oracle}});
  if (sys::SystemFiles().MakeDirectories(sys::DirName(path)))
    (void)sys::SystemFiles().WriteAtomic(path, Cat({head, "\n", facts.inputs, facts.expected}), 0600);
}

}  // namespace heddle::bench
