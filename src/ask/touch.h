// Touch: what a command's deletions, moves, overwrites and permission changes would meet on this disk. Read-only,
// bounded in entries and time; says when it stopped early.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "shell/risk.h"
#include "sys/files.h"

namespace heddle::ask {

struct Touched {
  shell::EffectKind kind = shell::EffectKind::kDelete;
  std::string target;
  uint64_t files = 0, directories = 0, bytes = 0;
  bool complete = true;              // false: there is more than was counted
  uint64_t untracked = 0;            // of the files, those no version control could bring back
  bool versioned = false;            // the target lies in a repository
  std::vector<std::string> notable;  // "includes .git"
};

struct TouchOptions {
  uint64_t max_entries = 20'000;
  int64_t max_us = 200'000;
};

// One row per effect whose target exists; wildcards are expanded against the disk. Relative targets are below `cwd`.
std::vector<Touched> LookAtTargets(const std::vector<shell::Effect>& effects, const sys::Files& files,
                                   const std::string& cwd, const TouchOptions& options = {});

// The paths that one effect would meet, children before their directories when find's tests select them; nothing when
// they cannot all be known (an unresolved target, an unknown test, more than `options` allow).
std::optional<std::vector<std::string>> PathsOf(const shell::Effect& effect, const sys::Files& files,
                                                const std::string& cwd, const TouchOptions& options = {});

// "1,240 files, 3.1 GB, includes .git; 3 not in version control"
std::string Describe(const Touched& touched);

}  // namespace heddle::ask
