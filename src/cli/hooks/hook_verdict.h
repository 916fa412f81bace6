// HookVerdict: what a hook answers about a command or about files to be written: the rating, weighed by the policy.
#pragma once

#include <string>
#include <vector>

#include "ask/engine.h"
#include "cli/hooks/hook_format.h"

namespace heddle::cli {

struct HookVerdict {
  Verdict verdict = Verdict::kDeny;
  std::string rating;
  std::string reason;  // one line, for people and models
};

struct HookPolicy {
  std::string policy;  // the setting
  std::string cwd;     // absolute
};

// Never an error: what cannot be rated is denied.
HookVerdict JudgeCommand(ask::Engine& engine, const std::string& command, const HookPolicy& policy);

// Writing to an ordinary file is passed: what is written is not looked at. The worst of `paths` counts.
HookVerdict JudgeWrites(ask::Engine& engine, const std::vector<std::string>& paths, const HookPolicy& policy);

}  // namespace heddle::cli
