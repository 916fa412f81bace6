// Undoable run: a command that runs with what it changes kept first, so that `heddle undo` can take it back; and what a
// person must know before where that cannot be.
#pragma once

#include <functional>
#include <string>

#include "cli/app.h"
#include "cli/undo/plan.h"
#include "cli/undo_settings.h"

namespace heddle::cli {

struct Undoing {
  bool on = true;  // the setting trash
  UndoPlan plan;
  UndoSettings settings;
};

// What `analysis` leaves open of `command`, names that are there now may tell. Errors: a setting that cannot be read.
Result<Undoing> PlanRun(const App& app, const std::string& command, const shell::World& world,
                        const shell::Analysis& analysis);

// "`heddle undo` cannot take this back: why"; empty when it can, or when there is nothing to take back.
std::string CannotUndo(const Undoing& undoing);

struct ToRun {
  std::string command, cwd;
  std::function<int()> run;  // the exit code
};

// Keeps, runs, settles. Where keeping fails a person decides; without one it does not run (exit 5).
int RunKept(const App& app, const Undoing& undoing, const ToRun& what);

}  // namespace heddle::cli
