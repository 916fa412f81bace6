// JudgeFiles: the Python that runs inside cells (data/bench/python), embedded at build.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

namespace heddle::bench {

// Name and source, in the order in which they have to be loaded.
std::vector<std::pair<std::string_view, std::string_view>> ZygoteModules();
std::string_view BootSource();
std::vector<std::string_view> PreloadedModules();  // imported before any task

}  // namespace heddle::bench
