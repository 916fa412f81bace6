#include "bench/judge_files.h"

#include "base/text.h"

namespace heddle::bench {
namespace {

constexpr std::pair<std::string_view, std::string_view> kFiles[] = {
#include "python.inc"
};

std::string_view Source(std::string_view name) {
  for (const auto& [path, text] : kFiles) {
    if (path.ends_with(name)) return text;
  }
  return {};
}

}  // namespace

std::vector<std::pair<std::string_view, std::string_view>> ZygoteModules() {
  std::vector<std::pair<std::string_view, std::string_view>> out;
  for (const std::string_view name : {"wire", "confine", "candidate", "inputs", "judge", "zygote"})
    out.emplace_back(name, Source(Cat({"/", name, ".py"})));
  return out;
}

std::string_view BootSource() { return Source("/boot.py"); }

std::vector<std::string_view> PreloadedModules() { return SplitWords(Source("/preload.txt")); }

}  // namespace heddle::bench
