#include "bench/judge_files.h"

#include "base/text.h"
#include "bench/embedded.h"

namespace heddle::bench {
namespace {

constexpr EmbeddedFile kFiles[] = {
#include "python.inc"
};

}  // namespace

std::vector<std::pair<std::string_view, std::string_view>> ZygoteModules() {
  std::vector<std::pair<std::string_view, std::string_view>> out;
  constexpr std::string_view kOrder[] = {"values",    "reader", "wire",      "steps",   "confine", "semaphores",
                                         "candidate", "inputs", "comparing", "witness", "judge",   "zygote"};
  for (const std::string_view name : kOrder) out.emplace_back(name, Embedded(kFiles, Cat({name, ".py"})));
  return out;
}

std::string_view BootSource() { return Embedded(kFiles, "boot.py"); }

std::vector<std::string_view> PreloadedModules() { return SplitWords(Embedded(kFiles, "preload.txt")); }

}  // namespace heddle::bench
