// Prompts: what models are told (data/bench/prompts), and the presets that make runs comparable with published ones.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "bench/mode.h"
#include "bench/suite.h"
#include "bench/verdict.h"

namespace heddle::bench {

struct Preset {
  std::string name;     // "heddle", "evalplus"
  std::string request;  // file of the request
  int64_t max_tokens = 2048;
  double temperature = 0;
  std::vector<std::string> stop;
};
Result<Preset> FindPreset(std::string_view name);

std::string RequestText(const Preset& preset, const Task& task);
// What a model is told of `verdict`, at most as much as `feedback` allows; empty: nothing.
std::string ReportText(const Verdict& verdict, Feedback feedback);
std::string AgainText(const Verdict& verdict, Feedback feedback);
std::string SpecifyText(const Task& task);
std::string WithSpecification(const std::string& request, const std::string& specification);
std::string WithLesson(const std::string& request, const std::string& lesson);
std::string AdviseText(const Task& task, const std::string& code, const Verdict& verdict, Feedback feedback,
                       int attempts);
std::string WithAdvice(const std::string& again, const std::string& advice);

// A digest of all of them: runs with other prompts are other runs.
std::string PromptsDigest();

}  // namespace heddle::bench
