// Child processes: captured runs with limits, and runs on the user's own terminal.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "sys/sandbox.h"

namespace heddle::sys {

struct RunOptions {
  std::string workdir;                                  // empty: the current one
  std::string input;                                    // standard input; closed after it
  int timeout_ms = 30'000;                              // wall clock; then the whole process group is killed
  size_t output_limit = 8 << 20;                        // bytes kept of stdout and of stderr each
  std::optional<std::vector<std::string>> environment;  // "NAME=value"; empty optional: inherit
  std::optional<SandboxOptions> sandbox;  // refused (kUnavailable), never skipped, when the kernel will not
  int stop_fd = -1;                       // ends the command once it can be read from
};

struct RunResult {
  int exit_code = 0;  // 128 + n when killed by signal n
  std::string out, err;
  bool timed_out = false;
  bool stopped = false;  // by stop_fd
  bool killed = false;   // by somebody else, with its whole sandbox
  bool cut = false;      // there was more output than was kept
  std::string exceeded;  // which limit of the sandbox ended it; empty: none
};

// Runs argv[0] (found on PATH) to its end, without a shell.
Result<RunResult> Run(const std::vector<std::string>& argv, const RunOptions& options);

// Runs on the caller's terminal, as its foreground process group: streams, job control, Ctrl-C, window size and
// password prompts are the terminal's own. `workdir` as in RunOptions. Returns the exit code (128 + n for signal n).
Result<int> RunOnTerminal(const std::vector<std::string>& argv, const std::string& workdir = {});

// The executable that `name` means on PATH, or empty. Names with '/' are taken as they are.
std::string FindExecutable(const std::string& name);

// The base name of the parent process's executable ("bash", "zsh"), or empty. Reads /proc; runs nothing.
std::string ParentProcessName();

}  // namespace heddle::sys
