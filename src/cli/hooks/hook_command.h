// HookCommand: `heddle check --hook FORMAT`: one call of an agent on standard input, one answer on standard output.
#pragma once

#include "cli/app.h"
#include "cli/flags.h"

namespace heddle::cli {

// What every agent takes for "this tool must not run" from a hook that failed.
constexpr int kHookBlocks = 2;

// Prints nothing but the format's answer. Exit codes: 0 with an answer, kHookBlocks for whatever could not be judged.
int RunHook(App& app, const Arguments& arguments);

// Whether these are the words of a call of a hook, for failures before there are arguments.
bool IsHookCall(const std::vector<std::string>& words);

}  // namespace heddle::cli
