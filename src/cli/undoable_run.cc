#include "cli/undoable_run.h"

#include <optional>

#include "base/text.h"
#include "cli/progress.h"
#include "cli/question.h"
#include "cli/undo/expiry.h"
#include "cli/undo/record.h"
#include "sys/environment.h"
#include "sys/interrupts.h"

namespace heddle::cli {
namespace {

constexpr int64_t kQuickUs = 200'000;  // work that ends sooner is not worth a thread that waits for Ctrl-C
constexpr int64_t kSilentUs = 1'000'000;

// Watches the keeping: shows how far it is, and stops it on Ctrl-C.
class Watch {
 public:
  explicit Watch(const App& app) : progress_(app, "keeping what this changes", "files") {}

  bool Step(uint64_t files, uint64_t bytes) {
    files_ += files;
    bytes_ += bytes;
    const int64_t elapsed = sys::SystemClock().MonotonicUs() - start_;
    if (elapsed < kQuickUs) return true;
    if (!interrupts_) interrupts_.emplace();
    progress_.Note(HumanBytes(bytes_));
    if (elapsed > kSilentUs) progress_.Show(files_, 0, 0);
    return !interrupts_->token().stop_requested();
  }

 private:
  Progress progress_;
  std::optional<sys::Interrupts> interrupts_;
  int64_t start_ = sys::SystemClock().MonotonicUs();
  uint64_t files_ = 0, bytes_ = 0;
};

Result<Record> KeepFirst(const App& app, const Undoing& undoing, const ToRun& what) {
  Watch watch(app);
  return Record::Begin(undoing.plan,
                       {.command = what.command,
                        .cwd = what.cwd,
                        .limits = undoing.settings.limits,
                        .step = [&](uint64_t files, uint64_t bytes) { return watch.Step(files, bytes); }});
}

void SaySettled(const App& app, Record& record) {
  const auto changed = record.Settle();
  if (!changed) {
    app.Err(Cat({"heddle: what this changed could not be noted: ", ForTerminal(changed.error().message), "\n"}));
  } else if (*changed > 0) {
    app.Err(Cat({"heddle: ", std::to_string(*changed), *changed == 1 ? " item" : " items", " changed; `heddle undo ",
                 std::to_string(record.id()), "` takes this back\n"}));
  }
}

// What is too old or too much goes, now that something new is kept.
void MakeRoom(const App& app, const ExpiryLimits& limits) {
  const auto expired = Expire(limits, sys::SystemClock().UnixMs());
  if (expired && expired->over > 0)
    app.Err(Cat({"heddle: what is kept for undo takes ", HumanBytes(expired->over),
                 " more than the setting trash_size_mb, all younger than a day; see heddle undo --purge\n"}));
}

}  // namespace

Result<Undoing> PlanRun(const App& app, const shell::Analysis& analysis) {
  Undoing out{.on = app.config().On("trash")};
  if (!out.on) return out;
  TRY_ASSIGN(out.settings, ReadUndoSettings(app.config()));
  out.plan = PlanUndo(analysis, out.settings.limits);
  return out;
}

std::string CannotUndo(const Undoing& undoing) {
  const UndoPlan& plan = undoing.plan;
  if (!undoing.on || plan.whole()) return "";
  const bool some = plan.lost.empty() && !plan.wishes.empty();
  return Cat({"`heddle undo` cannot take ", some ? "all of this" : "this",
              " back: ", ForTerminal(plan.lost.empty() ? plan.unknown : plan.lost)});
}

int RunKept(const App& app, const Undoing& undoing, const ToRun& what) {
  const UndoPlan& plan = undoing.plan;
  const bool nothing = plan.wishes.empty() && plan.later.empty();
  if (!undoing.on || nothing || !plan.lost.empty()) return what.run();
  auto record = KeepFirst(app, undoing, what);
  if (!record) {
    if (record.error().code == Code::kCancelled) return kCancelled;
    app.Err(Cat({"heddle: `heddle undo` cannot take this back: ", ForTerminal(record.error().message), "\n"}));
    if (!app.interactive()) return kNeedsConfirmation;
    return Confirmed(app, "  run it all the same?") ? what.run() : kCancelled;
  }
  const int code = what.run();
  SaySettled(app, *record);
  MakeRoom(app, undoing.settings.expiry);
  return code;
}

}  // namespace heddle::cli
