// Runner: what the user can do with a command: run, edit, copy, try, revise; and the gate before anything runs.
#pragma once

#include <string>
#include <vector>

#include "ask/engine.h"
#include "cli/app.h"

namespace heddle::cli {

struct Proposal {
  std::string query, command;
  std::string cwd;                      // where it runs, is tried and deletes; absolute
  const ask::Answer* answer = nullptr;  // shown as a card when set; says which placeholders are left
};

// The dialogue on a terminal. Sets *revision when the user refines the request instead. Returns the exit code.
int Interact(App& app, ask::Engine& engine, const Proposal& proposal, std::string* revision);

// One of the answer's choices, or empty.
std::string Choose(App& app, const ask::Answer& answer);

// Rates the command again as it is now, asks what must be asked, runs it. Without a terminal nothing that needs
// confirmation runs (exit 5); a denied command never does (exit 4); nor does one with placeholders (exit 2).
int ConfirmAndRun(App& app, ask::Engine& engine, const Proposal& proposal);

struct TryOptions {
  std::string cwd;       // absolute: what the overlay lies over
  bool network = false;  // keeps the host's network
};
// Rates `command`, runs it in a throw-away overlay and shows what changed; on a terminal the changes can then be
// applied. What an overlay cannot hold (devices, other machines, other users' rights) is refused with exit code 4.
int TryCommand(App& app, ask::Engine& engine, const std::string& command, const TryOptions& options);

// The shell that commands of this app are written for; /bin/sh where it is not installed.
std::string ShellPath(const App& app);

}  // namespace heddle::cli
