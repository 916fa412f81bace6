#include "cli/bench_plan.h"

#include <algorithm>
#include <cstdlib>

#include "base/text.h"
#include "bench/library.h"
#include "cli/bench_command.h"
#include "sys/files.h"

namespace heddle::cli {
namespace {

Result<int64_t> Whole(const Arguments& arguments, std::string_view name, int64_t fallback, int64_t least,
                      int64_t most) {
  if (!arguments.Has(name)) return fallback;
  const auto number = ParseInt(arguments.Get(name));
  if (!number || *number < least || *number > most)
    return Error{Code::kInvalid,
                 Cat({"--", name, ": expected a number from ", std::to_string(least), " to ", std::to_string(most)})};
  return *number;
}

Result<double> MinPass(const Arguments& arguments) {
  if (!arguments.Has("min-pass")) return 0.0;
  const std::string text = arguments.Get("min-pass");
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (text.empty() || *end != '\0' || !(value >= 0 && value <= 100))
    return Error{Code::kInvalid, "--min-pass: expected a percentage"};
  return value;
}

// "2/4" of n things: the second, the sixth ...
Result<std::vector<size_t>> Shard(const std::vector<size_t>& all, std::string_view text) {
  const size_t slash = text.find('/');
  const auto part = ParseInt(text.substr(0, slash));
  const auto parts = slash == text.npos ? std::nullopt : ParseInt(text.substr(slash + 1));
  if (!part || !parts || *part < 1 || *part > *parts)
    return Error{Code::kInvalid, "--shard: expected a part such as 1/4"};
  std::vector<size_t> out;
  for (size_t i = 0; i < all.size(); ++i)
    if (static_cast<int64_t>(i) % *parts == *part - 1) out.push_back(all[i]);
  return out;
}

Result<std::map<std::string, std::string>> Reused(const Arguments& arguments) {
  std::map<std::string, std::string> out;
  if (!arguments.Has("reuse-passed")) return out;
  TRY_ASSIGN(const bench::StoredRun run, FindRun(arguments.Get("reuse-passed")));
  for (const bench::Record& record : run.records)
    if (record.kind == "answer" && record.verdict.passed()) out.emplace(record.task, record.code);
  return out;
}

}  // namespace

Result<bench::Suite> SuiteOf(const Arguments& arguments) {
  const bool named = arguments.Has("file");
  if (arguments.words.size() + (named ? 1 : 0) != 2)
    return Error{Code::kInvalid, Cat({"expected: heddle bench ", arguments.words[0], " SUITE, or --file FILE"})};
  return bench::LoadSuite(named ? arguments.Get("file") : arguments.words[1], arguments.Has("instruct"));
}

Result<std::vector<size_t>> ChosenTasks(const bench::Suite& suite, const Arguments& arguments) {
  std::string names = arguments.Get("tasks", "*");
  if (names.starts_with('@')) {  // a list of its own, such as BigCodeBench's hard one
    TRY_ASSIGN(names, sys::SystemFiles().Read(names.substr(1), 16 << 20));
    names = ReplaceAll(std::string(Trim(names)), "\n", ",");
  }
  const auto patterns = Split(names, ',');
  std::vector<size_t> out;
  for (size_t i = 0; i < suite.tasks.size(); ++i) {
    const auto fits = [&](std::string_view pattern) { return GlobMatch(Trim(pattern), suite.tasks[i].id); };
    if (std::any_of(patterns.begin(), patterns.end(), fits)) out.push_back(i);
  }
  if (out.empty()) return Error{Code::kInvalid, "--tasks: no task of the suite has such a name"};
  if (arguments.Has("shard")) { TRY_ASSIGN(out, Shard(out, arguments.Get("shard"))); }
  TRY_ASSIGN(const int64_t limit, Whole(arguments, "limit", static_cast<int64_t>(out.size()), 1, 1'000'000));
  out.resize(std::min(out.size(), static_cast<size_t>(limit)));
  return out;
}

Result<BenchPlan> PlanBench(const Arguments& arguments) {
  BenchPlan out;
  TRY_ASSIGN(out.suite, SuiteOf(arguments));
  TRY_ASSIGN(out.tasks, ChosenTasks(out.suite, arguments));
  std::string modes = arguments.Get("mode", "zero-shot");
  if (arguments.Has("constrain")) modes = ReplaceAll(modes, ";", " constrain?;") + " constrain?";
  TRY_ASSIGN(out.modes, bench::ParseModes(modes));
  TRY_ASSIGN(out.preset, bench::FindPreset(arguments.Get("preset", "heddle")));
  TRY_ASSIGN(out.preset.max_tokens, Whole(arguments, "max-tokens", out.preset.max_tokens, 1, 1'000'000));
  TRY_ASSIGN(out.reuse, Reused(arguments));
  TRY_ASSIGN(out.min_pass, MinPass(arguments));
  TRY_ASSIGN(out.seed, Whole(arguments, "seed", 1, 0, INT64_MAX / 2));
  TRY_ASSIGN(out.rate, Whole(arguments, "rate", 0, 1, 1'000'000));
  TRY_ASSIGN(out.adviser_rate, Whole(arguments, "adviser-rate", 0, 1, 1'000'000));
  TRY_ASSIGN(out.concurrency, Whole(arguments, "concurrency", 0, 1, 1024));
  return out;
}

}  // namespace heddle::cli
